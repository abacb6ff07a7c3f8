package notes;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Two tools: everybody has notes of his own. The SDK's servlet has a builder, so this one has it. */
public final class NotesServlet extends HttpServlet {
  private static final String CALLER = "caller";

  private final Map<String, List<String>> notes = new ConcurrentHashMap<>();
  private HttpServlet sdk;

  @Override
  public void init() {
    HttpServletStreamableServerTransportProvider transport =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(
                request ->
                    McpTransportContext.create(
                        Map.of(CALLER, request.getUserPrincipal().getName())))
            .build();
    Map<String, Object> text = Map.of("text", Map.of("type", "string"));
    McpServer.sync(transport)
        .serverInfo("notes", "1")
        .capabilities(ServerCapabilities.builder().tools(false).build())
        .toolCall(
            Tool.builder("read_notes", Map.of("type", "object"))
                .description("Reads your notes.")
                .build(),
            this::read)
        .toolCall(
            Tool.builder(
                    "write_note",
                    Map.of("type", "object", "properties", text, "required", List.of("text")))
                .description("Writes a note.")
                .build(),
            this::write)
        .build();
    sdk = transport;
  }

  @Override
  public void service(ServletRequest request, ServletResponse response)
      throws ServletException, IOException {
    sdk.service(request, response);
  }

  @Override
  public void destroy() {
    sdk.destroy();
  }

  private CallToolResult read(McpSyncServerExchange exchange, CallToolRequest request) {
    return answer("Notes of " + caller(exchange) + ": " + of(exchange));
  }

  private CallToolResult write(McpSyncServerExchange exchange, CallToolRequest request) {
    of(exchange).add(String.valueOf(request.arguments().get("text")));
    return answer("Written.");
  }

  /** Issuer and subject: the same subject at another issuer is another user. */
  private static String caller(McpSyncServerExchange exchange) {
    return (String) exchange.transportContext().get(CALLER);
  }

  private List<String> of(McpSyncServerExchange exchange) {
    return notes.computeIfAbsent(caller(exchange), name -> new CopyOnWriteArrayList<>());
  }

  private static CallToolResult answer(String text) {
    return CallToolResult.builder().addTextContent(text).build();
  }
}
