package io.mcpauth;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyVerdict;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.policy.RpcMessage;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.KeyStatus;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Revocations;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");

  /** The calls of a batch that an event names. */
  private static final int MAX_SUMMARIES = 20;

  private final ResourceIdentifier resource;
  private final ProtectedResourceMetadata metadata;
  private final ToolPolicy policy;
  private final Authenticator authenticator;
  private final Revocations revocations;
  private final RefusalWriter refusals;
  private final DecisionLog log;
  private final Clock clock;

  ResourceServer(ResourceServerBuilder builder) {
    this.resource = builder.resource();
    this.metadata = builder.protectedResourceMetadata();
    this.policy = builder.policy();
    this.clock = builder.clock();
    this.refusals = builder.refusalWriter();
    this.log = new DecisionLog(builder.listeners());
    this.revocations = builder.revocations();
    this.authenticator = new Authenticator(builder.authenticatorSettings(), clock);
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

  /** The resource identifier. */
  public ResourceIdentifier resource() {
    return resource;
  }

  /** The metadata document, to be served at {@link ResourceIdentifier#metadataPath()}. */
  public ProtectedResourceMetadata metadata() {
    return metadata;
  }

  /**
   * Decides on a request: authentication first, from headers alone; then the body, then the policy.
   *
   * <p>Never throws for anything in the request, and never grants after a fault of its own.
   */
  public AccessDecision decide(AccessRequest request) {
    Walk walk = new Walk(request);
    AccessDecision decision;
    AuthException refusal = null;
    try {
      decision = walk.run();
    } catch (AuthException e) {
      refusal = e;
      decision = refusals.write(e.reason(), request, walk.calls, walk.scopes);
    } catch (Exception | Error e) {
      if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
        throw fatal;
      }
      log.fault(e); // a ServiceConfigurationError of a verifier too: its message may be anything
      refusal = new AuthException(ReasonCode.INTERNAL_FAULT);
      decision = refusals.write(ReasonCode.INTERNAL_FAULT, request, walk.calls, List.of());
    }
    log.decided(walk.event(refusal));
    return decision;
  }

  /**
   * Looks at the set-up without waiting: fetches the keys of every authorization server ahead of
   * the first token, and logs what an operator should know, with the provider's own remedy. Called
   * once by the installer of the servlet module.
   */
  public void checkSetup() {
    authenticator.checkSetup(log::setUp);
  }

  /** The cut-offs; a change takes effect with the next request. */
  public Revocations revocations() {
    return revocations;
  }

  /** The state of the keys of every authorization server, for health pages and metrics. */
  public List<KeyStatus> keyStatus() {
    return authenticator.keyStatus();
  }

  /**
   * Ends the fetches that run and every thread of the library. Later requests that carry a
   * credential get a 503.
   */
  @Override
  public void close() {
    authenticator.close();
  }

  /**
   * One request on its way through the steps; what it has learned so far is what an event tells.
   */
  private final class Walk {
    private final AccessRequest request;
    private @Nullable McpPrincipal principal;
    private @Nullable RpcCalls calls;
    private List<String> scopes = List.of();

    Walk(AccessRequest request) {
      this.request = request;
    }

    AccessDecision run() {
      McpPrincipal caller =
          authenticator.authenticate(request.headers("Authorization"), request.query());
      if (caller == null) {
        throw new AuthException(ReasonCode.CREDENTIAL_MISSING);
      }
      principal = caller;
      if (!METHODS.contains(request.method())) {
        throw new AuthException(ReasonCode.METHOD_NOT_ALLOWED, Map.of("method", request.method()));
      }
      RpcCalls messages = readCalls();
      calls = messages;
      MirroredHeaders.require(request, messages);
      requireAllowed(caller, messages);
      return new AccessDecision.Granted(caller);
    }

    private RpcCalls readCalls() {
      try {
        if (!request.method().equals("POST")) {
          BodyRules.requireNone(request);
          return RpcCalls.none();
        }
        BodyRules.requireJson(request);
        RpcCalls messages = RpcCalls.read(request.body());
        requireKinds(messages);
        return messages;
      } catch (IOException e) {
        throw new AuthException(
            ReasonCode.BODY_UNREADABLE, Map.of("problem", e.getClass().getSimpleName()));
      }
    }

    /** From 2026-07-28 on a client sends neither responses nor batches (Streamable HTTP). */
    private void requireKinds(RpcCalls messages) {
      boolean response =
          messages.messages().stream().anyMatch(m -> m.kind() == RpcMessage.Kind.RESPONSE);
      if ((response || messages.batch()) && MirroredHeaders.stateless(request, messages)) {
        throw new AuthException(
            ReasonCode.BODY_NOT_JSON_RPC,
            Map.of("problem", "a response or batch in a stateless revision"));
      }
    }

    private void requireAllowed(McpPrincipal caller, RpcCalls messages) {
      PolicyVerdict verdict = policy.judge(caller.scopes(), messages);
      if (verdict instanceof PolicyVerdict.Denied denied) {
        throw new AuthException(ReasonCode.DENIED_BY_POLICY, Map.of("call", denied.what()));
      }
      if (verdict instanceof PolicyVerdict.ScopesMissing missing) {
        scopes = challengeScopes(caller, missing.required());
        throw new AuthException(
            ReasonCode.INSUFFICIENT_SCOPE, Map.of("missing", String.join(" ", missing.missing())));
      }
    }

    /**
     * What the request needs, and those granted scopes that the policy knows: some clients replace
     * their scopes by the challenge's, and would lose what they have.
     */
    private List<String> challengeScopes(McpPrincipal caller, List<String> required) {
      Set<String> all = new LinkedHashSet<>(required);
      policy.scopes().stream().filter(caller.scopes()::contains).forEach(all::add);
      return List.copyOf(all);
    }

    /** Bounded: a batch of a megabyte would make a line of a log almost as long. */
    private static List<String> summaries(List<RpcMessage> messages) {
      List<String> summaries = new ArrayList<>();
      for (RpcMessage message : messages.subList(0, Math.min(messages.size(), MAX_SUMMARIES))) {
        summaries.add(AuthException.fitForLog(message.summary()));
      }
      if (messages.size() > MAX_SUMMARIES) {
        summaries.add((messages.size() - MAX_SUMMARIES) + " more");
      }
      return summaries;
    }

    AuthEvent event(@Nullable AuthException refusal) {
      List<String> summaries = calls == null ? List.of() : summaries(calls.messages());
      return new AuthEvent(
          clock.instant(),
          resource.value(),
          refusal == null ? null : refusal.reason(),
          principal,
          summaries,
          refusal == null ? Map.of() : refusal.facts());
    }
  }
}
