package io.mcpauth.examples.guard;

import io.mcpauth.servlet.McpAuthInstaller;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/** A server of the MCP SDK that speaks HTTP+SSE, at {@code /sse} and {@code /message}. */
@SuppressWarnings("deprecation") // the transport is, and there are still servers of it
final class SseSdkServer implements AutoCloseable {
  private final CopyOnWriteArrayList<String> messages = new CopyOnWriteArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final Server jetty = new Server();
  private final McpSyncServer mcp;
  private final String url;

  private SseSdkServer(@Nullable Function<String, McpAuthInstaller> guard) throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.open();
    jetty.addConnector(connector);
    url = "http://localhost:" + connector.getLocalPort();
    HttpServletSseServerTransportProvider transport =
        HttpServletSseServerTransportProvider.builder()
            .sseEndpoint("/sse")
            .messageEndpoint("/message")
            .contextExtractor(
                request -> McpTransportContext.create(Map.of("caller", caller(request))))
            .build();
    mcp = server(transport);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    ServletHolder holder = new ServletHolder("mcp", transport);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/sse");
    context.addServlet(holder, "/message");
    context.addFilter(seen(), "/message", EnumSet.of(DispatcherType.REQUEST));
    if (guard != null) {
      McpAuthInstaller installer = guard.apply(url);
      context.addServletContainerInitializer((classes, servlets) -> installer.install(servlets));
    }
    jetty.setHandler(context);
    jetty.start();
  }

  /** Started; with a guard where there is one, made of its URL. */
  static SseSdkServer start(@Nullable Function<String, McpAuthInstaller> guard) throws Exception {
    return new SseSdkServer(guard);
  }

  private McpSyncServer server(HttpServletSseServerTransportProvider transport) {
    Tool whoami =
        Tool.builder("whoami", Map.<String, Object>of("type", "object"))
            .description("Says who asks")
            .build();
    return McpServer.sync(transport)
        .serverInfo("sse", "1")
        .capabilities(ServerCapabilities.builder().tools(false).build())
        .toolCall(
            whoami,
            (exchange, request) -> {
              runs.incrementAndGet();
              return CallToolResult.builder()
                  .addTextContent(String.valueOf(exchange.transportContext().get("caller")))
                  .build();
            })
        .build();
  }

  /** What gets as far as the server. */
  private FilterHolder seen() {
    Filter filter =
        (request, response, chain) -> {
          HttpServletRequest http = (HttpServletRequest) request;
          String message = url + http.getRequestURI() + "?" + http.getQueryString();
          messages.addIfAbsent(message);
          chain.doFilter(request, response);
        };
    FilterHolder holder = new FilterHolder(filter);
    holder.setAsyncSupported(true);
    return holder;
  }

  private static String caller(HttpServletRequest request) {
    return request.getUserPrincipal() == null ? "nobody" : request.getUserPrincipal().getName();
  }

  String url() {
    return url;
  }

  /** Where messages were posted that reached it. */
  List<String> messageUrls() {
    return messages;
  }

  /** How often the tool ran. */
  int runs() {
    return runs.get();
  }

  @Override
  public void close() {
    mcp.close();
    LifeCycle.stop(jetty);
  }
}
