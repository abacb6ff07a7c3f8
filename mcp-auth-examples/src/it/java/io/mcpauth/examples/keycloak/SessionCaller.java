package io.mcpauth.examples.keycloak;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller of the file tools in a session, which several nodes serve. */
final class SessionCaller {
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
      "capabilities":{},"clientInfo":{"name":"keycloak","version":"1"}}}\
      """;
  private static final String LIST =
      """
      {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_files"}}\
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String token;
  private final String session;

  private SessionCaller(String url, String token) throws IOException, InterruptedException {
    this.token = token;
    HttpResponse<String> opened =
        http.send(request(url, "").POST(BodyPublishers.ofString(INITIALIZE)).build(), text());
    session =
        opened
            .headers()
            .firstValue("Mcp-Session-Id")
            .orElseThrow(() -> new IllegalStateException("No session: " + opened.statusCode()));
  }

  /** Opens a session at a node. */
  static SessionCaller at(String url, String token) throws IOException, InterruptedException {
    return new SessionCaller(url, token);
  }

  /** The status of a call at a node. */
  int call(String url) throws IOException, InterruptedException {
    return http.send(request(url, session).POST(BodyPublishers.ofString(LIST)).build(), text())
        .statusCode();
  }

  /** Opens a stream at a node; gives when it ended, by {@link System#nanoTime}. */
  CompletableFuture<Long> stream(String url) throws IOException, InterruptedException {
    HttpResponse<InputStream> stream =
        http.send(
            request(url, session).header("Accept", "text/event-stream").GET().build(),
            BodyHandlers.ofInputStream());
    if (stream.statusCode() != 200) {
      throw new IllegalStateException("No stream: " + stream.statusCode());
    }
    return CompletableFuture.supplyAsync(() -> endOf(stream.body()));
  }

  /** A claim of the token. */
  String claim(String name) {
    String claims = token.split("[.]", -1)[1];
    JsonNode json =
        new JsonMapper()
            .readTree(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8));
    return json.path(name).asString();
  }

  private static long endOf(InputStream stream) {
    try (stream) {
      while (stream.read() >= 0) {
        // nothing of interest
      }
    } catch (IOException e) {
      return System.nanoTime(); // cut in the middle
    }
    return System.nanoTime();
  }

  private HttpRequest.Builder request(String url, String session) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    return session.isEmpty() ? request : request.header("Mcp-Session-Id", session);
  }

  private static HttpResponse.BodyHandler<String> text() {
    return BodyHandlers.ofString();
  }
}
