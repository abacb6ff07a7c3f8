package io.mcpauth.examples.streams;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.http.HttpServlet;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Undertow takes a coding that it does not know for no body, and reads a request behind it. */
class UnknownCodingOnUndertowTest {
  /** The MCP server, which nothing here gets to. */
  private static final class Guarded extends HttpServlet {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
      })
  void requestBehindIt_isNotAnswered(String coding) throws Exception {
    ResourceServer server =
        ResourceServer.builder(
                "https://mcp.example.com/mcp",
                AuthorizationServer.of("https://login.example.com"),
                ToolPolicy.builder().tool("t", "s").build())
            .build();
    try (UndertowDriver undertow =
            new UndertowDriver(
                new Guarded(), List.of(context -> McpAuthInstaller.of(server).install(context)));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), undertow.port())) {
      socket.setSoTimeout(60_000);
      String hidden = "GET /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      String request = "POST /mcp HTTP/1.1\r\nHost: localhost\r\n" + coding + "\r\n\r\n" + hidden;
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String answers = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answers).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
    }
  }
}
