package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sends what an MCP client sends. */
final class McpClientLike {
  static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
  static final String INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final int port;

  McpClientLike(int port) {
    this.port = port;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return CLIENT.send(request(path, null).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, @Nullable String token, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path, token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(
        request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  /** The headers of a session that was opened. */
  String[] session(String path, String token) throws IOException, InterruptedException {
    HttpResponse<String> opened = post(path, token, INITIALIZE);
    assertThat(opened.statusCode()).isEqualTo(200);
    String id = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
    String[] session = {"Mcp-Session-Id", id};
    assertThat(post(path, token, INITIALIZED, session).statusCode()).isEqualTo(202);
    return session;
  }

  /** Opens an event stream. */
  Events events(String path, String token) throws IOException, InterruptedException {
    HttpRequest request = request(path, token).header("Accept", "text/event-stream").build();
    return new Events(CLIENT.send(request, BodyHandlers.ofLines()).body());
  }

  private HttpRequest.Builder request(String path, @Nullable String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  /** The events of a stream as they come. */
  static final class Events implements AutoCloseable {
    private static final String DATA = "data:";

    private final Stream<String> lines;
    private final Iterator<String> unread;

    Events(Stream<String> lines) {
      this.lines = lines;
      this.unread = lines.iterator();
    }

    /** The data of the next one. */
    String next() {
      String line = unread.next();
      while (!line.startsWith(DATA)) {
        line = unread.next();
      }
      return line.substring(DATA.length()).strip();
    }

    @Override
    public void close() {
      lines.close();
    }
  }
}
