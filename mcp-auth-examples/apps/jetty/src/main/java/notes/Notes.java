package notes;

import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.http.HttpServlet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Two tools: everybody has notes of his own. */
final class Notes {
  private final Map<String, List<String>> notes = new ConcurrentHashMap<>();

  /** The MCP Java SDK's servlet with these tools; it hands on who calls. */
  static HttpServlet servlet() {
    Notes notes = new Notes();
    HttpServletStreamableServerTransportProvider transport =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(
                request ->
                    McpTransportContext.create(McpPrincipal.toContext(request.getUserPrincipal())))
            .build();
    Map<String, Object> text = Map.of("text", Map.of("type", "string"));
    McpServer.sync(transport)
        .serverInfo("notes", "1")
        .capabilities(ServerCapabilities.builder().tools(false).build())
        .toolCall(
            Tool.builder("read_notes", Map.of("type", "object"))
                .description("Reads your notes.")
                .build(),
            notes::read)
        .toolCall(
            Tool.builder(
                    "write_note",
                    Map.of("type", "object", "properties", text, "required", List.of("text")))
                .description("Writes a note.")
                .build(),
            notes::write)
        .build();
    return transport;
  }

  private CallToolResult read(McpSyncServerExchange exchange, CallToolRequest request) {
    McpPrincipal caller = caller(exchange);
    return answer("Notes of " + caller.subject() + ": " + of(caller));
  }

  private CallToolResult write(McpSyncServerExchange exchange, CallToolRequest request) {
    of(caller(exchange)).add(String.valueOf(request.arguments().get("text")));
    return answer("Written.");
  }

  private static McpPrincipal caller(McpSyncServerExchange exchange) {
    return McpPrincipal.fromContext(exchange.transportContext()::get);
  }

  /** A name is issuer and subject: the same subject at another issuer is another user. */
  private List<String> of(McpPrincipal caller) {
    return notes.computeIfAbsent(caller.getName(), name -> new CopyOnWriteArrayList<>());
  }

  private static CallToolResult answer(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }
}
