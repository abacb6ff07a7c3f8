package io.mcpauth;

import io.mcpauth.edge.Edge;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.metadata.MetadataSigner;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.RequiresScopes;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.MessageEndpoints;
import io.mcpauth.session.SessionLimits;
import io.mcpauth.signals.BackChannelLogout;
import io.mcpauth.signals.SecurityEvents;
import io.mcpauth.signals.Signals;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.CredentialScheme;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
  static final Duration STORE_MAX_AGE = Duration.ofSeconds(30);
  private static final Duration SHORTEST_STORE_MAX_AGE = Duration.ofSeconds(5);
  private static final Duration LONGEST_STORE_MAX_AGE = Duration.ofMinutes(10);

  /** Outside -32768 to -32000, which JSON-RPC and MCP keep for themselves. */
  private static final int DEFAULT_ERROR_CODE = -31001;

  private final ResourceIdentifier resource;
  private final List<AuthorizationServer> servers = new ArrayList<>();
  private final List<CredentialScheme> schemes = new ArrayList<>();
  private final ToolPolicy policy;
  private final List<AuthEvents> listeners = new ArrayList<>();
  private @Nullable Consumer<ProtectedResourceMetadata.Builder> metadata;
  private @Nullable MetadataSigner signer;
  private @Nullable Set<String> advertisedScopes;
  private @Nullable ResourceIdentifier endpoint;
  private @Nullable ChallengeScopes challengeScopes;
  private boolean echoIds;
  private @Nullable Set<String> exposeClaims;
  private @Nullable Duration clockSkew;
  private @Nullable Duration maxTokenLifetime;
  private @Nullable Set<String> origins;
  private @Nullable Set<String> hosts;
  private @Nullable SessionLimits sessions;
  private @Nullable List<String> messagePaths;
  private @Nullable Supplier<OpenStore> store;
  private @Nullable Duration storeMaxAge;
  private @Nullable BackChannelLogout backChannelLogout;
  private @Nullable SecurityEvents securityEvents;
  private Store.@Nullable DeclaredNodes nodes;
  private @Nullable String realm;
  private @Nullable Integer errorCode;
  private @Nullable RequestLimits limits;
  private @Nullable OutboundConnections connections;
  private @Nullable Long keptVerdictBytes;
  private @Nullable Clock clock;
  private @Nullable PolicyFile policyFile;
  private byte[] policyContent = new byte[0];
  private @Nullable Duration watchPolicy;
  private @Nullable Map<String, Access> declaredTools;

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
   * A further way in which callers may prove themselves, beside bearer tokens of the authorization
   * servers. These are accepted too, unless there are {@link io.mcpauth.token.ProxyTokens}, or
   * {@code DpopProofs} or {@code ClientCertificates} that are required. May be called for several;
   * for each class once.
   *
   * @throws IllegalArgumentException from {@link #build()} for {@link io.mcpauth.token.ProxyTokens}
   *     beside another, or beside {@link #backChannelLogout} or {@link #securityEvents}, which
   *     would be about nobody's callers
   */
  public ResourceServerBuilder accept(CredentialScheme scheme) {
    SetOnce.require(
        schemes.stream().noneMatch(known -> known.getClass() == scheme.getClass()),
        "What is accepted as " + scheme.getClass().getSimpleName());
    schemes.add(scheme);
    return this;
  }

  /**
   * Sets optional members of the metadata document. {@code resource}, {@code
   * authorization_servers}, {@code bearer_methods_supported} and what {@link #accept} says of a
   * scheme are the library's, and setting one here stops the start; {@code scopes_supported}
   * defaults to the scopes that rules of the policy ask for and is left out where it has none.
   */
  public ResourceServerBuilder metadata(Consumer<ProtectedResourceMetadata.Builder> members) {
    SetOnce.require(metadata == null, "The metadata");
    metadata = members;
    return this;
  }

  /**
   * Scopes that {@code scopes_supported} names beside those that rules of the policy ask for, such
   * as {@code openid}: clients may ask for all that it names. None by default. They decide nothing
   * here.
   *
   * @throws IllegalArgumentException from {@link #build()} where {@link #metadata} sets {@code
   *     scopes_supported} too, or for {@code offline_access}, which is between a client and its
   *     authorization server
   */
  public ResourceServerBuilder advertiseScopes(String... more) {
    SetOnce.require(advertisedScopes == null, "The set of advertised scopes");
    advertisedScopes = new LinkedHashSet<>(List.of(more));
    return this;
  }

  /**
   * Where the MCP endpoint is, for a resource that is an origin alone: {@code /api/mcp} of {@code
   * https://mcp.example.com}. The path of the resource by default, which is what most clients
   * expect: one that holds the resource to the very URL that it was given refuses an origin, and a
   * token for an origin is good for every server on it that takes the same.
   *
   * @throws IllegalArgumentException if the resource has a path, or this is none in normalised form
   */
  public ResourceServerBuilder endpointPath(String path) {
    SetOnce.require(endpoint == null, "The path of the endpoint");
    if (!resource.path().isEmpty()) {
      throw new IllegalArgumentException(
          "Endpoint path '"
              + path
              + "' contradicts the resource '"
              + resource
              + "', which has a path. Remove one of them.");
    }
    if (!path.startsWith("/") || path.length() == 1) {
      throw new IllegalArgumentException(
          "Endpoint path '" + path + "' is no path. Write one such as '/api/mcp'.");
    }
    endpoint = ResourceIdentifier.of(resource.value() + path);
    return this;
  }

  /**
   * Which scopes the challenge of a 403 names: {@link ChallengeScopes#BY_REVISION} by default.
   *
   * @throws IllegalArgumentException from {@link #build()} for {@link ChallengeScopes#WITH_GRANTED}
   *     where the policy says {@code challengeOnlyRequired}
   */
  public ResourceServerBuilder challengeScopes(ChallengeScopes which) {
    SetOnce.require(challengeScopes == null, "The scopes of challenges");
    challengeScopes = which;
    return this;
  }

  /**
   * Reads the body of a POST without a credential, within {@link RequestLimits#anonymousBodyBytes},
   * so that the JSON-RPC error in the 401 repeats its {@code id} (JSON-RPC 2.0 section 5). Off by
   * default: no client needs the id to understand a 401, and each such body costs a thread for as
   * long as its sender likes, half a minute at most, of which strangers have as many as {@link
   * RequestLimits#anonymousRequests} says. What cannot be read is answered without an id.
   */
  public ResourceServerBuilder readBodiesWithoutCredentialToEchoTheirIds() {
    SetOnce.require(!echoIds, "readBodiesWithoutCredentialToEchoTheirIds");
    echoIds = true;
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
   * default: a token may carry a whole user record, and what is not named is forgotten when the
   * token was judged.
   *
   * <pre>{@code
   * builder.exposeClaims("email", "tenant");
   *
   * // in a tool, of the caller's principal
   * Object tenant = caller.claims().get("tenant");
   * }</pre>
   *
   * <p>A name is that of a member at the top of the token, in its own spelling. Those that the
   * policy asks for (roles, groups, conditions) are there too and need not be named. Does not
   * check: what a claim says. It is the word of the authorization server.
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

  /**
   * Listens to every decision; may be called for several listeners. Decisions are logged all the
   * same: refusals at INFO, faults and outages at WARN, grants at DEBUG; of each reason ten a
   * second at most, and with the next one the number of the others.
   *
   * <pre>{@code
   * Map<ReasonCode, LongAdder> refusals = new ConcurrentHashMap<>();
   * builder.events(
   *     event -> {
   *       ReasonCode reason = event.reason(); // null where the request was granted
   *       if (reason != null) {
   *         refusals.computeIfAbsent(reason, key -> new LongAdder()).increment();
   *       }
   *     });
   * }</pre>
   *
   * <p>It runs on the thread of the request, before the answer is written: count, or put the event
   * into a queue, and write files or to the network elsewhere. An event has the caller, so what is
   * made of it is personal data; it never has the token.
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
   * How many MCP sessions there may be, and for how long: {@link SessionLimits#defaults()} without
   * this. Whose they are is kept in the {@link #store} where that outlives the process, for all
   * nodes that share it; else in memory.
   */
  public ResourceServerBuilder sessionLimits(SessionLimits most) {
    SetOnce.require(sessions == null, "The limits of sessions");
    sessions = most;
    return this;
  }

  /**
   * Where clients of HTTP+SSE (the transport of MCP 2024-11-05) post their messages: {@code
   * /message}, or {@code /messages/*} for all below, as the server behind sees the path. Each
   * request there has to be for a message endpoint that was announced to its caller.
   *
   * <p>None by default, and mostly none is needed: a message endpoint belongs to the caller in
   * whose stream it is announced, and what such URLs look like is learned with the first one. Of
   * use where several nodes serve one MCP server, so that a node may get a message before it has
   * seen a stream, and where the session's id is in the path but not in its last segment.
   *
   * @throws IllegalArgumentException if one is no such path, or none is named
   */
  public ResourceServerBuilder messagePaths(String... paths) {
    SetOnce.require(messagePaths == null, "The list of message paths");
    if (paths.length == 0) {
      throw new IllegalArgumentException(
          "No message path is named. Name one, or leave messagePaths out.");
    }
    messagePaths = Arrays.stream(paths).map(MessageEndpoints::path).toList();
    return this;
  }

  /**
   * Where the state is that all nodes share and that outlives them: who is cut off, whether access
   * is open ({@code io.mcpauth.access}), whose the sessions are, and which signals were received.
   * One in the memory of this process by default. It needs a {@link Store#feed()}, and is not
   * closed with this server.
   */
  public ResourceServerBuilder store(Store shared) {
    SetOnce.require(store == null, "The store");
    store = () -> OpenStore.of(shared);
    return this;
  }

  /**
   * As {@link #store(Store)}, with one that {@link #build()} opens and {@link
   * ResourceServer#close()} closes, so that a server that was never built leaves nothing open.
   */
  public ResourceServerBuilder storeOpenedBy(Supplier<OpenStore> opening) {
    SetOnce.require(store == null, "The store");
    store = opening;
    return this;
  }

  /**
   * The longest that the copy of the store may be old by which requests are judged: 30 seconds by
   * default, 5 seconds to 10 minutes. So long service goes on without the store, and so long a
   * cut-off that was made meanwhile elsewhere may be unknown here; beyond it requests get a 503.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public ResourceServerBuilder storeMaxAge(Duration longest) {
    SetOnce.require(storeMaxAge == null, "The age of the copy of the store");
    if (longest.compareTo(SHORTEST_STORE_MAX_AGE) < 0
        || longest.compareTo(LONGEST_STORE_MAX_AGE) > 0) {
      throw new IllegalArgumentException(
          "The copy of the store may not be "
              + longest
              + " old. Write "
              + SHORTEST_STORE_MAX_AGE
              + " to "
              + LONGEST_STORE_MAX_AGE
              + ".");
    }
    storeMaxAge = longest;
    return this;
  }

  /**
   * Receives logout tokens: whoever logs out at the provider has no access here from then on. None
   * by default.
   */
  public ResourceServerBuilder backChannelLogout(BackChannelLogout received) {
    SetOnce.require(backChannelLogout == null, "The back-channel logout");
    backChannelLogout = received;
    return this;
  }

  /**
   * Receives security events, such as that a session was revoked or an account disabled. None by
   * default.
   *
   * @throws IllegalArgumentException from {@link #build()} where they come at the path of the MCP
   *     endpoint or of logout tokens, or a transmitter speaks of the users of no server
   */
  public ResourceServerBuilder securityEvents(SecurityEvents received) {
    SetOnce.require(securityEvents == null, "The security events");
    securityEvents = received;
    return this;
  }

  /**
   * How many nodes serve this resource: 1 by default. With more, a {@link #store} that they do not
   * share is a warning at start: sessions and rules of access would be those of one node.
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

  /**
   * How the authorization servers are reached: limits, egress proxy, trusted certificates. {@link
   * OutboundConnections#defaults()} without this.
   */
  public ResourceServerBuilder connections(OutboundConnections through) {
    SetOnce.require(connections == null, "The connections");
    connections = through;
    return this;
  }

  /** The clock of every time check; for tests. */
  public ResourceServerBuilder clock(Clock source) {
    SetOnce.require(clock == null, "The clock");
    clock = source;
    return this;
  }

  /**
   * What the code of tools declares of them, such as by {@link RequiresScopes} on their methods:
   * rules for tools that the policy has no exact rule for, now and after it has changed. Its
   * patterns apply besides ({@link ToolPolicy#withDeclared}). None by default.
   *
   * @param tools what calling each of them needs, by its exact name
   * @throws IllegalArgumentException if a name cannot be that of a tool, or the policy was made
   *     with such rules itself
   */
  public ResourceServerBuilder declaredTools(Map<String, Access> tools) {
    SetOnce.require(declaredTools == null, "What tools declare");
    ToolPolicy unused = policy.withDeclared(tools);
    declaredTools = new LinkedHashMap<>(tools);
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
    warnOfNodes(configuration, log);
    try {
      return new ResourceServer(configuration, log);
    } catch (RuntimeException e) {
      configuration.opened().close();
      throw e;
    }
  }

  ResourceServerBuilder policyFile(PolicyFile file, byte[] content) {
    policyFile = file;
    policyContent = content;
    return this;
  }

  /** Either way one of the two would mean nothing. */
  private void requireOneWordOfChallenges() {
    if (challengeScopes == ChallengeScopes.WITH_GRANTED && policy.challengesOnlyRequired()) {
      throw new IllegalArgumentException(
          "The policy's challengeOnlyRequired contradicts challengeScopes(WITH_GRANTED), without"
              + " code MCP_AUTH_CHALLENGE_SCOPES=with-granted. Remove one of them.");
    }
  }

  /** They speak of users of the authorization servers, whose tokens are not accepted then. */
  private void requireCallersForSignals() {
    boolean signals = backChannelLogout != null || securityEvents != null;
    if (Authenticator.ofProxyAlone(schemes) && signals) {
      throw new IllegalArgumentException(
          "Signals of the authorization servers are received, and the only callers are those of the"
              + " proxy in front. Remove backChannelLogout and securityEvents, without code"
              + " MCP_AUTH_BACKCHANNEL_LOGOUT_* and MCP_AUTH_EVENTS_*, or ProxyTokens.");
    }
  }

  Configuration configuration() {
    requireOneWordOfChallenges();
    requireCallersForSignals();
    new Signals.Rules(backChannelLogout, securityEvents).requireFor(servers, endpoint().path());
    Clock time = clock == null ? Clock.systemUTC() : clock;
    ProtectedResourceMetadata document = protectedResourceMetadata(time);
    Edge.Setup at = edge(document);
    OpenStore opened = store == null ? OpenStore.of(Store.inMemory(time)) : store.get();
    Authenticator.Expectations tokens =
        new Authenticator.Expectations(
            servers,
            resource,
            endpoint(),
            clockSkew == null ? DEFAULT_SKEW : clockSkew,
            maxTokenLifetime == null ? MAX_LIFETIME : maxTokenLifetime,
            keptVerdictBytes == null ? defaultKeptVerdictBytes() : keptVerdictBytes,
            connections == null ? OutboundConnections.defaults() : connections,
            schemes,
            opened.store());
    return new Configuration(
        resource,
        document,
        tokens,
        at,
        new Configuration.Answers(
            challengeScopes == null ? ChallengeScopes.BY_REVISION : challengeScopes, echoIds),
        new Configuration.Policy(
            rules(),
            policyFile,
            policyContent,
            watchPolicy == null ? DEFAULT_WATCH : watchPolicy,
            exposeClaims == null ? Set.of() : exposeClaims),
        sessions == null ? SessionLimits.defaults() : sessions,
        messagePaths == null ? List.of() : messagePaths,
        opened,
        storeMaxAge == null ? STORE_MAX_AGE : storeMaxAge,
        new Signals.Rules(backChannelLogout, securityEvents),
        nodes == null ? new Store.DeclaredNodes(1) : nodes,
        listeners,
        time);
  }

  private ToolPolicy rules() {
    return declaredTools == null ? policy : policy.withDeclared(declaredTools);
  }

  private ResourceIdentifier endpoint() {
    return endpoint == null ? resource : endpoint;
  }

  private static long defaultKeptVerdictBytes() {
    return Math.min(KEPT_VERDICT_BYTES, Runtime.getRuntime().maxMemory() / 8);
  }

  private Edge.Setup edge(ProtectedResourceMetadata document) {
    return new Edge.Setup(
        resource,
        endpoint(),
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
    Authenticator.describe(schemes, members);
    if (metadata != null) {
      metadata.accept(members);
    }
    // The first ones last: mcp-remote 0.15 drops what a step-up asks for, where the scopes that it
    // has
    // and the missing one are these to the letter.
    Set<String> scopes = new LinkedHashSet<>(rules().requiredScopes());
    for (String initial : rules().initialScopes()) {
      if (scopes.remove(initial)) {
        scopes.add(initial);
      }
    }
    if (advertisedScopes != null) {
      if (members.hasScopesSupported()) {
        throw new IllegalArgumentException(
            "advertiseScopes adds to the scopes of the policy, and scopes_supported is set"
                + " otherwise. Remove one of them.");
      }
      scopes.addAll(advertisedScopes);
    }
    if (!members.hasScopesSupported() && !scopes.isEmpty()) {
      members.scopesSupported(List.copyOf(scopes));
    }
    MetadataSigner key = signer;
    if (key != null) {
      members.signedMetadata(key.sign(members.build(), time.instant()));
    }
    return members.build();
  }

  private static void warnOfNodes(Configuration configuration, Logger log) {
    String warning =
        configuration
            .nodes()
            .warning(
                configuration.store().isShared(),
                "MCP sessions and rules of access",
                "Write MCP_AUTH_STORE_URL=jdbc:postgresql:..., or in code"
                    + " ResourceServerBuilder.store(JdbcStore.of(dataSource)), with a database that"
                    + " all nodes use.");
    if (warning != null) {
      log.warn("{}", warning);
    }
  }
}
