package io.mcpauth.examples.ownusers;

import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * HTTP to the origin of the page, as if a proxy with its certificate stood in front of the server:
 * what the server says of itself is what it was configured with.
 *
 * @param url where it really is
 */
record Web(HttpClient http, String url) {
  static final String ORIGIN = "https://mcp.example.com";

  private static final Map<Integer, String> PHRASES =
      Map.of(200, "OK", 400, "Bad Request", 401, "Unauthorized");

  static Web at(String url) {
    return new Web(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), url);
  }

  /** A request for a URL or a path of the origin. */
  HttpRequest.Builder request(String target) {
    String path = target.startsWith(ORIGIN) ? target.substring(ORIGIN.length()) : target;
    return HttpRequest.newBuilder(URI.create(url + path));
  }

  HttpResponse<String> get(String target) throws Exception {
    return send(request(target));
  }

  HttpResponse<String> post(String target, Map<String, String> form) throws Exception {
    return send(
        request(target)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(encoded(form))));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /**
   * What {@code curl} prints for these arguments; of an event stream the head alone.
   *
   * @param token in the place of the one that the page leaves out
   */
  String curl(List<String> arguments, String token) throws Exception {
    HttpRequest.Builder request = request(arguments.get(arguments.size() - 1));
    boolean head = arguments.get(0).contains("I");
    int header = arguments.indexOf("-H");
    if (header >= 0) {
      String[] line = arguments.get(header + 1).replace("mcpat_...", token).split(": ", 2);
      request.header(line[0], line[1]);
    }
    if (head) {
      request.method("HEAD", HttpRequest.BodyPublishers.noBody());
    }
    HttpResponse<InputStream> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      StringBuilder printed = new StringBuilder();
      if (head || arguments.get(0).contains("i")) {
        int status = answer.statusCode();
        printed.append("HTTP/1.1 " + status + " " + PHRASES.get(status) + "\n");
        answer
            .headers()
            .map()
            .forEach(
                (name, lines) -> lines.forEach(line -> printed.append(name + ": " + line + "\n")));
        return printed.toString();
      }
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** One that is there. */
  static String member(Map<String, String> members, String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  static Map<String, String> decoded(String query) {
    return Arrays.stream(query.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0],
                pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8),
                (one, other) -> one,
                LinkedHashMap::new));
  }
}
