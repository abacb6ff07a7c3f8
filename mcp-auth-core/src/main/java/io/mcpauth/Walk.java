package io.mcpauth;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.PolicyVerdict;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.policy.RpcMessage;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.McpPrincipal;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request on its way through the steps; what it has learned so far is what an event tells. */
final class Walk {
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");

  /** The long stream of revision 2026-07-28, in the answer to a POST. */
  private static final String LISTEN = "subscriptions/listen";

  /** The calls of a batch that an event names. */
  private static final int MAX_SUMMARIES = 20;

  /**
   * What a request passes, the same for every one.
   *
   * @param hosts under which names
   * @param origins from which pages
   * @param crossOrigin what those of another origin may do
   * @param authenticator who
   * @param sessions in which session
   * @param lostSessions told when an anonymous session finds its owner
   * @param refusals writes what ends here
   */
  record Steps(
      HostCheck hosts,
      OriginCheck origins,
      CrossOrigin crossOrigin,
      Authenticator authenticator,
      SessionOwners sessions,
      CutOffs lostSessions,
      RefusalWriter refusals) {}

  private final Steps steps;
  private final AccessRequest request;
  private final LivePolicy.Generation generation;
  private final ToolPolicy rules;
  private @Nullable McpPrincipal principal;
  private @Nullable RpcCalls calls;
  private List<String> scopes;

  Walk(Steps steps, LivePolicy.InForce inForce, AccessRequest request) {
    this.steps = steps;
    this.request = request;
    this.generation = inForce.generation();
    this.rules = inForce.policy();
    this.scopes = rules.initialScopes();
  }

  AccessDecision run() {
    steps.hosts().require(request.headers("Host"));
    steps.origins().require(request.headers("Origin"));
    if (CrossOrigin.isPreflight(request)) {
      return steps.crossOrigin().preflight(request); // browsers send no credential with it
    }
    Authenticator.Proven proven = proven();
    McpPrincipal caller = principal;
    RpcCalls messages = readCalls();
    calls = messages;
    MirroredHeaders.require(request, messages, rules::paramHeaders);
    PolicyVerdict verdict = rules.judge(caller, messages);
    if (!(verdict instanceof PolicyVerdict.Allowed)) {
      throw refusal(verdict, caller, messages);
    }
    if (caller == null && ConnectPage.isBetterFor(request)) {
      throw new AuthException(ReasonCode.CREDENTIAL_MISSING); // the page, instead of a 400 or 406
    }
    // Last, because it may make the caller the owner. Whatever revision is claimed: the server
    // behind may look at nothing but the id.
    BoundSession session =
        new BoundSession(
            steps.sessions(), request.headers("Mcp-Session-Id"), caller, steps.lostSessions());
    session.require();
    return new AccessDecision.Granted(
        proven, opensLongStream(messages), session, steps.crossOrigin().answerHeaders(request));
  }

  /** As far as the headers tell: who can be refused is refused before a body is read. */
  private Authenticator.@Nullable Proven proven() {
    Authenticator.Proven proven =
        steps
            .authenticator()
            .authenticate(request.headers("Authorization"), request.query(), generation);
    principal = proven == null ? null : proven.principal();
    if (proven == null && !rules.hasAnonymous()) {
      throw new AuthException(ReasonCode.CREDENTIAL_MISSING);
    }
    if (!METHODS.contains(request.method())) {
      throw new AuthException(
          proven == null ? ReasonCode.CREDENTIAL_MISSING : ReasonCode.METHOD_NOT_ALLOWED,
          Map.of("method", request.method()));
    }
    return proven;
  }

  /** HEAD too: a servlet that has no answer of its own for it opens what GET would. */
  private boolean opensLongStream(RpcCalls messages) {
    return request.method().equals("GET")
        || request.method().equals("HEAD")
        || messages.messages().stream().anyMatch(m -> LISTEN.equals(m.method()));
  }

  AccessDecision.Refused refused(ReasonCode reason) {
    return answer(reason).with(steps.crossOrigin().answerHeaders(request));
  }

  private AccessDecision.Refused answer(ReasonCode reason) {
    McpPrincipal caller = principal;
    RpcCalls messages = calls;
    if (reason == ReasonCode.INSUFFICIENT_SCOPE
        && caller != null
        && messages != null
        && messages.isToolCall()
        && rules.challengesInToolResult(caller)) {
      return steps.refusals().toolResult(request, messages, scopes);
    }
    return steps.refusals().write(reason, request, messages, scopes);
  }

  private RpcCalls readCalls() {
    try {
      if (!request.method().equals("POST")) {
        BodyRules.requireNone(request);
        return RpcCalls.none();
      }
      BodyRules.requireJson(request);
      RpcCalls messages = RpcCalls.read(request.body(), rules.argumentNames());
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

  private AuthException refusal(
      PolicyVerdict verdict, @Nullable McpPrincipal caller, RpcCalls messages) {
    if (verdict instanceof PolicyVerdict.CredentialMissing login) {
      scopes = login.scopes();
      return new AuthException(ReasonCode.CREDENTIAL_MISSING);
    }
    if (verdict instanceof PolicyVerdict.ScopesMissing step && caller != null) {
      scopes = rules.challengeScopes(caller, step.required());
      String missing = String.join(" ", step.missing());
      return new AuthException(
          ReasonCode.INSUFFICIENT_SCOPE, facts("missing", missing, "rule", step.rule()));
    }
    if (verdict instanceof PolicyVerdict.Denied denied) {
      return new AuthException(
          reasonOf(denied.cause(), messages), facts("call", denied.call(), "rule", denied.rule()));
    }
    return new AuthException(ReasonCode.DENIED_BY_POLICY);
  }

  private ReasonCode reasonOf(PolicyVerdict.Cause cause, RpcCalls messages) {
    return switch (cause) {
      case NOT_NAMED ->
          isUnknownMethod(messages) ? ReasonCode.UNKNOWN_METHOD : ReasonCode.DENIED_BY_POLICY;
      case DENIED -> ReasonCode.DENIED_BY_POLICY;
      case UNKNOWN_TOOL ->
          messages.echoedId() == null ? ReasonCode.DENIED_BY_POLICY : ReasonCode.UNKNOWN_TOOL;
      case ROLE -> ReasonCode.ROLE_MISSING;
      case CLAIM -> ReasonCode.CLAIM_MISSING;
      case SCHEME -> ReasonCode.SCHEME_NOT_ALLOWED;
      case CLIENT_CAP -> ReasonCode.SCOPE_BEYOND_CLIENT;
    };
  }

  /**
   * Whether it is the method that no rule names, and not what it is applied to. From 2026-07-28 on
   * clients probe what there is by asking, and are to be told as any server tells them; before,
   * such an answer had no status of its own.
   */
  private boolean isUnknownMethod(RpcCalls messages) {
    return messages.echoedId() != null
        && messages.messages().stream().allMatch(message -> message.targets().isEmpty())
        && MirroredHeaders.stateless(request, messages);
  }

  /** In this order in a log. */
  private static Map<String, String> facts(
      String name, String value, String otherName, String otherValue) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(name, value);
    facts.put(otherName, otherValue);
    return facts;
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

  AuthEvents.Event event(Instant at, String resource, @Nullable AuthException refusal) {
    List<String> summaries = calls == null ? List.of() : summaries(calls.messages());
    return new AuthEvents.Event(
        at,
        resource,
        refusal == null ? null : refusal.reason(),
        principal,
        summaries,
        refusal == null ? Map.of() : refusal.facts());
  }
}
