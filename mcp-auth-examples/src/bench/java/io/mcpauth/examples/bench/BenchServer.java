package io.mcpauth.examples.bench;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * One Jetty in one of the variants that are compared: the same connector, threads and MCP servlet,
 * and in front of that servlet nothing, the library, or something else. Or a bare proxy.
 */
public final class BenchServer {
  private BenchServer() {}

  /**
   * Runs until the process ends.
   *
   * @param args the variant; the issuer, or for the proxy its target
   */
  public static void main(String[] args) throws Exception {
    QueuedThreadPool threads = new QueuedThreadPool(200);
    if (args[0].equals("virtual")) {
      threads.setVirtualThreadsExecutor(virtualThreads());
    }
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setHeaderCacheCaseSensitive(true); // as the library wants it; for all, so that they match
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(args[0].equals("proxy") ? proxy(args[1]) : context(args[0], args[1]));
    server.start();
    System.out.println("ready http://127.0.0.1:" + connector.getLocalPort() + "/mcp");
    server.join();
  }

  private static Handler proxy(String target) {
    HttpURI uri = HttpURI.from(target);
    return new ProxyHandler.Reverse(request -> uri);
  }

  private static ServletContextHandler context(String variant, String issuer) throws Exception {
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    ServletHolder mcp = new ServletHolder(new McpStub());
    mcp.setAsyncSupported(true);
    context.addServlet(mcp, "/mcp");
    switch (variant) {
      case "bare" -> context.addServlet(new StaticMetadata(issuer), "/.well-known/*");
      case "ours", "virtual" -> install(context, resourceServer(issuer));
      case "new" -> {
        NewTokens filter = new NewTokens(issuer);
        filter(context, filter);
        context.addServlet(new ServletHolder(filter.counter()), "/checks");
      }
      case "nimbus" -> filter(context, new NimbusFilter(issuer));
      case "spring" -> SpringSecurity.install(context, issuer);
      default -> throw new IllegalArgumentException("No variant " + variant);
    }
    return context;
  }

  static ResourceServer resourceServer(String issuer) {
    ToolPolicy policy =
        ToolPolicy.builder()
            .initialScopes(BenchIssuer.SCOPE)
            .tool("get_weather", BenchIssuer.SCOPE)
            .tool("write_file", "files:write")
            .build();
    return ResourceServer.builder(BenchIssuer.RESOURCE, AuthorizationServer.of(issuer), policy)
        .build();
  }

  private static void install(ServletContextHandler context, ResourceServer server) {
    context.addServletContainerInitializer(
        (classes, servlets) -> McpAuthInstaller.of(server).install(servlets));
  }

  private static void filter(ServletContextHandler context, Filter filter) {
    FilterHolder holder = new FilterHolder(filter);
    holder.setAsyncSupported(true);
    context.addFilter(holder, "/mcp", EnumSet.of(DispatcherType.REQUEST));
  }

  /** By reflection: it compiles for Java 17. */
  private static Executor virtualThreads() throws ReflectiveOperationException {
    return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }
}
