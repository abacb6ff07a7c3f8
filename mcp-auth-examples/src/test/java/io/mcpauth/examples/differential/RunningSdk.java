package io.mcpauth.examples.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * One server of the SDK on a real container, at two places: behind the filter at {@code /mcp}, and
 * open at {@code /open/mcp}. One request at a time, so that what ran belongs to it.
 */
final class RunningSdk implements AutoCloseable {
  static final String GUARDED = "/mcp";
  static final String OPEN = "/open/mcp";

  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

  private final TestIssuer issuer = TestIssuer.start();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Queue<ToolRun> ran = new ConcurrentLinkedQueue<>();
  private final Map<Set<String>, String> tokens = new HashMap<>();
  private final Map<String, String> sessions = new HashMap<>();
  private final SdkTransport transport;
  private final SdkTransport.Server sdk;
  private final Server jetty;

  RunningSdk(SdkTransport transport, SdkMapper mapper) throws Exception {
    this(transport, mapper, null);
  }

  /** Where requests do not name their charset, the context does, as {@code web.xml} can. */
  RunningSdk(SdkTransport transport, SdkMapper mapper, @Nullable String charset) throws Exception {
    this.transport = transport;
    sdk = transport.server(mapper.json(), ran::add);
    jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    ServletHolder guarded = holder("guarded");
    context.addServlet(guarded, GUARDED);
    context.addServlet(holder("open"), OPEN);
    ResourceServer server =
        ResourceServer.builder(
                Callers.RESOURCE, AuthorizationServer.of(issuer.issuer()), GuardedTools.POLICY)
            .build();
    context.addServletContainerInitializer(
        (classes, servlets) -> {
          if (charset != null) {
            servlets.setRequestCharacterEncoding(charset);
          }
          McpAuthInstaller.of(server).guardServlets("guarded").install(servlets);
        });
    jetty.setHandler(context);
    jetty.start();
  }

  /** Sends a body and returns the tools that ran for it. */
  List<ToolRun> send(String path, Set<String> scopes, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path, scopes, body);
    if (transport == SdkTransport.STREAMABLE) {
      request.header("Mcp-Session-Id", session(path, scopes));
    }
    ran.clear();
    client.send(request.build(), HttpResponse.BodyHandlers.discarding());
    return new ArrayList<>(ran);
  }

  @Override
  public void close() {
    sdk.close().run();
    LifeCycle.stop(jetty);
    issuer.close();
  }

  private ServletHolder holder(String name) {
    ServletHolder holder = new ServletHolder(name, sdk.servlet());
    holder.setAsyncSupported(true);
    return holder;
  }

  private HttpRequest.Builder request(String path, Set<String> scopes, byte[] body) {
    URI uri = URI.create("http://127.0.0.1:" + port() + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!scopes.isEmpty()) {
      String token = tokens.computeIfAbsent(scopes, granted -> Callers.token(issuer, granted));
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  /** A session belongs to who opened it. */
  private String session(String path, Set<String> scopes) throws IOException, InterruptedException {
    String key = path + scopes;
    String open = sessions.get(key);
    if (open == null) {
      HttpResponse<Void> response =
          client.send(
              request(path, scopes, INITIALIZE.getBytes(UTF_8)).build(),
              HttpResponse.BodyHandlers.discarding());
      open = response.headers().firstValue("Mcp-Session-Id").orElseThrow();
      sessions.put(key, open);
    }
    return Objects.requireNonNull(open);
  }

  private int port() {
    return ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
  }
}
