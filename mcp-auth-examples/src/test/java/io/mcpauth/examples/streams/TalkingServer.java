package io.mcpauth.examples.streams;

import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.Map;

/** The MCP SDK with a tool that talks without end to speak of, and a voice on every stream. */
final class TalkingServer implements AutoCloseable {
  static final int WORDS = 1500;

  final HttpServletStreamableServerTransportProvider servlet =
      HttpServletStreamableServerTransportProvider.builder()
          .mcpEndpoint("/mcp")
          .contextExtractor(
              request ->
                  McpTransportContext.create(Map.of("principal", request.getUserPrincipal())))
          .build();
  private final McpSyncServer server =
      McpServer.sync(servlet)
          .serverInfo("talking", "1")
          .capabilities(ServerCapabilities.builder().logging().tools(false).build())
          .tools(
              SyncToolSpecification.builder()
                  .tool(Tool.builder("talk", Map.of("type", "object")).build())
                  .callHandler((exchange, request) -> talk(exchange))
                  .build())
          .build();

  private static CallToolResult talk(McpSyncServerExchange exchange) {
    String subject =
        String.valueOf(((McpPrincipal) exchange.transportContext().get("principal")).subject());
    for (int i = 0; i < WORDS; i++) {
      exchange.loggingNotification(
          LoggingMessageNotification.builder(LoggingLevel.ERROR, word(subject)).build());
    }
    return CallToolResult.builder().addTextContent("said by " + word(subject)).build();
  }

  static String word(String subject) {
    return subject + "-" + "x".repeat(200);
  }

  /** Says something on the listening stream of a session; says nothing where it is gone. */
  void say(String session, String subject) {
    servlet
        .notifyClient(
            session,
            "notifications/message",
            Map.of("level", "error", "logger", "race", "data", word(subject)))
        .onErrorComplete()
        .block();
  }

  @Override
  public void close() {
    server.closeGracefully();
  }
}
