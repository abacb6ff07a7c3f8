package io.mcpauth.authserver;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.LoggedResponse;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A loopback host that publishes documents. */
final class DocumentHost implements AutoCloseable {
  private final WireMockServer server =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));

  DocumentHost() {
    server.start();
  }

  /** The URL of a path. */
  String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  /** A good response with this body. */
  static ResponseDefinitionBuilder json(String body) {
    return aResponse().withHeader("Content-Type", "application/json").withBody(body);
  }

  /** What a path answers. */
  void answer(String path, ResponseDefinitionBuilder response) {
    server.stubFor(get(urlEqualTo(path)).willReturn(response));
  }

  /** Publishes a minimal document with a name, and returns its client id. */
  String publish(String path, String name, String... headers) {
    ResponseDefinitionBuilder response = json(Documents.named(url(path), name));
    for (String header : headers) {
      String[] pair = header.split(": ", 2);
      response.withHeader(pair[0], pair[1]);
    }
    answer(path, response);
    return url(path);
  }

  int requests(String path) {
    return events(path).size();
  }

  /** A header of the requests for a path, in order; null where one has none. */
  List<@Nullable String> header(String path, String name) {
    List<@Nullable String> values = new ArrayList<>();
    for (ServeEvent event : events(path)) {
      values.add(event.getRequest().getHeader(name));
    }
    return values;
  }

  /** The status of the answers for a path, in order. */
  List<Integer> statuses(String path) {
    return events(path).stream()
        .map(ServeEvent::getResponse)
        .map(LoggedResponse::getStatus)
        .toList();
  }

  private List<ServeEvent> events(String path) {
    List<ServeEvent> events =
        new ArrayList<>(
            server.getAllServeEvents().stream()
                .filter(event -> event.getRequest().getUrl().equals(path))
                .toList());
    Collections.reverse(events); // newest first
    return events;
  }

  @Override
  public void close() {
    server.stop();
  }
}
