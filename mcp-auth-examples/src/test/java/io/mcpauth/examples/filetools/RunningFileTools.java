package io.mcpauth.examples.filetools;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Principal;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** The file tools on a real container, behind a filter that believes an {@code X-User} header. */
final class RunningFileTools implements AutoCloseable {

  private final TestIssuer issuer = TestIssuer.start();
  private final Server jetty = new Server();
  private final ResourceServer guard;
  private final FileToolsMcp tools;
  final int port;

  private final Queue<SubstituteLoggingEvent> logged = new ConcurrentLinkedQueue<>();

  RunningFileTools(Path directory) throws Exception {
    this(directory, false);
  }

  /**
   * File tools.
   *
   * @param guarded whether they are told that the filter looks at sessions
   */
  RunningFileTools(Path directory, boolean guarded) throws Exception {
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    // Opened before the start, so that the port is known when the accepted hosts are set.
    connector.open();
    port = connector.getLocalPort();
    Logger log = new SubstituteLogger("file-tools", logged, false);
    FileRoot root = FileRoot.at(directory);
    guard =
        ResourceServer.builder(
                url() + "/mcp",
                AuthorizationServer.of(issuer.issuer()),
                ToolPolicy.builder().tool("*", "files").build())
            .build();
    tools =
        guarded
            ? FileToolsMcp.guarded(root, guard, log)
            : FileToolsMcp.open(root, "/mcp", AllowedCallers.loopback(port), log);
    ServletContextHandler context = new ServletContextHandler();
    ServletHolder servlet = new ServletHolder("mcp", tools.servlet());
    servlet.setAsyncSupported(true);
    context.addServlet(servlet, "/mcp");
    FilterHolder identity = new FilterHolder(identity());
    identity.setAsyncSupported(true);
    context.addFilter(identity, "/*", EnumSet.of(DispatcherType.REQUEST));
    jetty.setHandler(context);
    jetty.start();
  }

  /** What was logged, as {@code LEVEL text}. */
  List<String> logLines() {
    return logged.stream()
        .map(
            event ->
                event.getLevel()
                    + " "
                    + MessageFormatter.basicArrayFormat(
                        event.getMessage(), event.getArgumentArray()))
        .toList();
  }

  private Filter identity() {
    return (request, response, chain) -> {
      String user = ((HttpServletRequest) request).getHeader("X-User");
      chain.doFilter(
          user == null
              ? request
              : new HttpServletRequestWrapper((HttpServletRequest) request) {
                @Override
                public Principal getUserPrincipal() {
                  return caller(user);
                }
              },
          response);
    };
  }

  /** The principal of a client of that name. */
  McpPrincipal caller(String client) {
    return issuer.token(url()).claim("client_id", client).principal();
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Sends a request with exactly these lines in its head, and reads the whole answer. */
  String raw(String head, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          head + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  McpSyncClient client(String user) {
    McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(url())
                    .endpoint("/mcp")
                    .customizeClient(http -> http.version(HttpClient.Version.HTTP_1_1))
                    .addHttpRequestCustomizer(
                        (request, method, uri, body, context) -> request.header("X-User", user))
                    .build())
            .build();
    client.initialize();
    return client;
  }

  /** Closes the MCP server first, so that open streams end and the container can stop at once. */
  @Override
  public void close() {
    tools.close();
    LifeCycle.stop(jetty);
    guard.close();
    issuer.close();
  }
}
