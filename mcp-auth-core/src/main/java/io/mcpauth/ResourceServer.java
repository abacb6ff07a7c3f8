package io.mcpauth;

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
import io.mcpauth.store.Store;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.KeyStatus;
import io.mcpauth.token.Revocations;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An MCP server as an OAuth 2.1 resource server: it knows its identifier, whose tokens it accepts
 * and what they allow, and decides on each request.
 *
 * <p>Built once, used by all threads, closed with the application. Building makes no request: the
 * server starts while its authorization server is down.
 *
 * <p>Does not check: what a tool does with its arguments.
 */
public final class ResourceServer implements AutoCloseable {
  private final Configuration configuration;
  private final LivePolicy policy;
  private final Authenticator authenticator;
  private final AuthorizationServerMirror mirror;
  private final SessionOwners sessions;
  private final Edge edge;
  private final Walk walk;
  private final DecisionLog log;

  ResourceServer(Configuration configuration) {
    this.configuration = configuration;
    this.log = new DecisionLog(configuration.listeners());
    this.authenticator = new Authenticator(configuration.tokens(), configuration.clock());
    AuthorizationServer first = configuration.first();
    this.mirror =
        AuthorizationServerMirror.of(
            first.issuer(), first.profile().discovery(), configuration.clock());
    this.sessions = new SessionOwners(configuration.sessions());
    Set<Scheme> schemes = authenticator.schemes();
    this.edge = new Edge(configuration.edge(), schemes);
    this.walk = new Walk(edge, authenticator, sessions, log::fault);
    this.policy = configuration.livePolicy(schemes); // last: a server that fails leaves no thread
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
    Walk.End end = walk.of(request, policy.inForce());
    if (!(end.decision() instanceof AccessDecision.Preflight)) { // asks for nothing yet
      log.decided(end, clock(), resource());
    }
    return end.decision();
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
   * remedy. Called when the filter of the servlet module starts.
   */
  public void checkSetup() {
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

  /** The cut-offs; a change takes effect with the next request, and ends what still runs. */
  public Revocations revocations() {
    return configuration.tokens().revocations();
  }

  /**
   * Calls back whenever something may have been cut off that runs: by {@link #revocations()}, or
   * because an anonymous session found its owner. For adapters, which then ask {@link
   * AccessDecision.Granted#cutOff()}.
   */
  public Revocations.Registration onCutOff(Runnable listener) {
    Revocations.Registration revoked = revocations().onChange(listener);
    Runnable claimed = sessions.onClaim(listener);
    return () -> {
      revoked.close();
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

  /**
   * The state of the keys of every authorization server whose tokens are verified with them, for
   * health pages and metrics.
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
   */
  @Override
  public void close() {
    policy.close();
    mirror.close();
    authenticator.close();
  }
}
