package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.issuer.OAuthServer;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts a resource server into a servlet context: the metadata endpoints, open to everybody, those
 * for signals from outside where it receives some, and the filter in front of everything else.
 *
 * <pre>{@code
 * @WebListener
 * public class Protection implements ServletContextListener {
 *   @Override
 *   public void contextInitialized(ServletContextEvent event) {
 *     ResourceServer server =
 *         ResourceServer.builder(
 *                 "https://mcp.example.com/mcp",
 *                 AuthorizationServer.of("https://login.example.com"),
 *                 ToolPolicy.builder().tool("read_file", "files:read").build())
 *             .build();
 *     McpAuthInstaller.of(server).install(event.getServletContext());
 *   }
 * }
 * }</pre>
 *
 * <p>By default the filter guards the whole context ({@code /*}), so that no spelling of a path
 * leads past it; {@link #guardServlets} guards some servlets only, by name. It is mapped before the
 * filters that are declared in {@code web.xml}, for every kind of dispatch, with async support. The
 * resource server is closed when the context ends.
 *
 * <p>A context can hold several resources, each with its own servlets, issuers and policy: {@link
 * #and}.
 */
public final class McpAuthInstaller {
  private static final Pattern APPLICATION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final ResourceServer server;
  private final List<String> servlets = new ArrayList<>();
  private final List<String> openPaths = new ArrayList<>();
  private final List<String> alsoOpen = new ArrayList<>();
  private final List<McpAuthInstaller> others = new ArrayList<>();
  private @Nullable Integer maxBodyBytes;
  private @Nullable String application;
  private boolean mirror;
  private boolean trailingSlash;
  private boolean atRoot;
  private boolean wellKnownMapped;
  private @Nullable SessionLogin login;
  private @Nullable OAuthServer own;
  private Supplier<StreamTimer> timers = DaemonTimer::new;

  private McpAuthInstaller(ResourceServer server) {
    this.server = server;
  }

  /** An installer for a resource server, which the context owns from then on. */
  public static McpAuthInstaller of(ResourceServer server) {
    return new McpAuthInstaller(server);
  }

  /**
   * As {@link #of(ResourceServer)}, with what settings say: {@link Setting#ofTheFilter}.
   *
   * @throws IllegalArgumentException if one is wrong; the message begins with its key
   */
  public static McpAuthInstaller of(ResourceServer server, Settings settings) {
    return FilterSettings.installer(server, settings);
  }

  /**
   * An installer for what settings alone ask for, as a filter of {@code web.xml} has it: a resource
   * server and, where {@link Setting#SERVER} is set, the authorization server for the users of the
   * container. The context owns both.
   *
   * @throws IllegalArgumentException if a setting is missing, is wrong or contradicts another; the
   *     message begins with its key
   * @throws IllegalStateException if their store cannot be opened
   * @throws io.mcpauth.store.StoreException if its database does not answer, and the settings say
   *     not to wait for it
   */
  public static McpAuthInstaller of(Settings settings) {
    return FilterSettings.installer(settings);
  }

  /**
   * Guards these servlets only, by their registered names, whatever they are mapped to. For an
   * application that has other pages in the same context. Called once.
   */
  public McpAuthInstaller guardServlets(String... names) {
    if (!servlets.isEmpty()) {
      throw twice("guardServlets");
    }
    if (names.length == 0) {
      throw new IllegalArgumentException(
          "No servlet to guard is named. Name them, or leave guardServlets out to guard all.");
    }
    servlets.addAll(List.of(names));
    return this;
  }

  /**
   * Leaves these paths of the context unguarded where all the rest is: {@code /health}, or {@code
   * /docs/*} for all below. A request is for one of them only if its path is written exactly so,
   * without escapes, parameters or dot segments. A path whose last segment is that of the MCP
   * endpoint stays guarded, below {@code /docs/*} too: a servlet may take it for the endpoint. One
   * that leads to a further mapping of the MCP servlet, as {@code /docs/*} does beside {@code
   * *.mcp}, stops the start. None by default. Called once.
   *
   * @throws IllegalArgumentException if one is no such path, opens everything, or opens the MCP
   *     endpoint
   */
  public McpAuthInstaller openPaths(String... paths) {
    if (!openPaths.isEmpty()) {
      throw twice("openPaths");
    }
    OpenPaths checked = new OpenPaths(List.of(paths), server.endpointPath());
    if (checked.isEmpty()) {
      throw new IllegalArgumentException(
          "No open path is named. Name one, or leave openPaths out.");
    }
    openPaths.addAll(List.of(paths));
    return this;
  }

  /**
   * Leaves further paths unguarded, as {@link #openPaths} does, for a framework that has some of
   * its own: beside those of the application, and without effect beside {@link #guardServlets},
   * which leaves them open anyway. Whoever says them vouches for them: there is no warning where
   * nobody can see whether one leads to the MCP server. Called once.
   *
   * @throws IllegalArgumentException as {@link #openPaths}
   */
  public McpAuthInstaller alsoOpen(String... paths) {
    if (!alsoOpen.isEmpty()) {
      throw twice("alsoOpen");
    }
    OpenPaths checked = new OpenPaths(List.of(paths), server.endpointPath());
    if (checked.isEmpty()) {
      throw new IllegalArgumentException("No open path is named. Name one, or leave alsoOpen out.");
    }
    alsoOpen.addAll(List.of(paths));
    return this;
  }

  /**
   * Judges a request for the path of the MCP endpoint with a slash at its end as any other, and
   * hands it on to whatever serves that path. Without it the answer is a 404 that names the right
   * path: most MCP servers serve exactly one, and a client would log in for their 404 or 405.
   */
  public McpAuthInstaller serveTrailingSlash() {
    if (trailingSlash) {
      throw twice("serveTrailingSlash");
    }
    trailingSlash = true;
    return this;
  }

  /** The largest body that is read, in bytes: 1 MiB by default. A larger one gets a 413. */
  public McpAuthInstaller maxBodyBytes(int bytes) {
    if (maxBodyBytes != null) {
      throw twice("maxBodyBytes");
    }
    maxBodyBytes = bytes;
    return this;
  }

  /**
   * Serves the metadata document of this resource also at {@code
   * /.well-known/{name}/oauth-protected-resource}, where providers such as Casdoor have one for
   * each application. None by default.
   *
   * @throws IllegalArgumentException if the name is not of letters, digits, dots, hyphens and
   *     underscores
   */
  public McpAuthInstaller application(String name) {
    if (application != null) {
      throw twice("application");
    }
    if (!APPLICATION.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Application '"
              + name
              + "' is no segment of a path. Write letters, digits, dots, hyphens or underscores.");
    }
    application = name;
    return this;
  }

  /**
   * Serves a copy of the metadata of the first authorization server on the origin of the resource,
   * at {@code /.well-known/oauth-authorization-server} and {@code
   * /.well-known/openid-configuration}, with and without the path of the resource.
   *
   * <p>For clients of MCP 2025-03-26, which look only there and do not compare the issuer. Clients
   * that read the protected-resource metadata go to the issuer itself, which stays the only one
   * that is advertised; those that compare the issuer refuse a copy (RFC 8414 section 3.3).
   */
  public McpAuthInstaller mirrorAuthorizationServerMetadata() {
    if (mirror) {
      throw twice("mirrorAuthorizationServerMetadata");
    }
    mirror = true;
    return this;
  }

  /**
   * Makes this the resource whose documents are at the root, for clients that look only there. A
   * sole resource is it anyway; of several none is, unless it is said.
   */
  public McpAuthInstaller atRoot() {
    if (atRoot) {
      throw twice("atRoot");
    }
    atRoot = true;
    return this;
  }

  /**
   * Says that the locations below {@code /.well-known/} of the host lead into this context, which
   * has a path of its own: a proxy in front maps {@code /.well-known/...} to {@code
   * /app/.well-known/...}. What has to be mapped is logged at start. Without it such a context does
   * not start, because clients would not find the metadata.
   */
  public McpAuthInstaller wellKnownMapped() {
    if (wellKnownMapped) {
      throw twice("wellKnownMapped");
    }
    wellKnownMapped = true;
    return this;
  }

  /**
   * Has the session of a browser speak for requests of pages of allowed origins that carry no other
   * credential, where the resource server accepts {@code BrowserSessions}; {@link
   * SessionLogin#ofTheContainer} for the login of the container. What of these pages it gets at
   * says the policy, with the scheme {@code Session}. None by default.
   *
   * <p>The {@code Cookie} of a request goes on to the servlet behind as it came.
   *
   * @throws IllegalArgumentException from {@link #install} where the resource server does not
   *     accept them, or accepts them and this is not said
   */
  public McpAuthInstaller browserSessions(SessionLogin found) {
    if (login != null) {
      throw twice("browserSessions");
    }
    login = found;
    return this;
  }

  /**
   * Serves an authorization server of one's own in the same context, which owns it from then on:
   * its endpoints below its issuer, and its metadata below {@code /.well-known/}. None by default.
   * The resource server accepts its tokens where it was built with {@link
   * OAuthServer#authorizationServer()}; {@link ContainerUsers} is the login of the container.
   *
   * @throws IllegalArgumentException from {@link #install} beside {@link
   *     #mirrorAuthorizationServerMetadata}, which would put a copy where the metadata itself is
   */
  public McpAuthInstaller authorizationServer(OAuthServer server) {
    if (own != null) {
      throw twice("authorizationServer");
    }
    own = server;
    return this;
  }

  /**
   * A further resource in the same context, with its own servlets, which each of them has to name
   * by {@link #guardServlets}. Tokens for one are refused at the other.
   */
  public McpAuthInstaller and(McpAuthInstaller other) {
    others.add(other);
    return this;
  }

  /** What ends streams in time; a test has its own. */
  McpAuthInstaller timers(Supplier<StreamTimer> source) {
    timers = source;
    return this;
  }

  /**
   * Installs everything. To be called while the context starts: from a {@code
   * ServletContainerInitializer} or {@code ServletContextListener}, or on an embedded container's
   * context before it serves. From then on the resource server is the context's attribute {@link
   * McpAuthFilter#RESOURCE_SERVER_ATTRIBUTE}.
   *
   * @throws IllegalArgumentException if the resources contradict each other
   * @throws IllegalStateException if the context cannot serve the metadata where clients look, has
   *     started already, or has these names already; the message says what to do. The resource
   *     servers are closed then.
   */
  public void install(ServletContext context) {
    List<McpAuthInstaller> all = all();
    try {
      install(context, all);
    } catch (RuntimeException e) {
      all.forEach(McpAuthInstaller::close); // nobody else knows them
      throw e;
    }
  }

  void close() {
    try (server) {
      if (own != null) {
        own.close();
      }
    }
  }

  private static void install(ServletContext context, List<McpAuthInstaller> all) {
    requireApart(all);
    WellKnownDocuments documents = new WellKnownDocuments();
    SignalEndpoints signals = new SignalEndpoints();
    OAuthEndpoints oauth = oauth(all);
    for (McpAuthInstaller one : all) {
      signals.add(one.server);
      documents.add(one.server, one.application, one.mirror, all.size() == 1 || one.atRoot);
    }
    boolean mapped = all.stream().anyMatch(one -> one.wellKnownMapped);
    for (int i = 0; i < all.size(); i++) {
      Guarding guarding = all.get(i).guarding(documents, signals, oauth, mapped);
      Placement.requireWellKnown(context, guarding);
      Registration.filter(context, i, guarding);
    }
    Registration.wellKnown(context, documents);
    Registration.signals(context, signals);
    Registration.oauth(context, oauth);
    all.forEach(one -> ContextServers.add(context, one.server));
  }

  private static OAuthEndpoints oauth(List<McpAuthInstaller> all) {
    OAuthEndpoints oauth = new OAuthEndpoints();
    for (McpAuthInstaller one : all) {
      if (one.own != null) {
        oauth.add(one.own);
      }
    }
    if (!oauth.isEmpty() && all.stream().anyMatch(one -> one.mirror)) {
      throw new IllegalArgumentException(
          "An authorization server of one's own has its metadata where"
              + " mirrorAuthorizationServerMetadata would put a copy. Leave the mirror out.");
    }
    return oauth;
  }

  /** What a filter does that stands alone in its context. */
  Guarding alone() {
    requireApart(List.of(this));
    WellKnownDocuments documents = new WellKnownDocuments();
    documents.add(server, application, mirror, true);
    SignalEndpoints signals = new SignalEndpoints();
    signals.add(server);
    return guarding(documents, signals, oauth(List.of(this)), wellKnownMapped);
  }

  private List<McpAuthInstaller> all() {
    List<McpAuthInstaller> all = new ArrayList<>();
    all.add(this);
    others.forEach(other -> all.addAll(other.all()));
    return all;
  }

  private static void requireApart(List<McpAuthInstaller> all) {
    Set<String> guarded = new HashSet<>();
    for (McpAuthInstaller one : all) {
      if (all.size() > 1 && one.servlets.isEmpty()) {
        throw new IllegalArgumentException(
            "The context has "
                + all.size()
                + " resources, and '"
                + one.server.resource()
                + "' does not say which servlets are its own. Name them with guardServlets.");
      }
      if (!one.servlets.isEmpty() && !one.openPaths.isEmpty()) {
        throw new IllegalArgumentException(
            "openPaths means nothing beside guardServlets, which leaves all others open. Write one"
                + " of them.");
      }
      for (String name : one.servlets) {
        if (!guarded.add(name)) {
          throw new IllegalArgumentException(
              "The servlet '" + name + "' is guarded for two resources. Name it for one of them.");
        }
      }
    }
    if (all.stream().filter(one -> one.atRoot).count() > 1) {
      throw new IllegalArgumentException("Two resources are atRoot. Say it of one of them.");
    }
  }

  private Guarding guarding(
      WellKnownDocuments documents, SignalEndpoints signals, OAuthEndpoints oauth, boolean mapped) {
    List<String> open = new ArrayList<>(openPaths);
    if (servlets.isEmpty()) {
      open.addAll(alsoOpen);
    }
    return new Guarding(
        server,
        maxBodyBytes == null ? McpAuthFilter.DEFAULT_MAX_BODY_BYTES : maxBodyBytes,
        NotServed.of(server, trailingSlash),
        documents,
        signals,
        oauth,
        new OpenPaths(open, server.endpointPath(), openPaths.isEmpty()),
        Set.copyOf(servlets),
        mapped,
        login,
        true,
        timers);
  }

  private static IllegalArgumentException twice(String option) {
    return new IllegalArgumentException(option + " is set twice. Set it once.");
  }
}
