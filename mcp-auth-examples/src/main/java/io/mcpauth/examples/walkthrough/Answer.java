package io.mcpauth.examples.walkthrough;

import java.net.http.HttpHeaders;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** What came back. */
record Answer(int status, HttpHeaders headers, String body) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The first value of a header, or an empty text. */
  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  boolean isEventStream() {
    return header("Content-Type").startsWith("text/event-stream");
  }

  /**
   * The JSON of the body, or the missing node where it is none.
   *
   * <p>A server may answer a JSON-RPC request with an event stream that ends after the response
   * (MCP 2025-11-25, transports, "Sending Messages to the Server"); this client asked for nothing
   * that makes the server send more than that one event.
   */
  JsonNode json() {
    return parse(isEventStream() ? eventData() : body);
  }

  private String eventData() {
    return body.lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> line.substring("data:".length()).strip())
        .collect(Collectors.joining("\n"));
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  /** Headers and body hold credentials. */
  @Override
  public String toString() {
    return "Answer[status=" + status + "]";
  }
}
