package io.mcpauth.examples.guard;

import io.mcpauth.ResourceServer;
import io.mcpauth.examples.jetty.HttpRules;
import io.mcpauth.examples.jetty.LoopbackListeners;
import io.mcpauth.examples.jetty.PlainErrors;
import io.mcpauth.metadata.Loopback;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.Revocations;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guard on an embedded Jetty: the filter, and behind it the proxy to the target. */
final class GuardServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GuardServer.class);
  private static final int MAX_THREADS = 200;
  private static final int MIN_THREADS = 8;

  private final ResourceIdentifier resource;
  private final int port;
  private final Server jetty;
  private final Revocations revocations;
  private final Deque<AutoCloseable> parts;

  private GuardServer(
      ResourceIdentifier resource,
      int port,
      Server jetty,
      Revocations revocations,
      Deque<AutoCloseable> parts) {
    this.resource = resource;
    this.revocations = revocations;
    this.port = port;
    this.jetty = jetty;
    this.parts = parts;
  }

  /**
   * Starts everything and returns when it serves.
   *
   * @throws IllegalArgumentException if a setting is wrong
   * @throws IllegalStateException if a port is taken
   */
  static GuardServer start(GuardSettings settings) {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      return start(settings, parts);
    } catch (RuntimeException e) {
      closeAll(parts);
      throw e;
    } catch (Exception e) {
      closeAll(parts);
      throw new IllegalStateException("The guard did not start: " + e.getMessage(), e);
    }
  }

  private static GuardServer start(GuardSettings settings, Deque<AutoCloseable> parts)
      throws Exception {
    RequestHeaders headers = RequestHeaders.with(settings.passHeaders());
    Server jetty = new Server(new QueuedThreadPool(MAX_THREADS, MIN_THREADS));
    parts.push(jetty::stop);
    jetty.setErrorHandler(new PlainErrors()); // also for what never reaches the context
    int port = open(jetty, settings);
    ResourceIdentifier resource = resource(settings, port);
    ResourceServer server = GuardedResource.of(settings, resource);
    parts.push(server);
    OutgoingCredential credential =
        OutgoingCredential.of(settings.outgoing(), settings.issuers().get(0));
    parts.push(credential);
    warnOfClearText(settings);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    context.setErrorHandler(new PlainErrors());
    context.addServletContainerInitializer(
        (classes, servletContext) -> McpAuthInstaller.of(server).install(servletContext));
    ServletHolder holder =
        new ServletHolder(
            "target",
            new TargetProxy(
                settings.target(),
                settings.targetTimeout(),
                headers,
                credential,
                settings.identityHeaders()));
    holder.setAsyncSupported(true);
    holder.setInitOrder(0);
    context.addServlet(holder, resource.path());
    jetty.setHandler(context);
    jetty.start();
    return new GuardServer(resource, port, jetty, server.revocations(), parts);
  }

  private static void warnOfClearText(GuardSettings settings) {
    URI target = settings.target();
    if (settings.outgoing().kind() != OutgoingSettings.Kind.NONE
        && "http".equals(target.getScheme())
        && !Loopback.host(target)) {
      LOG.warn(
          "TARGET_URL is plain http to {}: whoever is on the way can read the outgoing token."
              + " Write https, unless the network in between is yours alone.",
          target.getHost());
    }
  }

  /** The URL of the MCP endpoint, for clients. */
  String url() {
    return resource.value();
  }

  /** The port it listens on. */
  int port() {
    return port;
  }

  /** How long a connection may be idle between two requests, or within one; for tests. */
  void idleTimeout(Duration timeout) {
    for (Connector connector : jetty.getConnectors()) {
      ((ServerConnector) connector).setIdleTimeout(timeout.toMillis());
    }
  }

  /** Cuts callers off; for tests. */
  Revocations revocations() {
    return revocations;
  }

  /** Waits until the server is stopped. */
  void join() throws InterruptedException {
    jetty.join();
  }

  /** Stops everything, the last that was started first. */
  @Override
  public void close() {
    closeAll(parts);
  }

  private static int open(Server jetty, GuardSettings settings) {
    try {
      return switch (settings.bind()) {
        case "loopback" -> LoopbackListeners.open(jetty, settings.port());
        case "all" -> open(jetty, null, settings.port());
        default -> open(jetty, settings.bind(), settings.port());
      };
    } catch (IOException e) {
      throw new IllegalStateException(
          "PORT is "
              + settings.port()
              + " on GUARD_BIND '"
              + settings.bind()
              + "', which cannot be opened ("
              + e.getMessage()
              + "). Write a free port, or 0 to have one picked; and loopback, all or an address"
              + " of this computer.",
          e);
    }
  }

  private static int open(Server jetty, @Nullable String host, int port) throws IOException {
    ServerConnector connector = new ServerConnector(jetty, HttpRules.http());
    connector.setHost(host);
    connector.setPort(port);
    connector.open();
    jetty.addConnector(connector);
    return connector.getLocalPort();
  }

  private static ResourceIdentifier resource(GuardSettings settings, int port) {
    String configured = settings.resource();
    ResourceIdentifier resource =
        ResourceIdentifier.of(
            configured == null ? "http://localhost:" + port + "/mcp" : configured);
    if (resource.path().isEmpty()) {
      throw new IllegalArgumentException(
          "MCP_AUTH_RESOURCE is '"
              + resource
              + "', which has no path. Write '"
              + resource
              + "/mcp' instead.");
    }
    if (resource.value().equals(settings.target().toString())) {
      throw new IllegalArgumentException(
          "TARGET_URL and MCP_AUTH_RESOURCE are both '"
              + resource
              + "', so that the guard would call itself. Write the MCP server's own URL as"
              + " TARGET_URL.");
    }
    return resource;
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("Did not stop cleanly", e);
      }
    }
  }
}
