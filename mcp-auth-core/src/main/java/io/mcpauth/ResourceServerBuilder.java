package io.mcpauth;

import io.mcpauth.edge.Edge;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.metadata.MetadataSigner;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.SessionStore;
import io.mcpauth.store.Store;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Revocations;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a {@link ResourceServer}. Everything here is optional; a value that is set twice stops the
 * start.
 */
public final class ResourceServerBuilder {
  private static final long KEPT_VERDICT_BYTES = 55_000_000;
  private static final Duration DEFAULT_SKEW = Duration.ofSeconds(60);
  private static final Duration MAX_LIFETIME = Duration.ofDays(30);
  private static final Duration MAX_SKEW = Duration.ofMinutes(5);
  private static final Duration DEFAULT_WATCH = Duration.ofSeconds(10);

  /** Outside -32768 to -32000, which JSON-RPC and MCP keep for themselves. */
  private static final int DEFAULT_ERROR_CODE = -31001;

  private final ResourceIdentifier resource;
  private final List<AuthorizationServer> servers = new ArrayList<>();
  private final ToolPolicy policy;
  private final List<AuthEvents> listeners = new ArrayList<>();
  private @Nullable Consumer<ProtectedResourceMetadata.Builder> metadata;
  private @Nullable MetadataSigner signer;
  private @Nullable Set<String> exposeClaims;
  private @Nullable Duration clockSkew;
  private @Nullable Duration maxTokenLifetime;
  private @Nullable Revocations revocations;
  private @Nullable Set<String> origins;
  private @Nullable Set<String> hosts;
  private @Nullable SessionStore sessions;
  private Store.@Nullable DeclaredNodes nodes;
  private @Nullable String realm;
  private @Nullable Integer errorCode;
  private @Nullable RequestLimits limits;
  private @Nullable Long keptVerdictBytes;
  private @Nullable Clock clock;
  private @Nullable PolicyFile policyFile;
  private byte[] policyContent = new byte[0];
  private @Nullable Duration watchPolicy;

  ResourceServerBuilder(
      ResourceIdentifier resource, AuthorizationServer server, ToolPolicy policy) {
    this.resource = resource;
    this.policy = policy;
    servers.add(server);
  }

  /**
   * A further authorization server. A token is routed to one of them by its {@code iss} alone, so
   * no {@code iss} may be accepted for two.
   */
  public ResourceServerBuilder authorizationServer(AuthorizationServer server) {
    SetOnce.require(
        servers.stream().noneMatch(known -> known.issuer().equals(server.issuer())),
        "Authorization server '" + server.issuer() + "'");
    servers.add(server);
    return this;
  }

  /**
   * Sets optional members of the metadata document. {@code resource}, {@code authorization_servers}
   * and {@code bearer_methods_supported} are the library's, and setting one here stops the start;
   * {@code scopes_supported} defaults to the scopes that rules of the policy ask for and is left
   * out where it has none.
   */
  public ResourceServerBuilder metadata(Consumer<ProtectedResourceMetadata.Builder> members) {
    SetOnce.require(metadata == null, "The metadata");
    metadata = members;
    return this;
  }

  /**
   * Adds {@code signed_metadata} (RFC 9728 section 2.2) to the metadata document: all its other
   * members, signed. None by default; MCP clients do not ask for it.
   *
   * @throws IllegalArgumentException from {@link #build()} where {@code signed_metadata} was set
   *     otherwise, or a custom member has the name of a registered JWT claim
   */
  public ResourceServerBuilder signMetadata(MetadataSigner key) {
    SetOnce.require(signer == null, "The signer of the metadata");
    signer = key;
    return this;
  }

  /**
   * The claims that the principal keeps beside issuer, subject, client, scopes and expiry. None by
   * default: a token may carry a whole user record.
   */
  public ResourceServerBuilder exposeClaims(String... names) {
    SetOnce.require(exposeClaims == null, "The set of exposed claims");
    if (Arrays.stream(names).anyMatch(name -> name.isEmpty() || !name.equals(name.strip()))) {
      throw new IllegalArgumentException(
          "Exposed claims "
              + Arrays.toString(names)
              + ": one is empty or has space around it. Write the exact names.");
    }
    exposeClaims = new LinkedHashSet<>(List.of(names));
    return this;
  }

  /**
   * How far the clocks of issuer and server may differ: 60 seconds by default, 5 minutes at most.
   */
  public ResourceServerBuilder clockSkew(Duration skew) {
    SetOnce.require(clockSkew == null, "The clock skew");
    if (skew.isNegative() || skew.compareTo(MAX_SKEW) > 0) {
      throw new IllegalArgumentException(
          "Clock skew " + skew + " is out of range. Write zero to " + MAX_SKEW + ".");
    }
    clockSkew = skew;
    return this;
  }

  /**
   * The longest that a token may last from now on: 30 days by default and at most, which is what
   * providers allow. A token that ends later is refused, because a thief would have it for as long.
   */
  public ResourceServerBuilder maxTokenLifetime(Duration longest) {
    SetOnce.require(maxTokenLifetime == null, "The maximum token lifetime");
    if (longest.compareTo(Duration.ofMinutes(1)) < 0 || longest.compareTo(MAX_LIFETIME) > 0) {
      throw new IllegalArgumentException(
          "Maximum token lifetime "
              + longest
              + " is out of range. Write one minute to "
              + MAX_LIFETIME
              + ".");
    }
    maxTokenLifetime = longest;
    return this;
  }

  /** What is cut off, shared with other resource servers. One of its own by default. */
  public ResourceServerBuilder revocations(Revocations shared) {
    SetOnce.require(revocations == null, "The revocations");
    revocations = shared;
    return this;
  }

  /**
   * Listens to every decision; may be called for several listeners. Decisions are logged all the
   * same: refusals at INFO, faults and outages at WARN, grants at DEBUG; of each reason ten a
   * second at most, and with the next one the number of the others.
   */
  public ResourceServerBuilder events(AuthEvents listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Further origins whose web pages may use the MCP endpoint, beside the resource's own, such as
   * {@code https://app.example.com} or {@code http://localhost:6274}. None by default; a request of
   * another page gets a 403. A loopback resource allows its own scheme and port under {@code
   * localhost}, {@code 127.0.0.1} and {@code [::1]}.
   *
   * <p>Also the origins of browser extensions and applications, such as {@code
   * chrome-extension://<id>}: no web page can have one, but any program on the user's machine can
   * claim it.
   *
   * <p>Pages of these origins also get the CORS headers that let them use the endpoint: preflight
   * requests are answered, and {@code WWW-Authenticate}, {@code Mcp-Session-Id}, {@code DPoP-Nonce}
   * and {@code Retry-After} can be read. Cookies are not among what they may send.
   *
   * @throws IllegalArgumentException for a wildcard, {@code null}, a path, upper case, the default
   *     port, or plain http off loopback
   */
  public ResourceServerBuilder allowOrigins(String... more) {
    SetOnce.require(origins == null, "The list of allowed origins");
    origins = Arrays.stream(more).map(Edge::origin).collect(Collectors.toUnmodifiableSet());
    return this;
  }

  /**
   * Names that the {@code Host} of a request may have, beside the resource's own: {@code
   * mcp.internal} for every port, {@code mcp.internal:8443} for one. Any other gets a 421. Without
   * this setting a loopback resource answers only to loopback names, and others to every name,
   * because a reverse proxy may rewrite it.
   *
   * @throws IllegalArgumentException for what no client sends as {@code Host}
   */
  public ResourceServerBuilder allowHosts(String... more) {
    SetOnce.require(hosts == null, "The list of allowed hosts");
    hosts = Arrays.stream(more).map(Edge::host).collect(Collectors.toUnmodifiableSet());
    return this;
  }

  /**
   * Where the owners of MCP sessions are kept: in memory by default, within {@link
   * SessionStore.Limits#defaults()}. Instances behind one address need a store that they share.
   */
  public ResourceServerBuilder sessions(SessionStore store) {
    SetOnce.require(sessions == null, "The session store");
    sessions = store;
    return this;
  }

  /**
   * How many nodes serve this resource: 1 by default. With more, sessions that each keeps in its
   * own memory are a warning at start.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public ResourceServerBuilder nodes(int count) {
    SetOnce.require(nodes == null, "The number of nodes");
    nodes = new Store.DeclaredNodes(count);
    return this;
  }

  /** The {@code realm} of challenges; none by default, clients have no use for it. */
  public ResourceServerBuilder realm(String text) {
    SetOnce.require(realm == null, "The realm");
    if (text.isEmpty()
        || !text.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '"' && c != '\\')) {
      throw new IllegalArgumentException(
          "Realm '" + text + "' cannot be written. Write printable ASCII without quotes, or none.");
    }
    realm = text;
    return this;
  }

  /**
   * The JSON-RPC error code of a 401 or 403 from protocol revision 2026-07-28 on: -31001 by
   * default. Older revisions get -32001.
   *
   * @throws IllegalArgumentException within -32768 to -32000, which JSON-RPC 2.0 section 5.1 and
   *     the MCP specification reserve
   */
  public ResourceServerBuilder jsonRpcErrorCode(int code) {
    SetOnce.require(errorCode == null, "The JSON-RPC error code");
    if (code >= -32768 && code <= -32000) {
      throw new IllegalArgumentException(
          "JSON-RPC error code " + code + " is reserved. Write one outside -32768 to -32000.");
    }
    errorCode = code;
    return this;
  }

  /**
   * The most memory that verdicts on good tokens take in this server, in bytes and about:
   * 55,000,000 without this, which is room for 100,000 tokens without exposed claims, and no more
   * than an eighth of the heap. A token whose verdict had to give way is verified again; nobody is
   * refused for it.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ResourceServerBuilder keptVerdictBytes(long most) {
    SetOnce.require(keptVerdictBytes == null, "The bytes for kept verdicts");
    if (most < 1) {
      throw new IllegalArgumentException(
          "Verdicts cannot be kept in " + most + " bytes. Write a positive number.");
    }
    keptVerdictBytes = most;
    return this;
  }

  /**
   * What requests may cost at one time: {@link RequestLimits#defaults()} without this. Of this
   * resource server; several in one virtual machine each have their own.
   */
  public ResourceServerBuilder limits(RequestLimits most) {
    SetOnce.require(limits == null, "The limits");
    limits = most;
    return this;
  }

  /** The clock of every time check; for tests. */
  public ResourceServerBuilder clock(Clock source) {
    SetOnce.require(clock == null, "The clock");
    clock = source;
    return this;
  }

  /**
   * How often the policy file is looked at: every 10 seconds by default, one second to one hour;
   * zero never. A change takes effect with the next request and is logged; a file that is missing
   * or wrong is logged as an error, and the policy before stays in force. What tells a change is
   * the content.
   *
   * @throws IllegalArgumentException if the policy is not from a file
   */
  public ResourceServerBuilder watchPolicy(Duration interval) {
    SetOnce.require(watchPolicy == null, "The interval of the policy watch");
    if (policyFile == null) {
      throw new IllegalArgumentException(
          "The policy is not from a file. Write builder(resource, server, PolicyFile.at(path)).");
    }
    if (!interval.isZero()
        && (interval.compareTo(Duration.ofSeconds(1)) < 0
            || interval.compareTo(Duration.ofHours(1)) > 0)) {
      throw new IllegalArgumentException(
          "Policy watch interval "
              + interval
              + " is out of range. Write one second to one hour, or zero for none.");
    }
    watchPolicy = interval;
    return this;
  }

  /**
   * The resource server.
   *
   * @throws IllegalArgumentException if settings contradict each other
   */
  public ResourceServer build() {
    return build(LoggerFactory.getLogger(ResourceServer.class));
  }

  ResourceServer build(Logger log) {
    Configuration configuration = configuration();
    warnOfNodes(configuration.nodes(), log);
    return new ResourceServer(configuration);
  }

  ResourceServerBuilder policyFile(PolicyFile file, byte[] content) {
    policyFile = file;
    policyContent = content;
    return this;
  }

  Configuration configuration() {
    Clock time = clock == null ? Clock.systemUTC() : clock;
    ProtectedResourceMetadata document = protectedResourceMetadata(time);
    Authenticator.Expectations tokens =
        new Authenticator.Expectations(
            servers,
            resource,
            clockSkew == null ? DEFAULT_SKEW : clockSkew,
            maxTokenLifetime == null ? MAX_LIFETIME : maxTokenLifetime,
            revocations == null ? new Revocations() : revocations,
            keptVerdictBytes == null ? defaultKeptVerdictBytes() : keptVerdictBytes);
    return new Configuration(
        resource,
        document,
        tokens,
        edge(document),
        new Configuration.Policy(
            policy,
            policyFile,
            policyContent,
            watchPolicy == null ? DEFAULT_WATCH : watchPolicy,
            exposeClaims == null ? Set.of() : exposeClaims),
        sessions == null ? SessionStore.inMemory(SessionStore.Limits.defaults(), time) : sessions,
        nodes == null ? new Store.DeclaredNodes(1) : nodes,
        listeners,
        time);
  }

  private static long defaultKeptVerdictBytes() {
    return Math.min(KEPT_VERDICT_BYTES, Runtime.getRuntime().maxMemory() / 8);
  }

  private Edge.Setup edge(ProtectedResourceMetadata document) {
    return new Edge.Setup(
        resource,
        document.resourceName(),
        origins == null ? Set.of() : origins,
        hosts,
        realm,
        errorCode == null ? DEFAULT_ERROR_CODE : errorCode,
        limits == null ? RequestLimits.defaults() : limits);
  }

  private ProtectedResourceMetadata protectedResourceMetadata(Clock time) {
    ProtectedResourceMetadata.Builder members =
        ProtectedResourceMetadata.builder(resource)
            .authorizationServers(servers.stream().map(AuthorizationServer::issuer).toList())
            .bearerMethodsSupported(List.of("header"));
    if (metadata != null) {
      metadata.accept(members);
    }
    if (!members.hasScopesSupported() && !policy.requiredScopes().isEmpty()) {
      members.scopesSupported(policy.requiredScopes());
    }
    MetadataSigner key = signer;
    if (key != null) {
      members.signedMetadata(key.sign(members.build(), time.instant()));
    }
    return members.build();
  }

  private void warnOfNodes(Store.DeclaredNodes declared, Logger log) {
    String warning =
        declared.warning(
            sessions != null && sessions.isShared(),
            "MCP sessions",
            "Write a SessionStore that they share with ResourceServerBuilder.sessions(...), one"
                + " whose isShared() is true; or have each session sent to the same node.");
    if (warning != null) {
      log.warn("{}", warning);
    }
  }
}
