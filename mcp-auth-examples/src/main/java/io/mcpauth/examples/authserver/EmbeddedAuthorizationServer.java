package io.mcpauth.examples.authserver;

import io.mcpauth.config.Setting;
import io.mcpauth.examples.jetty.EarlyBodies;
import io.mcpauth.examples.jetty.LoopbackListeners;
import io.mcpauth.examples.jetty.PlainErrors;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.issuer.OAuthPages;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.issuer.OAuthServerBuilder;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.policy.ToolPolicyBuilder;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.servlet.AuthorizationServerInstaller;
import io.mcpauth.store.Store;
import jakarta.servlet.DispatcherType;
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
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The authorization server of the library inside this process, for development only: a login of its
 * own with a few users, plain http on loopback, open client registration (RFC 7591), clients known
 * by their metadata documents (client ids that are URLs, on this machine too), clients that the
 * operator enters, and, unless it is given a store, everything in memory, so that a restart forgets
 * clients, consents, tokens and the signing key.
 *
 * <p>It listens on {@code 127.0.0.1} and, where the machine has it, {@code ::1}; there is no
 * setting for another address.
 *
 * <p>Access tokens are JWTs (RFC 9068) whose {@code aud} is the one resource they were asked for
 * (RFC 8707), so that resource servers in other processes can verify them. Those learn of a token
 * that was ended when it expires; a resource server in this process learns it at once. With a store
 * they are opaque, and resource servers on that store alone take them.
 */
public final class EmbeddedAuthorizationServer implements AutoCloseable {
  /** The settings of a resource server that say how tokens look, which is settled beside it. */
  public static final List<Setting> SETTLED =
      List.of(
          Setting.AUDIENCE,
          Setting.PROFILE,
          Setting.JWKS_URI,
          Setting.ACCEPTED_ISSUERS,
          Setting.SCOPE_PREFIX,
          Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE,
          Setting.INTROSPECTION);

  private static final int MAX_FORM_BYTES = 64 * 1024;

  private final Server jetty;
  private final int port;
  private final OAuthServer server;
  private final Store store;

  private EmbeddedAuthorizationServer(Server jetty, int port, OAuthServer server, Store store) {
    this.jetty = jetty;
    this.port = port;
    this.server = server;
    this.store = store;
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
   * @param issuer its issuer identifier where a proxy of this machine is in front, as of several
   *     nodes; null for {@code http://localhost:{port}}
   * @param store where clients, grants and logins are kept, so that they outlive the process and
   *     other nodes know them; null for the memory of this process. Whoever opened it closes it
   */
  public record Settings(
      int port,
      List<Account> accounts,
      Map<String, String> scopes,
      Set<String> resources,
      Duration accessTokenLifetime,
      Strictness strictness,
      OutboundConnections connections,
      @Nullable String issuer,
      @Nullable Store store) {

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
      SettingsCheck.checkIssuer(issuer);
    }

    /**
     * With {@link Strictness#NONE}, {@link OutboundConnections#defaults()}, and all in memory.
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
          OutboundConnections.defaults(),
          null,
          null);
    }

    /**
     * The same with an issuer identifier.
     *
     * @throws IllegalArgumentException if it is no origin of this machine
     */
    public Settings withIssuer(@Nullable String other) {
      return new Settings(
          port,
          accounts,
          scopes,
          resources,
          accessTokenLifetime,
          strictness,
          connections,
          other,
          store);
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
   * @param password at most 1,000 characters
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
  public static EmbeddedAuthorizationServer start(Settings settings) {
    return start(settings, Clock.systemUTC());
  }

  /** With the clock by which registrations, codes, assertions and tokens live. */
  static EmbeddedAuthorizationServer start(Settings settings, Clock clock) {
    QueuedThreadPool threads = new QueuedThreadPool(64, 2);
    threads.setName("dev-authorization-server");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    ScheduledExecutorScheduler scheduler =
        new ScheduledExecutorScheduler("dev-authorization-server-timer", true);
    Server jetty = new Server(threads, scheduler, null);
    try {
      // The issuer holds the port, so the socket is opened before anything is computed from it.
      int port = LoopbackListeners.open(jetty, settings.port());
      jetty.setErrorHandler(new PlainErrors());
      String issuer = settings.issuer() == null ? "http://localhost:" + port : settings.issuer();
      Store store = settings.store() == null ? Store.inMemory(clock) : settings.store();
      LoginSessions sessions = new LoginSessions(store, clock);
      OAuthPages pages =
          LocalPages.of(!settings.strictness().withoutClientDocuments(), settings.store() == null);
      OAuthServer server = server(settings, issuer, store, sessions, pages, clock);
      ServletContextHandler context = context(server);
      LoginForm form =
          new LoginForm(
              pages,
              Passwords.of(settings.accounts()),
              new LoginThrottle(clock),
              sessions,
              new FormTokens(store),
              issuer);
      context.addServlet(new ServletHolder("login", form), Endpoints.LOGIN);
      jetty.setHandler(EarlyBodies.inFrontOf(context));
      jetty.start();
      return new EmbeddedAuthorizationServer(jetty, port, server, store);
    } catch (IOException e) {
      stop(jetty);
      throw new IllegalStateException(
          "port %d on loopback cannot be opened (%s); choose another port, or 0 for a free one"
              .formatted(settings.port(), e.getMessage()),
          e);
    } catch (Exception e) {
      stop(jetty);
      throw new IllegalStateException("the development authorization server did not start", e);
    }
  }

  private static OAuthServer server(
      Settings settings,
      String issuer,
      Store store,
      LoginSessions sessions,
      OAuthPages pages,
      Clock clock) {
    Strictness strictness = settings.strictness();
    OAuthServerBuilder builder =
        OAuthServer.builder(issuer, store, new FormLogin(sessions, settings.accounts(), clock))
            .accessTokenLifetime(settings.accessTokenLifetime())
            .pages(pages)
            .connections(settings.connections())
            // It listens on loopback alone: whoever can make it fetch is on this machine already.
            .allowLoopbackDocumentsForDevelopment()
            .clock(clock);
    if (settings.store() == null) {
      // Others verify the tokens. Everything is in memory, and so may be what seals the key.
      builder.signedTokens(SealKeys.generated());
    }
    settings.resources().forEach(one -> builder.resource(one, offering(settings.scopes())));
    if (strictness.registeredScopesOnly()) {
      builder.holdClientsToRegisteredScopes();
    }
    if (strictness.withoutClientDocuments()) {
      builder.refuseMetadataDocuments();
    }
    Set<String> bringing = strictness.audienceScopes();
    if (bringing != null) {
      builder.audienceByScopes(bringing.toArray(String[]::new));
    }
    return builder.build();
  }

  /**
   * A policy that says what there is to be asked for: what it takes to call a tool says another.
   */
  private static ToolPolicy offering(Map<String, String> scopes) {
    ToolPolicyBuilder policy =
        ToolPolicy.builder().baseScopes(scopes.keySet().toArray(String[]::new));
    scopes.forEach((scope, words) -> policy.scopeText(scope, words, ""));
    return policy.build();
  }

  private static ServletContextHandler context(OAuthServer server) {
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    context.setMaxFormContentSize(MAX_FORM_BYTES);
    context.setErrorHandler(new PlainErrors());
    context.addFilter(
        new FilterHolder(new LoopbackCallers()), "/*", EnumSet.of(DispatcherType.REQUEST));
    context.addServletContainerInitializer(
        (classes, servlets) -> AuthorizationServerInstaller.of(server).install(servlets));
    return context;
  }

  /**
   * Returns the issuer identifier, without a trailing slash.
   *
   * @return the issuer
   */
  public String issuer() {
    return server.issuer();
  }

  /**
   * Returns the port it listens on.
   *
   * @return the port, never 0
   */
  public int port() {
    return port;
  }

  /** What issues its tokens, for a resource server in this process. */
  public OAuthServer server() {
    return server;
  }

  /** Where it keeps what lasts. */
  public Store store() {
    return store;
  }

  /** The clients that the operator enters. */
  public ClientControl clients() {
    return server.clients();
  }

  /**
   * Stops listening, and ends every thread it started. What is in memory is forgotten; a store that
   * it was given stays open, with what is in it. A second call is fine.
   */
  @Override
  public void close() {
    stop(jetty); // which ends the server with its context
  }

  private static void stop(Server jetty) {
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the development authorization server did not stop", e);
    } finally {
      LoopbackListeners.close(jetty);
      jetty.destroy();
    }
  }
}
