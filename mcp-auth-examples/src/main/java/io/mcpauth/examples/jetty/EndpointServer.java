package io.mcpauth.examples.jetty;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.servlet.McpAuthInstaller;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An embedded Jetty with one MCP endpoint in a root context, and whatever has to end with it. */
public final class EndpointServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointServer.class);

  /** Beyond them the idle ones go after a second, and the next one waits so long. */
  private static final int MOST_CONNECTIONS = 4_000;

  private static final long SHORT_IDLE_MILLIS = 1_000;

  /** After which the threads of a rush are given back; Jetty's own is one of them in a minute. */
  private static final int IDLE_THREADS_MILLIS = 5_000;

  private final QueuedThreadPool threads;
  private final Server jetty;
  private final ServletContextHandler context = new ServletContextHandler();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /**
   * Puts a program together on such a server.
   *
   * @param <T> the program
   */
  @FunctionalInterface
  public interface Assembly<T> {
    /** Returns when the program serves. */
    T on(EndpointServer server) throws Exception;
  }

  private EndpointServer(int minThreads, int maxThreads) {
    threads = new QueuedThreadPool(maxThreads, minThreads, IDLE_THREADS_MILLIS);
    threads.setMaxEvictCount(maxThreads);
    jetty = new Server(threads);
    jetty.setErrorHandler(new PlainErrors()); // also for what never reaches the context
    context.setContextPath("/");
    context.setErrorHandler(new PlainErrors());
    NetworkConnectionLimit connections = new NetworkConnectionLimit(MOST_CONNECTIONS, jetty);
    connections.setEndPointIdleTimeout(SHORT_IDLE_MILLIS);
    jetty.addBean(connections);
    jetty.setHandler(EarlyBodies.inFrontOf(context));
  }

  /**
   * Starts a program; where that fails, what runs by then is stopped.
   *
   * @param name what messages call it
   * @throws IllegalArgumentException if a setting is wrong
   * @throws IllegalStateException if something else is
   */
  public static <T> T start(String name, int minThreads, int maxThreads, Assembly<T> assembly) {
    EndpointServer server = new EndpointServer(minThreads, maxThreads);
    try {
      return assembly.on(server);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    } catch (Exception e) {
      server.close();
      throw new IllegalStateException("The " + name + " did not start: " + e.getMessage(), e);
    }
  }

  /**
   * Requires that certificates of clients come from whoever ends TLS: here it does not end, so that
   * no connection would ever have one.
   *
   * @throws IllegalArgumentException if they are to be those of the connection
   */
  public static void requireTlsInFront(Settings settings) {
    if ("container".equals(settings.value(Setting.MTLS))) {
      throw settings.wrong(
          Setting.MTLS,
          "but TLS does not end here. Write 'header', with that of the proxy that ends it.");
    }
  }

  /** Takes a part over, to be closed with the server, before what was there earlier. */
  public <T extends AutoCloseable> T owning(T part) {
    parts.push(part);
    return part;
  }

  /**
   * Opens the listening sockets, before the server starts, because its URL holds the port.
   *
   * @param bind {@code loopback}, {@code all} or an address of this computer
   * @param wanted the port; 0 picks a free one
   * @return the port
   */
  public int open(String bind, int wanted) throws IOException {
    parts.push(() -> LoopbackListeners.close(jetty)); // stop() leaves them where nothing started
    parts.push(jetty::stop);
    return switch (bind) {
      case "loopback" -> LoopbackListeners.open(jetty, wanted);
      case "all" -> openAt(null, wanted);
      default -> openAt(bind, wanted);
    };
  }

  private int openAt(@Nullable String host, int wanted) throws IOException {
    ServerConnector connector = new ServerConnector(jetty, HttpRules.http());
    connector.setHost(host);
    connector.setPort(wanted);
    connector.setIdleTimeout(HttpRules.IDLE_MILLIS);
    connector.open();
    jetty.addConnector(connector);
    return connector.getLocalPort();
  }

  /** Has the context guarded, from its start on. */
  public void install(McpAuthInstaller installer) {
    context.addServletContainerInitializer((classes, own) -> installer.install(own));
  }

  /** Adds a page beside the endpoint, at exactly this path; before {@link #serve}. */
  public void beside(String path, Servlet servlet) {
    context.addServlet(new ServletHolder(path.substring(1), servlet), path);
  }

  /**
   * Starts the server with the servlet at the path of the endpoint.
   *
   * @param further patterns that it is mapped to as well
   */
  public void serve(String path, Servlet servlet, String... further) throws Exception {
    ServletHolder holder = new ServletHolder("mcp", servlet);
    holder.setAsyncSupported(true);
    holder.setInitOrder(0);
    context.addServlet(holder, path);
    for (String pattern : further) {
      context.addServlet(holder, pattern);
    }
    jetty.start();
  }

  /** How long a connection may be idle between two requests, or within one. */
  public void idleTimeout(Duration timeout) {
    for (Connector connector : jetty.getConnectors()) {
      ((ServerConnector) connector).setIdleTimeout(timeout.toMillis());
    }
  }

  /** How many threads there are, at work and idle. */
  public int threads() {
    return threads.getThreads();
  }

  /** Waits until the server is stopped. */
  public void join() throws InterruptedException {
    jetty.join();
  }

  /** Stops everything, the last that was started first. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("Did not stop cleanly", e);
      }
    }
  }
}
