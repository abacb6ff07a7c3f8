package io.mcpauth.examples.differential;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStatelessServerTransport;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.http.HttpServlet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The two transports of the SDK over HTTP, each with the guarded tools behind it. */
enum SdkTransport {
  STREAMABLE,
  STATELESS;

  /**
   * A server.
   *
   * @param servlet its endpoint
   * @param close ends its sessions
   */
  record Server(HttpServlet servlet, Runnable close) {}

  /** A server whose tools do nothing but say that they ran. */
  Server server(McpJsonMapper json, Consumer<ToolRun> ran) {
    return this == STREAMABLE ? streamable(json, ran) : stateless(json, ran);
  }

  private static Server streamable(McpJsonMapper json, Consumer<ToolRun> ran) {
    HttpServletStreamableServerTransportProvider transport =
        HttpServletStreamableServerTransportProvider.builder()
            .jsonMapper(json)
            .mcpEndpoint("/mcp")
            .sessionSweepInterval(null) // its thread would outlive the server
            .build();
    McpServer.SyncSpecification<?> specification =
        McpServer.sync(transport)
            .jsonMapper(json)
            .validateToolInputs(false)
            .immediateExecution(true);
    GuardedTools.NAMES.forEach(
        name -> specification.toolCall(tool(name), (exchange, call) -> answer(call, ran)));
    McpSyncServer server = specification.build();
    return new Server(transport, server::close);
  }

  private static Server stateless(McpJsonMapper json, Consumer<ToolRun> ran) {
    HttpServletStatelessServerTransport transport =
        HttpServletStatelessServerTransport.builder()
            .jsonMapper(json)
            .messageEndpoint("/mcp")
            .build();
    McpServer.StatelessSyncSpecification specification =
        McpServer.sync(transport)
            .jsonMapper(json)
            .validateToolInputs(false)
            .immediateExecution(true);
    GuardedTools.NAMES.forEach(
        name -> specification.toolCall(tool(name), (context, call) -> answer(call, ran)));
    McpStatelessSyncServer server = specification.build();
    return new Server(transport, server::close);
  }

  private static Tool tool(String name) {
    return Tool.builder(name, Map.of("type", "object")).build();
  }

  private static CallToolResult answer(CallToolRequest call, Consumer<ToolRun> ran) {
    ran.accept(new ToolRun(call.name(), Objects.requireNonNullElse(call.arguments(), Map.of())));
    return CallToolResult.builder().addTextContent("done").build();
  }
}
