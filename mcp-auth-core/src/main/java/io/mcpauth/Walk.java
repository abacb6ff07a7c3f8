package io.mcpauth;

import io.mcpauth.access.AccessGate;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.edge.Edge;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.MessageEndpoints;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.McpPrincipal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request through the steps, the same for every one.
 *
 * @param edge under which name, from which page, what is read, how a refusal is told
 * @param authenticator who
 * @param gate whether it gets in at all
 * @param sessions in which session
 * @param endpoints in which session of HTTP+SSE
 * @param answers what the refused are told beside what every refusal has
 * @param faults told of what no step foresaw
 */
record Walk(
    Edge edge,
    Authenticator authenticator,
    AccessGate gate,
    SessionOwners sessions,
    MessageEndpoints endpoints,
    Configuration.Answers answers,
    Consumer<Throwable> faults) {
  private static final String SESSION_ID = "Mcp-Session-Id";

  /**
   * Where a walk ended, and what was learned on the way.
   *
   * @param decision the outcome
   * @param refusal why it was refused, or null
   * @param caller who was proven, or null
   * @param messages what was read, or null
   */
  record End(
      AccessDecision decision,
      @Nullable Refusal refusal,
      @Nullable McpPrincipal caller,
      Edge.@Nullable Messages messages) {}

  /** Walks. Throws nothing but what ends the virtual machine. */
  End of(AccessRequest request, LivePolicy.InForce inForce) {
    ToolPolicy policy = inForce.policy();
    Authenticator.Proven proven = null;
    Edge.Messages messages = null;
    try {
      Refusal stop = edge.admit(request);
      if (stop != null) {
        return refused(stop, request, policy, null, null);
      }
      Map<String, String> preflight = edge.preflight(request);
      if (preflight != null) { // browsers send no credential with it
        return new End(new AccessDecision.Preflight(preflight), null, null, null);
      }
      stop = gate.entrance();
      if (stop != null) { // nothing but headers was looked at
        return refused(stop, request, policy, null, null);
      }
      Authenticator.Outcome outcome = authenticator.authenticate(request, inForce.generation());
      if (outcome instanceof Authenticator.NotProven refused) {
        return refused(refused.refusal(), request, policy, null, null);
      }
      proven = outcome instanceof Authenticator.Proven known ? known : null;
      McpPrincipal caller = proven == null ? null : proven.principal();
      stop = proven == null ? null : gate.refusal(proven.facts());
      if (stop != null) {
        return refused(stop, request, policy, caller, null);
      }
      // Who can be refused by the headers is refused before a body is read.
      boolean nobodyWithoutLogin = !policy.hasAnonymous() || gate.isKnownOnly();
      if (caller == null && (nobodyWithoutLogin || !Edge.knowsMethod(request))) {
        Map<String, String> why =
            nobodyWithoutLogin ? Map.of() : Map.of("method", request.method());
        stop = Refusal.of(ReasonCode.CREDENTIAL_MISSING, why);
        return refused(stop, request, policy, null, forItsId(request, policy));
      }
      try (BodyReader body = edge.bodyReader(caller)) {
        Edge.Reading reading = edge.read(request, policy, body);
        if (reading instanceof Edge.Unread unread) {
          return refused(unread.refusal(), request, policy, caller, unread.messages());
        }
        messages = (Edge.Messages) reading;
        return judged(request, policy, proven, messages);
      }
    } catch (Exception | Error e) {
      if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
        throw fatal;
      }
      faults.accept(
          e); // a ServiceConfigurationError of a verifier too: its message may be anything
      McpPrincipal caller = proven == null ? null : proven.principal();
      Refusal fault = Refusal.of(ReasonCode.INTERNAL_FAULT);
      return refused(fault, request, policy, caller, messages);
    }
  }

  /**
   * What is read of a request that is refused anyway, so that the answer can repeat its id; null
   * where that was not asked for, or the message could not be read within what strangers may cost.
   */
  private Edge.@Nullable Messages forItsId(AccessRequest request, ToolPolicy policy) {
    if (!answers.echoIds() || !request.method().equals("POST")) {
      return null;
    }
    try (BodyReader body = edge.bodyReader(null)) {
      Edge.Reading reading = edge.read(request, policy, body);
      return reading instanceof Edge.Unread unread ? unread.messages() : (Edge.Messages) reading;
    }
  }

  /** What the policy says to it, and then whether there is room. */
  private End judged(
      AccessRequest request,
      ToolPolicy policy,
      Authenticator.@Nullable Proven proven,
      Edge.Messages messages) {
    McpPrincipal caller = proven == null ? null : proven.principal();
    Refusal stop = proven == null ? null : unknown(request, proven, messages);
    if (stop != null) {
      return refused(stop, request, policy, caller, messages);
    }
    ToolPolicy.Verdict verdict = policy.judge(caller, messages.calls());
    stop = refusal(verdict, policy, caller, messages);
    if (stop != null) {
      return refused(stop, request, policy, caller, messages);
    }
    if (verdict instanceof ToolPolicy.Verdict.Ignored) {
      AccessDecision dropped = new AccessDecision.Dropped(edge.answerHeaders(request));
      return new End(dropped, null, caller, messages);
    }
    MessageEndpoints.Asked asked =
        endpoints.asked(request.method(), request.path(), request.query(), caller);
    stop = asked.refusal();
    if (stop == null && caller == null && isBetterAskedToLogIn(request, policy, messages, asked)) {
      stop = Refusal.of(ReasonCode.CREDENTIAL_MISSING);
    }
    if (stop != null) {
      return refused(stop, request, policy, caller, messages);
    }
    Runnable place;
    try {
      place = edge.place(caller, messages.longStream());
    } catch (AuthException e) {
      return refused(Refusal.of(e), request, policy, caller, messages);
    }
    // Last, because it may make the caller the owner. Whatever revision is claimed: the server
    // behind may look at nothing but the id.
    List<String> named = request.headers(SESSION_ID);
    SessionOwners.Bound session =
        !named.isEmpty() && messages.calls().isInitialize()
            ? sessions.anew(caller)
            : sessions.bound(named, caller);
    if (messages.longStream()) {
      session.watch();
    }
    stop = session.refusal();
    if (stop != null) {
      place.run();
      return refused(stop, request, policy, caller, messages);
    }
    AccessDecision granted =
        new AccessDecision.Granted(
            proven,
            gate,
            messages.longStream(),
            place,
            session,
            asked,
            edge.answerHeaders(request),
            messages.comparedHeaders());
    return new End(granted, null, caller, messages);
  }

  /**
   * Why a caller is refused where only known clients get in, and no rule allows it: it is in no
   * session that is its own already, or opens another.
   */
  private @Nullable Refusal unknown(
      AccessRequest request, Authenticator.Proven proven, Edge.Messages messages) {
    if (!gate.needsSession(proven.facts())) {
      return null;
    }
    McpPrincipal caller = proven.principal();
    MessageEndpoints.Asked asked =
        endpoints.asked(request.method(), request.path(), request.query(), caller);
    try {
      boolean inSession =
          !messages.calls().isInitialize()
              && ((asked.refusal() == null && asked.isInSession())
                  || sessions.bound(request.headers(SESSION_ID), caller).isOwn());
      Map<String, String> who = Map.of("client", String.valueOf(caller.clientId()));
      return inSession ? null : Refusal.of(ReasonCode.CLIENT_NOT_KNOWN, who);
    } catch (AuthException e) {
      return Refusal.of(e);
    }
  }

  /**
   * What the policy lets everybody have, and what nobody without a credential gets all the same: a
   * page or a probe, for which the server behind has a 400, 405 or 406 and no word of a login; what
   * is for another part of the application; and what changes a session, outside of any.
   */
  private boolean isBetterAskedToLogIn(
      AccessRequest request,
      ToolPolicy policy,
      Edge.Messages messages,
      MessageEndpoints.Asked asked) {
    return edge.prefersPage(request)
        || (request.isElsewhere() && asked.announced() == null)
        || (Edge.isProbe(request) && !policy.namesRequestsWithoutBody())
        || (policy.needsSession(messages.calls())
            && request.headers(SESSION_ID).isEmpty()
            && asked.announced() == null);
  }

  /** Told in the way that the client reads; what names no scopes asks for the initial ones. */
  private End refused(
      Refusal refusal,
      AccessRequest request,
      ToolPolicy policy,
      @Nullable McpPrincipal caller,
      Edge.@Nullable Messages messages) {
    Refusal told = refusal.scopes().isEmpty() ? refusal.asking(policy.initialScopes()) : refusal;
    boolean inResult =
        (told.reason() == ReasonCode.INSUFFICIENT_SCOPE
                || told.reason() == ReasonCode.AUTHENTICATION_INSUFFICIENT)
            && caller != null
            && messages != null
            && messages.calls().isToolCall()
            && policy.challengesInToolResult(caller);
    Edge.Answer answer =
        inResult && messages != null
            ? edge.refuseInToolResult(told, request, messages)
            : edge.refuse(told, request, messages);
    AccessDecision decision =
        new AccessDecision.Refused(
            told.reason(),
            answer.status(),
            answer.headers(),
            answer.furtherChallenges(),
            answer.body());
    return new End(decision, told, caller, messages);
  }

  /** What a verdict means for the request; null where it is allowed. */
  private @Nullable Refusal refusal(
      ToolPolicy.Verdict verdict,
      ToolPolicy policy,
      @Nullable McpPrincipal caller,
      Edge.Messages messages) {
    if (verdict instanceof ToolPolicy.Verdict.Allowed
        || verdict instanceof ToolPolicy.Verdict.Ignored) {
      return null;
    }
    if (verdict instanceof ToolPolicy.Verdict.CredentialMissing login) {
      return Refusal.of(ReasonCode.CREDENTIAL_MISSING).asking(login.scopes());
    }
    if (verdict instanceof ToolPolicy.Verdict.ScopesMissing step && caller != null) {
      String missing = String.join(" ", step.missing());
      return Refusal.of(
              ReasonCode.INSUFFICIENT_SCOPE, facts("missing", missing, "rule", step.rule()))
          .asking(
              answers.challengeScopes().onlyRequired(messages.stateless())
                  ? step.required()
                  : policy.challengeScopes(caller, step.required()));
    }
    if (verdict instanceof ToolPolicy.Verdict.AuthenticationInsufficient login && caller != null) {
      return anotherLogin(login, policy, caller);
    }
    if (verdict instanceof ToolPolicy.Verdict.Denied denied) {
      Map<String, String> facts = facts("call", denied.call(), "rule", denied.rule());
      if (denied.cause() == ToolPolicy.Verdict.Cause.SCHEME && caller != null) {
        facts.put("scheme", caller.scheme().wire());
      }
      return Refusal.of(reasonOf(denied.cause(), messages), facts);
    }
    return Refusal.of(ReasonCode.DENIED_BY_POLICY);
  }

  /** Names the scopes too, since they are those of the token that comes of it. */
  private Refusal anotherLogin(
      ToolPolicy.Verdict.AuthenticationInsufficient verdict,
      ToolPolicy policy,
      McpPrincipal caller) {
    Refusal.AnotherLogin login = new Refusal.AnotherLogin(verdict.acrValues(), verdict.maxAge());
    Map<String, String> facts = new LinkedHashMap<>(login.parameters());
    facts.put("missing", String.join(" ", verdict.missing()));
    facts.put("rule", verdict.rule());
    return Refusal.of(ReasonCode.AUTHENTICATION_INSUFFICIENT, facts)
        .asking(login)
        .asking(
            answers.challengeScopes().onlyRequiredAtLogin()
                ? verdict.required()
                : policy.challengeScopes(caller, verdict.required()));
  }

  private static ReasonCode reasonOf(ToolPolicy.Verdict.Cause cause, Edge.Messages messages) {
    return switch (cause) {
      case NOT_NAMED ->
          isUnknownMethod(messages) ? ReasonCode.UNKNOWN_METHOD : ReasonCode.DENIED_BY_POLICY;
      case DENIED -> ReasonCode.DENIED_BY_POLICY;
      case UNKNOWN_TOOL ->
          messages.calls().echoedId() == null
              ? ReasonCode.DENIED_BY_POLICY
              : ReasonCode.UNKNOWN_TOOL;
      case ROLE -> ReasonCode.ROLE_MISSING;
      case CLAIM -> ReasonCode.CLAIM_MISSING;
      case SCHEME -> ReasonCode.SCHEME_NOT_ALLOWED;
      case AUTHENTICATION -> ReasonCode.AUTHENTICATION_NOT_POSSIBLE;
      case ACTOR -> ReasonCode.ACTOR_NOT_ALLOWED;
      case CREDENTIAL_SCOPE -> ReasonCode.SCOPE_BEYOND_CREDENTIAL;
      case CLIENT_CAP -> ReasonCode.SCOPE_BEYOND_CLIENT;
    };
  }

  /**
   * Whether it is the method that no rule names, and not what it is applied to: clients find out
   * what there is by asking, and are to be told as any server tells them.
   */
  private static boolean isUnknownMethod(Edge.Messages messages) {
    return messages.calls().echoedId() != null
        && messages.calls().messages().stream().allMatch(message -> message.targets().isEmpty());
  }

  /** In this order in a log. */
  private static Map<String, String> facts(
      String name, String value, String otherName, String otherValue) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(name, value);
    facts.put(otherName, otherValue);
    return facts;
  }
}
