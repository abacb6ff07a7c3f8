package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mirrored headers of revision 2026-07-28 as a container hands them on. */
class MirroredHeadersOnTheWireTest {
  private static final String BODY =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"read_file\","
          + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}";
  private static final String VERSION = "MCP-Protocol-Version: 2026-07-28\r\n";
  private static final String METHOD = "Mcp-Method: tools/call\r\n";

  private final EchoServlet echo = new EchoServlet();
  private GuardedJetty jetty;

  @BeforeEach
  void start() throws Exception {
    jetty = GuardedJetty.inFrontOf(echo);
  }

  @AfterEach
  void stop() {
    jetty.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: read_file\r\n",
        "mcp-protocol-version: 2026-07-28\r\nMCP-METHOD: tools/call\r\nmCP-nAME: read_file\r\n",
        "mcp-protocol-version:2026-07-28\r\nmcp-method:\ttools/call \r\nmcp-name:  read_file\t\r\n",
        "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\n"
            + "Mcp-Name: =?base64?cmVhZF9maWxl?=\r\n"
      })
  void headersInAnyCase_areEqualToTheBody(String headers) throws Exception {
    assertThat(answer(headers)).startsWith("HTTP/1.1 200 ");
    assertThat(echo.calls).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        VERSION,
        VERSION + METHOD,
        METHOD + "Mcp-Name: read_file\r\n",
        VERSION + METHOD + "Mcp-Name:\r\n",
        VERSION + METHOD + "Mcp-Name: Read_File\r\n",
        VERSION + METHOD + "Mcp-Name: READ_FILE\r\n",
        VERSION + METHOD + "Mcp-Name: r\u00e9ad_file\r\n",
        VERSION + METHOD + "Mcp-Name: read_file\r\nMcp-Name: read_file\r\n",
        VERSION + METHOD + "Mcp-Name: read_file\r\nmcp-name: write_file\r\n",
        VERSION + METHOD + "Mcp-Name: write_file\r\nMCP-NAME: read_file\r\n",
        VERSION + METHOD + "Mcp-Name: read_file, read_file\r\n",
        VERSION + METHOD + "Mcp_Name: read_file\r\n",
        VERSION + METHOD + METHOD + "Mcp-Name: read_file\r\n",
        VERSION + "Mcp-Method: TOOLS/CALL\r\nMcp-Name: read_file\r\n",
        VERSION + VERSION + METHOD + "Mcp-Name: read_file\r\n",
        "MCP-Protocol-Version: 2025-11-25\r\n" + METHOD + "Mcp-Name: read_file\r\n"
      })
  void headersThatAreNotTheBody_neverReachTheServlet(String headers) throws Exception {
    assertThat(answer(headers))
        .startsWith("HTTP/1.1 400 ")
        .contains("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32020,")
        .doesNotContain("WWW-Authenticate");
    assertThat(echo.calls).hasValue(0);
  }

  @Test
  void olderRevision_ignoresThem() throws Exception {
    String headers = "MCP-Protocol-Version: 2025-11-25\r\nMcp-Method: x\r\nMcp-Name: y\r\n";
    String body = BODY.replace("2026-07-28", "2025-06-18");
    assertThat(answer(headers, body)).startsWith("HTTP/1.1 200 ");
  }

  private String answer(String headers) throws IOException {
    return answer(headers, BODY);
  }

  private String answer(String headers, String body) throws IOException {
    return jetty.raw(
        "POST /mcp HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
            + jetty.token().mint()
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n"
            + headers
            + "\r\n"
            + body);
  }
}
