package io.mcpauth.examples.guard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real client and a real server of MCP, with the guard between them. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardMcpTest {
  private static McpSyncClient client(RunningGuard running) {
    String[] header = running.token().split(": ", 2);
    HttpClientStreamableHttpTransport transport =
        HttpClientStreamableHttpTransport.builder(running.guard().url())
            .customizeClient(http -> http.version(HttpClient.Version.HTTP_1_1))
            .addHttpRequestCustomizer(
                (request, method, uri, body, context) -> request.header(header[0], header[1]))
            .build();
    return McpClient.sync(transport).requestTimeout(Duration.ofSeconds(60)).build();
  }

  @Test
  void clientAndServerOfTheSdk_workThroughTheGuard() throws Exception {
    try (FileToolsServer tools =
            FileToolsServer.start(
                FileToolsSettings.from(Map.of("FILE_TOOLS_PORT", "0", "MCP_AUTH_MODE", "none")));
        RunningGuard running = RunningGuard.before(call -> {}, "TARGET_URL", tools.url());
        McpSyncClient client = client(running)) {
      client.initialize();
      assertThat(client.listTools().tools()).extracting(Tool::name).contains("list_files");
      assertThat(
              client
                  .callTool(CallToolRequest.builder("list_files").arguments(Map.of()).build())
                  .isError())
          .isNotEqualTo(true);
      client.closeGracefully();
    }
  }
}
