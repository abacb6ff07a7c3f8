package io.mcpauth;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessGate;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.Edge;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.metadata.AuthorizationServerMirror;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.signals.SignalAnswer;
import io.mcpauth.signals.Signals;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.KeyStatus;
import io.mcpauth.token.Verifications;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * An MCP server as an OAuth 2.1 resource server: it knows its identifier, whose tokens it accepts
 * and what they allow, and decides on each request.
 *
 * <pre>{@code
 * ResourceServer server =
 *     ResourceServer.builder(
 *             "https://mcp.example.com/mcp", // what users paste into their client
 *             AuthorizationServer.of("https://login.example.com"), // who logs them in
 *             ToolPolicy.builder().tool("read_file", "files:read").build())
 *         .build();
 * }</pre>
 *
 * <p>Built once, used by all threads, closed with the application. Building makes no request: the
 * server starts while its authorization server is down.
 *
 * <p>Does not check: what a tool does with its arguments.
 */
public final class ResourceServer implements AutoCloseable {
  /** The largest body of a signal, for adapters: 64 KiB. */
  public static final int MOST_SIGNAL_BYTES = Signals.MOST_BYTES;

  private final Configuration configuration;
  private final LivePolicy policy;
  private final Authenticator authenticator;
  private final AccessGate gate;
  private final AuthorizationServerMirror mirror;
  private final SessionOwners sessions;
  private final Edge edge;
  private final Walk walk;
  private final DecisionLog log;
  private final @Nullable Signals signals;
  private final Asked asked;

  ResourceServer(Configuration configuration, Logger told) {
    this.configuration = configuration;
    this.asked = new Asked(configuration.clock(), told);
    this.log = new DecisionLog(configuration.listeners());
    this.authenticator = new Authenticator(configuration.tokens(), configuration.clock());
    AuthorizationServer first = configuration.first();
    this.mirror =
        AuthorizationServerMirror.of(
            first.issuer(),
            first.profile().discovery(),
            configuration.tokens().connections(),
            configuration.clock());
    this.sessions =
        SessionOwners.in(configuration.store(), configuration.sessions(), configuration.clock());
    this.edge =
        new Edge(
            configuration.edge(),
            authenticator.schemes(),
            authenticator.proofTerms(),
            authenticator.pageHeaders());
    // Last: a server that fails leaves no thread.
    this.policy = policy(configuration, authenticator);
    this.gate = gate(configuration, policy, sessions, authenticator);
    this.walk =
        new Walk(
            edge,
            authenticator,
            gate,
            sessions,
            configuration.messageEndpoints(),
            configuration.answers(),
            log::fault);
    this.signals = configuration.signals(edge, authenticator, gate);
  }

  private static LivePolicy policy(Configuration configuration, Authenticator authenticator) {
    try {
      return configuration.livePolicy(authenticator.schemes());
    } catch (RuntimeException e) {
      authenticator.close();
      throw e;
    }
  }

  private static AccessGate gate(
      Configuration configuration,
      LivePolicy policy,
      SessionOwners sessions,
      Authenticator authenticator) {
    List<Follower.Listener> copies = new ArrayList<>(List.of(sessions.claims()));
    copies.addAll(authenticator.copies());
    try {
      return configuration.accessGate(policy, copies);
    } catch (RuntimeException e) {
      policy.close();
      sessions.close();
      authenticator.close();
      throw e;
    }
  }

  /**
   * A builder with everything that a resource server cannot do without.
   *
   * @param resource the URL of the MCP endpoint as clients know it, such as {@code
   *     https://mcp.example.com/mcp} (see {@link ResourceIdentifier})
   * @param server whose tokens are accepted
   * @param policy what they allow
   * @throws IllegalArgumentException if the resource is not in normalised form
   */
  public static ResourceServerBuilder builder(
      String resource, AuthorizationServer server, ToolPolicy policy) {
    return new ResourceServerBuilder(ResourceIdentifier.of(resource), server, policy);
  }

  /**
   * As {@link #builder(String, AuthorizationServer, ToolPolicy)}, with a policy that can be changed
   * while the server runs: see {@link #livePolicy()} and {@link ResourceServerBuilder#watchPolicy}.
   * It is loaded at once.
   *
   * @throws IllegalArgumentException if the resource is not in normalised form, or the policy
   *     cannot be loaded
   */
  public static ResourceServerBuilder builder(
      String resource, AuthorizationServer server, PolicyFile policy) {
    byte[] content = policy.read();
    return new ResourceServerBuilder(
            ResourceIdentifier.of(resource),
            server,
            ToolPolicy.fromJson(content, policy.toString()))
        .policyFile(policy, content);
  }

  /** The resource identifier. */
  public ResourceIdentifier resource() {
    return configuration.resource();
  }

  /** The paths of message endpoints that {@link ResourceServerBuilder#messagePaths} declares. */
  public List<String> messagePaths() {
    return configuration.messagePaths();
  }

  /**
   * The path of the MCP endpoint on the host of the resource: that of the resource, or what {@link
   * ResourceServerBuilder#endpointPath} says where the resource is an origin.
   */
  public String endpointPath() {
    return configuration.edge().endpoint().path();
  }

  /** The URL of the MCP endpoint, which clients are configured with. */
  public String endpointUrl() {
    return configuration.edge().endpoint().value();
  }

  /**
   * The headers that callers prove themselves with, their names in lower case: {@code
   * authorization} and those of what is accepted beside bearer tokens. For adapters: nobody behind
   * is to see them, nor the same names with underscores, which some servers take for them.
   */
  public Set<String> credentialHeaders() {
    return authenticator.credentialHeaders();
  }

  /**
   * The schemes in which callers can prove themselves: {@code BEARER}, unless all tokens are those
   * of a proxy or a proof is required with each, and what {@link ResourceServerBuilder#accept}
   * says.
   */
  public Set<Scheme> schemes() {
    return authenticator.schemes();
  }

  /** How many nodes serve it, for whatever else of the application keeps a store. */
  public Store.DeclaredNodes nodes() {
    return configuration.nodes();
  }

  /** The metadata document, to be served at {@link ResourceIdentifier#metadataPath()}. */
  public ProtectedResourceMetadata metadata() {
    return configuration.metadata();
  }

  /**
   * Decides on a request: host and origin first, then authentication, all from headers alone; then
   * the body, the policy and the session.
   *
   * <p>Of what is granted the adapter has to say when it is over: {@link
   * AccessDecision.Granted#ended()}.
   *
   * <p>Never throws for anything in the request, and never grants after a fault of its own.
   */
  public AccessDecision decide(AccessRequest request) {
    asked.now();
    Walk.End end = walk.of(request, policy.inForce());
    if (!(end.decision() instanceof AccessDecision.Preflight)) { // asks for nothing yet
      log.decided(end, clock(), resource());
    }
    return end.decision();
  }

  /**
   * Where signals from outside are received, within the web application: what {@link
   * ResourceServerBuilder#backChannelLogout} and {@link ResourceServerBuilder#securityEvents} say.
   * An adapter gives a request for one of these paths to {@link #signal} and not to {@link
   * #decide}.
   */
  public Set<String> signalPaths() {
    Signals received = signals;
    return received == null ? Set.of() : received.paths();
  }

  /**
   * Receives a signal, such as a logout token: proves it, and cuts off whom it is about, on all
   * nodes that share the store. Never throws for anything in the request. Nothing but the token
   * proves it; it has a place among those of signals alone, and two seconds to arrive.
   *
   * @param path one of {@link #signalPaths}
   * @param request whose {@link AccessRequest#body} lets {@link #MOST_SIGNAL_BYTES} pass
   * @return the complete answer
   * @throws IllegalArgumentException if the path is none of them
   */
  public SignalAnswer signal(String path, AccessRequest request) {
    asked.now();
    Signals received = signals;
    if (received == null) {
      throw new IllegalArgumentException("No signals are received at '" + path + "'.");
    }
    return received.receive(path, request);
  }

  /**
   * Takes a place to read on, and throw away, what the sender of a refused request still sends: a
   * server that closes meanwhile takes its answer back (RFC 9112 section 9.6). For adapters whose
   * server does not do it by itself; a second and 1 MiB are enough, without a thread that waits.
   *
   * @return to be called when the reading is over, once or more often; null where strangers have as
   *     many places as {@link RequestLimits#anonymousRequests} allows them, and the connection is
   *     closed at once
   */
  public @Nullable Runnable placeToReadOn() {
    return edge.remainder();
  }

  /** The policy in force, for lists and explanations; another one after a reload. */
  public ToolPolicy policy() {
    return policy.get();
  }

  /** What changes the policy while the server runs. It is closed with this server. */
  public LivePolicy livePolicy() {
    return policy;
  }

  /**
   * Looks at the set-up without waiting: fetches keys and metadata of every authorization server
   * ahead of the first token, and logs what an operator should know, with the provider's own
   * remedy. Called when the filter of the servlet module starts; an adapter of one's own calls it
   * at its start, too, and counts as in front of something from then on: see {@link #close()}.
   */
  public void checkSetup() {
    asked.now();
    authenticator.checkSetup(log::setUp);
  }

  /**
   * The metadata of the first authorization server, to be served on this server's origin for
   * clients of revision 2025-03-26, which look nowhere else. It makes no request before it is
   * asked, and is closed with this server. {@link #metadata()} names the authorization server
   * itself whether or not this is used.
   */
  public AuthorizationServerMirror authorizationServerMirror() {
    return mirror;
  }

  /** The clock that decisions are taken by; an adapter ends streams by the same. */
  public Clock clock() {
    return configuration.clock();
  }

  /**
   * Closes access, cuts callers off, and undoes it: a change takes effect with the next request
   * here, within a second on other nodes with the same {@link ResourceServerBuilder#store}, and
   * ends what still runs. A rule for an issuer whose tokens are not accepted throws.
   */
  public AccessControl access() {
    return gate.control();
  }

  /** A listener's place, given up by closing it. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Calls back whenever something may have been cut off that runs: by a rule of {@link #access()},
   * made on any node, because the store has not answered for too long, because a key that the
   * operator issued has ended, or because an anonymous session found its owner. For adapters, which
   * then ask {@link AccessDecision.Granted#cutOff()}.
   */
  public Registration onCutOff(Runnable listener) {
    Runnable refused = gate.onChange(listener);
    Runnable claimed = sessions.onClaim(listener);
    Runnable ended = authenticator.onEnd(listener);
    return () -> {
      ended.run();
      refused.run();
      claimed.run();
    };
  }

  /**
   * How many verdicts on good tokens are kept, for each authorization server by its issuer, for
   * health pages and metrics.
   */
  public Map<String, Long> keptVerdicts() {
    return authenticator.keptVerdicts();
  }

  /** How tokens were found to be good since the start, for health pages and metrics. */
  public Verifications verifications() {
    return authenticator.verifications();
  }

  /**
   * Listens to every decision from now on, as {@link ResourceServerBuilder#events} does from the
   * start: for what learns of the server when that is built already, such as metrics.
   */
  public Registration onDecision(AuthEvents listener) {
    return log.add(listener);
  }

  /**
   * The state of the keys of every authorization server whose tokens are verified with them, and of
   * the transmitters of security events, for health pages and metrics.
   */
  public List<KeyStatus> keyStatus() {
    return authenticator.keyStatus();
  }

  /** What requests may cost at one time. */
  public RequestLimits limits() {
    return configuration.edge().limits();
  }

  /** What they take at the moment, for health pages and metrics. */
  public RequestLimits.InUse inUse() {
    return edge.inUse();
  }

  /**
   * Ends the fetches that run and every thread of the library. Later requests that carry a
   * credential get a 503.
   *
   * <p>Where the server was there for ten seconds or longer and nobody ever called {@link #decide},
   * {@link #signal} or {@link #checkSetup()}, it is in front of nothing, and one WARN says so.
   */
  @Override
  public void close() {
    asked.closed(resource());
    policy.close();
    sessions.close();
    gate.close();
    mirror.close();
    authenticator.close();
    configuration.opened().close();
  }
}
