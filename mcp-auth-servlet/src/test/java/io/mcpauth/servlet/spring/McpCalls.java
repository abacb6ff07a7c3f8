package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;

/** What a client sends before its calls. */
final class McpCalls {
  static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
  static final String INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

  private McpCalls() {}

  /** The headers of a session that was opened; none where the protocol has no sessions. */
  static String[] session(RunningApplication application, String protocol, String token)
      throws IOException, InterruptedException {
    if (protocol.equals("STATELESS")) {
      return new String[0];
    }
    HttpResponse<String> opened = application.post("/mcp", token, INITIALIZE);
    assertThat(opened.statusCode()).isEqualTo(200);
    String id = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
    String[] session = {"Mcp-Session-Id", id};
    assertThat(application.post("/mcp", token, INITIALIZED, session).statusCode()).isEqualTo(202);
    return session;
  }
}
