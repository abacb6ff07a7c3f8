package io.mcpauth.examples.ownusers;

import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServer.SyncSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * The application of the page: an MCP server of the SDK that remembers for each user, with a login
 * page.
 */
@SuppressWarnings("deprecation") // HTTP+SSE is, and there are still servers of it
final class MemoryServer implements AutoCloseable {
  static final List<String> TOOLS =
      List.of(
          "memory_store",
          "memory_recall",
          "memory_search",
          "coding_start_session",
          "graph_query",
          "web_scrape");

  private final Map<String, String> memory = new ConcurrentHashMap<>();
  private final Server jetty = new Server();
  private final McpSyncServer mcp;
  private final String url;

  MemoryServer(McpAuthInstaller guard) throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    HttpServletSseServerTransportProvider transport =
        HttpServletSseServerTransportProvider.builder()
            .sseEndpoint("/api/v1/mcp/sse")
            .messageEndpoint("/api/v1/mcp/message")
            .contextExtractor(
                request ->
                    McpTransportContext.create(McpPrincipal.toContext(request.getUserPrincipal())))
            .build();
    mcp = served(transport);
    ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
    context.setContextPath("/");
    ServletHolder holder = new ServletHolder("mcp", transport);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/api/v1/mcp/*");
    context.addServlet(new ServletHolder("login", new LoginPage()), "/login");
    context.addServletContainerInitializer((classes, servlets) -> guard.install(servlets));
    jetty.setHandler(context);
    jetty.start();
    url = "http://127.0.0.1:" + connector.getLocalPort();
  }

  private McpSyncServer served(HttpServletSseServerTransportProvider transport) {
    SyncSpecification<?> server =
        McpServer.sync(transport)
            .serverInfo("memory", "1")
            .capabilities(ServerCapabilities.builder().tools(false).build());
    for (String name : TOOLS) {
      Tool tool =
          Tool.builder(name, Map.<String, Object>of("type", "object")).description(name).build();
      server = server.toolCall(tool, this::called);
    }
    return server.build();
  }

  private CallToolResult called(McpSyncServerExchange exchange, CallToolRequest call) {
    McpPrincipal caller =
        Objects.requireNonNull(McpPrincipal.fromContext(exchange.transportContext()::get));
    Map<String, Object> arguments = Objects.requireNonNullElse(call.arguments(), Map.of());
    String place = caller.subject() + " " + arguments.get("key");
    String said =
        switch (call.name()) {
          case "memory_store" -> {
            memory.put(place, String.valueOf(arguments.get("value")));
            yield "stored for " + caller.subject();
          }
          case "memory_recall" -> memory.getOrDefault(place, "nothing");
          default -> call.name() + " for " + caller.subject();
        };
    return CallToolResult.builder().addTextContent(said).build();
  }

  /** Where it really is. */
  String url() {
    return url;
  }

  @Override
  public void close() {
    mcp.close();
    LifeCycle.stop(jetty);
  }
}
