package io.mcpauth.examples.schemes;

import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServer.SyncSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletSseServerTransportProvider;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * A server of the MCP SDK behind one filter, at {@code /mcp} by streamable HTTP and at {@code /sse}
 * by HTTP+SSE. Each of its tools says who asks.
 */
@SuppressWarnings("deprecation") // HTTP+SSE is, and there are still servers of it
final class BothTransports implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Server jetty = new Server();
  private final McpSyncServer streamable;
  private final McpSyncServer sse;
  private final String url;

  private BothTransports(List<String> tools, Function<String, McpAuthInstaller> guard)
      throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.open();
    jetty.addConnector(connector);
    url = "http://localhost:" + connector.getLocalPort();
    HttpServletStreamableServerTransportProvider overStreamable =
        HttpServletStreamableServerTransportProvider.builder()
            .mcpEndpoint("/mcp")
            .contextExtractor(BothTransports::caller)
            .build();
    HttpServletSseServerTransportProvider overSse =
        HttpServletSseServerTransportProvider.builder()
            .sseEndpoint("/sse")
            .messageEndpoint("/message")
            .contextExtractor(BothTransports::caller)
            .build();
    streamable = with(tools, McpServer.sync(overStreamable));
    sse = with(tools, McpServer.sync(overSse));
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    add(context, "streamable", overStreamable, "/mcp");
    add(context, "sse", overSse, "/sse", "/message");
    McpAuthInstaller installer = guard.apply(url + "/mcp");
    context.addServletContainerInitializer((classes, servlets) -> installer.install(servlets));
    jetty.setHandler(context);
    jetty.start();
  }

  /**
   * Started.
   *
   * @param guard made of the URL of the resource
   */
  static BothTransports start(List<String> tools, Function<String, McpAuthInstaller> guard)
      throws Exception {
    return new BothTransports(tools, guard);
  }

  private static void add(
      ServletContextHandler context, String name, HttpServlet servlet, String... paths) {
    ServletHolder holder = new ServletHolder(name, servlet);
    holder.setAsyncSupported(true);
    for (String path : paths) {
      context.addServlet(holder, path);
    }
  }

  private static McpSyncServer with(List<String> tools, SyncSpecification<?> server) {
    SyncSpecification<?> specified =
        server
            .serverInfo("both", "1")
            .capabilities(ServerCapabilities.builder().tools(false).build());
    for (String name : tools) {
      Tool tool =
          Tool.builder(name, Map.<String, Object>of("type", "object"))
              .description("Says who asks")
              .build();
      specified =
          specified.toolCall(
              tool,
              (exchange, request) ->
                  CallToolResult.builder()
                      .addTextContent(String.valueOf(exchange.transportContext().get("caller")))
                      .build());
    }
    return specified.build();
  }

  /** {@code Scheme client subject}. */
  private static McpTransportContext caller(HttpServletRequest request) {
    String caller =
        request.getUserPrincipal() instanceof McpPrincipal principal
            ? principal.scheme().wire() + " " + principal.clientId() + " " + principal.subject()
            : "nobody";
    return McpTransportContext.create(Map.of("caller", caller));
  }

  String url() {
    return url;
  }

  /** What a tool says over streamable HTTP to whoever sends this header. */
  String overStreamable(String tool, String header, String value) {
    return answer(
        tool,
        HttpClientStreamableHttpTransport.builder(url)
            .endpoint("/mcp")
            .customizeClient(client -> client.version(HttpClient.Version.HTTP_1_1))
            .addHttpRequestCustomizer(
                (request, method, uri, body, context) -> request.header(header, value))
            .build());
  }

  /** What a tool says over HTTP+SSE to whoever sends this header. */
  String overSse(String tool, String header, String value) {
    return answer(
        tool,
        HttpClientSseClientTransport.builder(url)
            .sseEndpoint("/sse")
            .customizeClient(client -> client.version(HttpClient.Version.HTTP_1_1))
            .addHttpRequestCustomizer(
                (request, method, uri, body, context) -> request.header(header, value))
            .build());
  }

  private static String answer(String tool, McpClientTransport transport) {
    try (McpSyncClient client =
        McpClient.sync(transport)
            .requestTimeout(PATIENCE)
            .initializationTimeout(PATIENCE)
            .build()) {
      client.initialize();
      String text =
          ((TextContent)
                  client
                      .callTool(CallToolRequest.builder(tool).arguments(Map.of()).build())
                      .content()
                      .get(0))
              .text();
      client.closeGracefully();
      return text;
    }
  }

  /** The answer to a call of a tool that is posted as it is. */
  HttpResponse<String> post(String path, String tool, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
                        + tool
                        + "\",\"arguments\":{}}}"));
    return http.send(with(request, headers).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The answer to a GET of an event stream, which a caller reads. */
  HttpResponse<InputStream> stream(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).header("Accept", "text/event-stream").GET();
    return http.send(with(request, headers).build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  /** The answer to a request without a body. */
  HttpResponse<String> plain(String method, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    return http.send(with(request, headers).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request;
  }

  @Override
  public void close() {
    streamable.close();
    sse.close();
    LifeCycle.stop(jetty);
  }
}
