package io.mcpauth.examples.guard;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.access.AccessControl;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.jetty.EndpointServer;
import io.mcpauth.examples.jetty.EndpointUrl;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guard on an embedded Jetty: the filter, and behind it the proxy to the target. */
final class GuardServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GuardServer.class);
  private static final String HEALTH = "/health";
  private static final String READY = "/ready";
  private static final int MIN_THREADS = 8;
  private static final int MAX_THREADS = 200;

  private final ResourceServer server;
  private final int port;
  private final EndpointServer endpoint;
  private final TargetProxy proxy;
  private final @Nullable Login login;

  private GuardServer(
      ResourceServer server,
      int port,
      EndpointServer endpoint,
      TargetProxy proxy,
      @Nullable Login login) {
    this.server = server;
    this.port = port;
    this.endpoint = endpoint;
    this.proxy = proxy;
    this.login = login;
  }

  /**
   * Starts everything and returns when it serves.
   *
   * @throws IllegalArgumentException if a setting is wrong
   * @throws IllegalStateException if a port is taken
   */
  static GuardServer start(GuardSettings settings) {
    return start(settings, builder -> builder);
  }

  /** With more than settings can say; for tests. */
  static GuardServer start(GuardSettings settings, UnaryOperator<ResourceServerBuilder> more) {
    return EndpointServer.start(
        "guard", MIN_THREADS, MAX_THREADS, endpoint -> start(settings, more, endpoint));
  }

  private static GuardServer start(
      GuardSettings settings, UnaryOperator<ResourceServerBuilder> more, EndpointServer endpoint)
      throws Exception {
    int port = open(settings, endpoint);
    ResourceIdentifier resource = resource(settings, port);
    Settings all = settings.settings().with(Setting.RESOURCE, resource.value());
    EndpointServer.requireTlsInFront(all);
    DevelopmentIssuer issuer = null;
    ResourceServerBuilder builder;
    if (DevelopmentIssuer.isAskedFor(all)) {
      ToolPolicy policy = DevelopmentIssuer.policy(all);
      issuer = DevelopmentIssuer.start(all, resource, policy, endpoint);
      builder =
          ConfiguredServer.builder(all, policy, issuer.server().server(), issuer.server().store());
    } else {
      builder = ConfiguredServer.builder(all);
    }
    ResourceServer server = endpoint.owning(more.apply(builder).build());
    OutgoingCredential credential =
        endpoint.owning(OutgoingCredential.of(settings.credential(), all));
    warnOfClearText(settings);
    TargetProxy proxy =
        new TargetProxy(
            settings.target(),
            settings.targetTimeout(),
            settings.requestHeaders(),
            settings.responseHeaders(),
            credential,
            settings.identityHeaders(),
            server::policy,
            settings.keepAlive());
    AtomicReference<@Nullable TargetWatch> watch = new AtomicReference<>();
    endpoint.install(McpAuthInstaller.of(server, all).openPaths(HEALTH, READY));
    endpoint.beside(HEALTH, new ProbeServlet(() -> true));
    endpoint.beside(READY, new ProbeServlet(() -> answers(watch.get())));
    endpoint.serve(
        server.endpointPath(),
        proxy,
        "/*"); // where a target of HTTP+SSE has messages posted, it says later
    watch.set(
        endpoint.owning(
            TargetWatch.start(
                new TargetTools(proxy), server::policy, settings.targetCheck(), LOG)));
    return new GuardServer(server, port, endpoint, proxy, issuer == null ? null : issuer.login());
  }

  private static boolean answers(@Nullable TargetWatch watch) {
    return watch != null && watch.answers();
  }

  private static void warnOfClearText(GuardSettings settings) {
    URI target = settings.target();
    if (settings.credential() != CredentialKind.NONE
        && "http".equals(target.getScheme())
        && !ResourceIdentifier.loopback(target)) {
      LOG.warn(
          "TARGET_URL is plain http to {}: whoever is on the way can read the outgoing token."
              + " Write https, unless the network in between is yours alone.",
          target.getHost());
    }
  }

  /** The URL of the MCP endpoint, for clients. */
  String url() {
    return server.endpointUrl();
  }

  /** How to log in at the development issuer, or null where none runs. */
  @Nullable Login login() {
    return login;
  }

  /** The port it listens on. */
  int port() {
    return port;
  }

  /** How long a connection may be idle between two requests, or within one; for tests. */
  void idleTimeout(Duration timeout) {
    endpoint.idleTimeout(timeout);
  }

  /** Cuts callers off; for tests. */
  AccessControl access() {
    return server.access();
  }

  /** What requests take at the moment; for tests. */
  RequestLimits.InUse inUse() {
    return server.inUse();
  }

  /** What calls the target; for tests. */
  TargetProxy proxy() {
    return proxy;
  }

  /** How many threads it has; for tests. */
  int threads() {
    return endpoint.threads();
  }

  /** Waits until the server is stopped. */
  void join() throws InterruptedException {
    endpoint.join();
  }

  /** Stops everything, the last that was started first. */
  @Override
  public void close() {
    endpoint.close();
  }

  private static int open(GuardSettings settings, EndpointServer endpoint) {
    try {
      return endpoint.open(settings.bind(), settings.port());
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

  private static ResourceIdentifier resource(GuardSettings settings, int port) {
    ResourceIdentifier resource = EndpointUrl.of(settings.settings(), port);
    String path = EndpointUrl.path(settings.settings(), resource);
    if ((resource.origin() + path).equals(settings.target().toString())) {
      throw new IllegalArgumentException(
          "TARGET_URL and MCP_AUTH_RESOURCE are both '"
              + resource
              + "', so that the guard would call itself. Write the MCP server's own URL as"
              + " TARGET_URL.");
    }
    return resource;
  }
}
