package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/** A real Jetty with the library installed in front of a servlet at {@code /mcp}. */
final class GuardedJetty implements AutoCloseable {
  static final String RESOURCE = "https://mcp.example.com/mcp";
  static final String CHALLENGE =
      "Bearer scope=\"files:read\","
          + " resource_metadata="
          + "\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"";

  /** Reading and writing. */
  private static final ToolPolicy FILES =
      ToolPolicy.builder()
          .initialScopes("files:read")
          .tool("read_file", "files:read")
          .tool("write_file", "files:write")
          .build();

  private final TestIssuer issuer;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Server jetty;
  private final ResourceServer server;

  private GuardedJetty(
      HttpServlet mcp,
      Consumer<ServletContextHandler> more,
      UnaryOperator<McpAuthInstaller> options,
      Clock clock,
      Store store,
      ToolPolicy policy,
      RequestLimits limits)
      throws Exception {
    issuer = TestIssuer.start(clock);
    jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    ServletHolder holder = new ServletHolder("mcp", mcp);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/mcp");
    more.accept(context);
    server =
        ResourceServer.builder(RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
            .clock(clock)
            .store(store)
            .limits(limits)
            .build();
    McpAuthInstaller installer = options.apply(McpAuthInstaller.of(server));
    context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
    jetty.setHandler(context);
    jetty.start();
  }

  static GuardedJetty inFrontOf(HttpServlet mcp) throws Exception {
    return inFrontOf(mcp, context -> {}, options -> options);
  }

  static GuardedJetty inFrontOf(
      HttpServlet mcp,
      Consumer<ServletContextHandler> more,
      UnaryOperator<McpAuthInstaller> options)
      throws Exception {
    return new GuardedJetty(
        mcp, more, options, Clock.systemUTC(), Store.inMemory(), FILES, RequestLimits.defaults());
  }

  /** With a time and cut-offs that the test rules. */
  static GuardedJetty inFrontOf(HttpServlet mcp, StreamTimer timer, Clock clock, Store store)
      throws Exception {
    return inFrontOf(mcp, context -> {}, timer, clock, store);
  }

  /** As above, with more in the context. */
  static GuardedJetty inFrontOf(
      HttpServlet mcp,
      Consumer<ServletContextHandler> more,
      StreamTimer timer,
      Clock clock,
      Store store)
      throws Exception {
    return new GuardedJetty(
        mcp,
        more,
        options -> options.timers(() -> timer),
        clock,
        store,
        FILES,
        RequestLimits.defaults());
  }

  /** With a policy and limits of the test's own. */
  static GuardedJetty inFrontOf(HttpServlet mcp, ToolPolicy policy, RequestLimits limits)
      throws Exception {
    return inFrontOf(mcp, context -> {}, policy, limits);
  }

  /** With a policy and a store of the test's own. */
  static GuardedJetty inFrontOf(HttpServlet mcp, ToolPolicy policy, Store store) throws Exception {
    return inFrontOf(mcp, context -> {}, policy, store, RequestLimits.defaults());
  }

  /** As above, with more in the context. */
  static GuardedJetty inFrontOf(
      HttpServlet mcp,
      Consumer<ServletContextHandler> more,
      ToolPolicy policy,
      RequestLimits limits)
      throws Exception {
    return inFrontOf(mcp, more, policy, Store.inMemory(), limits);
  }

  /** With a policy and options of the test's own. */
  static GuardedJetty inFrontOf(
      HttpServlet mcp,
      Consumer<ServletContextHandler> more,
      UnaryOperator<McpAuthInstaller> options,
      ToolPolicy policy)
      throws Exception {
    return new GuardedJetty(
        mcp, more, options, Clock.systemUTC(), Store.inMemory(), policy, RequestLimits.defaults());
  }

  private static GuardedJetty inFrontOf(
      HttpServlet mcp,
      Consumer<ServletContextHandler> more,
      ToolPolicy policy,
      Store store,
      RequestLimits limits)
      throws Exception {
    return new GuardedJetty(
        mcp, more, options -> options, Clock.systemUTC(), store, policy, limits);
  }

  /** Whether so many are free to read on behind a refusal: nothing else counts them. */
  boolean hasPlacesToReadOn(int places) {
    List<Runnable> taken = new ArrayList<>();
    for (int i = 0; i < places; i++) {
      Runnable place = server.placeToReadOn();
      if (place != null) {
        taken.add(place);
      }
    }
    taken.forEach(Runnable::run);
    return taken.size() == places;
  }

  /** What requests take at the moment. */
  RequestLimits.InUse inUse() {
    return server.inUse();
  }

  /** Speaks HTTP/2 without TLS too (RFC 9113 section 3.3), on another port. */
  GuardedJetty andHttp2() throws Exception {
    ServerConnector connector = (ServerConnector) jetty.getConnectors()[0];
    connector.stop();
    connector.addConnectionFactory(new HTTP2CServerConnectionFactory(new HttpConfiguration()));
    connector.start();
    return this;
  }

  String issuer() {
    return issuer.issuer();
  }

  TestIssuer.Token token() {
    return issuer.token(RESOURCE).scopes("files:read");
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  int port() {
    return ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path));
  }

  HttpRequest.Builder authorized(String path) {
    return request(path).header("Authorization", "Bearer " + token().mint());
  }

  HttpRequest call(String tool) {
    return authorized("/mcp")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(toolCall(tool)))
        .build();
  }

  static String toolCall(String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":{}}}";
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<InputStream> stream(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Sends the very bytes and returns all that comes back until the connection closes. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  void stop() {
    LifeCycle.stop(jetty);
  }

  @Override
  public void close() {
    stop();
    issuer.close();
  }
}
