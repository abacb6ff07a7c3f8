package io.mcpauth.examples.walkthrough;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The way to the servers and back. */
@FunctionalInterface
interface Network {
  /**
   * Sends a request and reads the whole answer.
   *
   * @throws IOException if none comes
   */
  Answer send(Request request) throws IOException;

  /** Real HTTP/1.1. Redirects are not followed: each is a step to be shown. */
  static Network http() {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    return request -> {
      try {
        HttpResponse<String> response =
            client.send(message(request), BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Answer(response.statusCode(), response.headers(), response.body());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    };
  }

  private static HttpRequest message(Request request) {
    String body = request.body();
    HttpRequest.Builder message =
        HttpRequest.newBuilder(request.uri())
            .timeout(Duration.ofSeconds(10))
            .method(
                request.method(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    request.headers().forEach(header -> message.header(header.name(), header.value()));
    return message.build();
  }
}
