package io.mcpauth.examples.webapp;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A browser that believes to be at the public address of a server on this machine, over https: it
 * goes where redirects and forms lead, and sends back the cookies that are for https alone.
 */
final class ShopBrowser {
  static final String ORIGIN = "https://mcp.example.com";
  private static final Pattern FIELD = Pattern.compile("name=\"(\\w+)\" value=\"([^\"]*)\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private final int port;

  ShopBrowser(int port) {
    this.port = port;
  }

  /** What an address of the server shows, behind all that leads on within it. */
  HttpResponse<String> open(String address) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(request(address).GET());
    while (answer.statusCode() / 100 == 3 && location(answer).startsWith(ORIGIN)) {
      answer = send(request(location(answer)).GET());
    }
    return answer;
  }

  /** Sends a form, and goes where it leads within the server. */
  HttpResponse<String> submit(String path, Map<String, String> fields)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(
            request(path)
                .header("Origin", ORIGIN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(fields))));
    return answer.statusCode() / 100 == 3 && location(answer).startsWith(ORIGIN)
        ? open(location(answer))
        : answer;
  }

  HttpRequest.Builder request(String address) {
    String path =
        address.startsWith("http") ? address.replaceFirst("^https?://[^/]+", "") : address;
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    if (!cookies.isEmpty()) {
      request.header(
          "Cookie",
          cookies.entrySet().stream()
              .map(one -> one.getKey() + "=" + one.getValue())
              .collect(Collectors.joining("; ")));
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    for (String line : answer.headers().allValues("Set-Cookie")) {
      String[] pair = line.split(";", 2)[0].split("=", 2);
      cookies.put(pair[0], pair[1]);
    }
    return answer;
  }

  /** Absolute, as the browser sees it. */
  private String location(HttpResponse<String> answer) {
    String to = answer.headers().firstValue("Location").orElseThrow();
    return to.replaceFirst("^(http://127\\.0\\.0\\.1:" + port + ")?/", ORIGIN + "/");
  }

  /** The fields of the first form of a page. */
  static Map<String, String> fields(String page) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher field = FIELD.matcher(page.substring(0, page.indexOf("</form>")));
    while (field.find()) {
      fields.put(field.group(1), field.group(2));
    }
    return fields;
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  static Map<String, String> query(String address) {
    return Arrays.stream(URI.create(address).getRawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }
}
