package io.mcpauth.examples.foreign;

import io.mcpauth.examples.jetty.EarlyBodies;
import io.mcpauth.examples.jetty.LoopbackListeners;
import io.mcpauth.examples.jetty.PlainErrors;
import io.mcpauth.outbound.OutboundConnections;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.SessionTrackingMode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.SessionHandler;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * An OAuth 2.1 authorization server on Spring Authorization Server, for tests: a few users, plain
 * http on loopback, open client registration (RFC 7591), clients known by their metadata documents
 * (client ids that are URLs, on this machine too), and everything in memory, so that a restart
 * forgets clients, consents, tokens and the signing key.
 *
 * <p>It listens on {@code 127.0.0.1} and, where the machine has it, {@code ::1}; there is no
 * setting for another address. Its issuer is {@code http://localhost:{port}}.
 *
 * <p>Access tokens are JWTs (RFC 9068) whose {@code aud} is the one resource they were asked for
 * (RFC 8707). Does not check them afterwards: a revoked access token stays valid for a resource
 * server until it expires; a revoked refresh token is dead at once.
 */
public final class SpringProvider implements AutoCloseable {
  private static final int SESSION_SECONDS = 1800;
  private static final int MAX_FORM_BYTES = 64 * 1024;

  private final Server jetty;
  private final int port;
  private final Clients clients;

  private SpringProvider(Server jetty, int port, Clients clients) {
    this.jetty = jetty;
    this.port = port;
    this.clients = clients;
  }

  /**
   * What the server is started with.
   *
   * @param port the port on loopback; 0 picks a free one
   * @param accounts who can log in
   * @param scopes every scope on offer with the words the consent page shows for it, in order
   * @param resources the resource identifiers tokens may be asked for (RFC 8707); when there is
   *     exactly one, a client that names none gets it, because clients of MCP 2025-03-26 name none
   * @param accessTokenLifetime how long an access token is valid, one second at least
   * @param strictness in what it is stricter than it has to be
   * @param connections how documents and keys of clients are fetched: the proxy and the
   *     certificates of it; its limits are not for what strangers name
   */
  public record Settings(
      int port,
      List<Account> accounts,
      Map<String, String> scopes,
      Set<String> resources,
      Duration accessTokenLifetime,
      Strictness strictness,
      OutboundConnections connections) {

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException if a value cannot work; the message says what to write
     */
    public Settings {
      accounts = List.copyOf(accounts);
      scopes = Collections.unmodifiableMap(new LinkedHashMap<>(scopes));
      resources = Collections.unmodifiableSet(new LinkedHashSet<>(resources));
      SettingsCheck.check(port, accounts, scopes, resources, accessTokenLifetime);
      SettingsCheck.checkAudience(strictness, scopes, resources);
    }

    /**
     * With {@link Strictness#NONE} and {@link OutboundConnections#defaults()}.
     *
     * @throws IllegalArgumentException if a value cannot work; the message says what to write
     */
    public Settings(
        int port,
        List<Account> accounts,
        Map<String, String> scopes,
        Set<String> resources,
        Duration accessTokenLifetime) {
      this(
          port,
          accounts,
          scopes,
          resources,
          accessTokenLifetime,
          Strictness.NONE,
          OutboundConnections.defaults());
    }

    /** The names of the scopes only. */
    @Override
    public String toString() {
      return "Settings[port=%d, accounts=%s, scopes=%s, resources=%s, accessTokenLifetime=%s, %s]"
          .formatted(port, accounts, scopes.keySet(), resources, accessTokenLifetime, strictness);
    }
  }

  /**
   * Somebody who can log in.
   *
   * @param user the name, which becomes the subject of the tokens
   * @param password at most 72 bytes of UTF-8
   * @param roles what the {@code roles} claim of the access tokens has (RFC 9068 section 2.2.3.1);
   *     with none there is no such claim
   */
  public record Account(String user, String password, Set<String> roles) {

    /** Copies the roles. */
    public Account {
      roles = Collections.unmodifiableSet(new LinkedHashSet<>(roles));
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
      return user + roles;
    }
  }

  /**
   * Starts a server and returns when it accepts connections.
   *
   * @param settings what to start it with
   * @return the running server; close it
   * @throws IllegalStateException if the port is taken or the server cannot start
   */
  public static SpringProvider start(Settings settings) {
    return start(settings, Clock.systemUTC());
  }

  /** With the clock by which registrations, codes, assertions and tokens live. */
  static SpringProvider start(Settings settings, Clock clock) {
    QueuedThreadPool threads = new QueuedThreadPool(64, 2);
    threads.setName("foreign-provider");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    ScheduledExecutorScheduler scheduler =
        new ScheduledExecutorScheduler("foreign-provider-timer", true);
    Server jetty = new Server(threads, scheduler, null);
    try {
      // The issuer holds the port, so the socket is opened before anything is computed from it.
      int port = LoopbackListeners.open(jetty, settings.port());
      jetty.setErrorHandler(new PlainErrors());
      String issuer = "http://localhost:" + port;
      Clients clients = new Clients(settings, issuer, clock);
      jetty.setHandler(
          EarlyBodies.inFrontOf(context(new SecurityChains(settings, issuer, clients, clock))));
      jetty.start();
      return new SpringProvider(jetty, port, clients);
    } catch (IOException e) {
      stop(jetty);
      throw new IllegalStateException(
          "port %d on loopback cannot be opened (%s); choose another port, or 0 for a free one"
              .formatted(settings.port(), e.getMessage()),
          e);
    } catch (Exception e) {
      stop(jetty);
      throw new IllegalStateException("the foreign provider did not start", e);
    }
  }

  private static ServletContextHandler context(SecurityChains chains) {
    ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
    context.setContextPath("/");
    context.setMaxFormContentSize(MAX_FORM_BYTES);
    context.setErrorHandler(new PlainErrors());
    SessionHandler sessions = context.getSessionHandler();
    // Cookies ignore ports: a name of its own keeps it apart from the other servers on localhost.
    sessions.setSessionCookie("foreign_provider");
    sessions.setHttpOnly(true);
    // Lax, because the browser arrives by a top-level navigation from the client's site.
    sessions.setSameSite(HttpCookie.SameSite.LAX);
    sessions.setSessionTrackingModes(EnumSet.of(SessionTrackingMode.COOKIE));
    sessions.setMaxInactiveInterval(SESSION_SECONDS);
    context.addFilter(new FilterHolder(chains.filter()), "/*", EnumSet.of(DispatcherType.REQUEST));
    return context;
  }

  /**
   * Returns the issuer identifier, {@code http://localhost:{port}}, without a trailing slash.
   *
   * @return the issuer
   */
  public String issuer() {
    return "http://localhost:" + port;
  }

  /**
   * Returns the port it listens on.
   *
   * @return the port, never 0
   */
  public int port() {
    return port;
  }

  /**
   * Stops listening, forgets everything and ends every thread it started; a second call is fine.
   */
  @Override
  public void close() {
    try (clients) {
      stop(jetty);
    }
  }

  private static void stop(Server jetty) {
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the foreign provider did not stop", e);
    } finally {
      LoopbackListeners.close(jetty);
      jetty.destroy();
    }
  }
}
