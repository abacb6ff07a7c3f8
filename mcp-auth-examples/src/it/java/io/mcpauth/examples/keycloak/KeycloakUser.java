package io.mcpauth.examples.keycloak;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.error.ClientException;
import io.mcpauth.examples.client.ClientFailure;
import io.mcpauth.examples.client.UserAgent;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Alice at a browser, where Keycloak asks for her password. Nothing listens where she ends. */
final class KeycloakUser implements UserAgent {
  static final URI REDIRECT_URI = URI.create("http://127.0.0.1:33420/callback");

  private static final Pattern LOGIN =
      Pattern.compile("<form[^>]*id=\"kc-form-login\"[^>]*action=\"([^\"]+)\"");
  private static final int MOST_PAGES = 12;

  private final HttpClient http = HttpClient.newHttpClient();
  // Keycloak marks them as secure, and browsers send such cookies to loopback all the same.
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private final List<URI> requests = new ArrayList<>();
  private final String password;

  KeycloakUser(String password) {
    this.password = password;
  }

  /** Where the client sent her, oldest first. */
  List<URI> requests() {
    return List.copyOf(requests);
  }

  @Override
  public URI redirectUri() {
    return REDIRECT_URI;
  }

  @Override
  public AuthorizationCode authorize(AuthorizationRequest request)
      throws ClientException, ClientFailure {
    requests.add(request.uri());
    HttpRequest.Builder next = HttpRequest.newBuilder(request.uri());
    for (int page = 0; page < MOST_PAGES; page++) {
      HttpResponse<String> answer = send(next);
      URI target = answer.headers().firstValue("Location").map(answer.uri()::resolve).orElse(null);
      if (target == null) {
        next = login(answer);
      } else if (target.toString().startsWith(REDIRECT_URI + "?")) {
        return request.pending().accept(target, Instant.now());
      } else {
        next = HttpRequest.newBuilder(target);
      }
    }
    throw new ClientFailure("No end to the pages of Keycloak.");
  }

  private HttpRequest.Builder login(HttpResponse<String> page) throws ClientFailure {
    Matcher form = LOGIN.matcher(page.body());
    if (!form.find()) {
      throw new ClientFailure("No login at " + page.uri().getPath() + ": " + page.statusCode());
    }
    String fields =
        "username=alice&password=" + URLEncoder.encode(password, StandardCharsets.UTF_8);
    return HttpRequest.newBuilder(page.uri().resolve(form.group(1).replace("&amp;", "&")))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(fields));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws ClientFailure {
    if (!cookies.isEmpty()) {
      request.header(
          "Cookie",
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      for (String line : answer.headers().allValues("Set-Cookie")) {
        String[] pair = line.substring(0, (line + ";").indexOf(';')).split("=", 2);
        cookies.put(pair[0], pair[1]);
      }
      return answer;
    } catch (IOException e) {
      throw new ClientFailure("Keycloak does not answer.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientFailure("Interrupted.");
    }
  }
}
