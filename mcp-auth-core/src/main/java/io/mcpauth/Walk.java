package io.mcpauth;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.edge.Edge;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.McpPrincipal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request through the steps, the same for every one.
 *
 * @param edge under which name, from which page, what is read, how a refusal is told
 * @param authenticator who
 * @param sessions in which session
 * @param faults told of what no step foresaw
 */
record Walk(
    Edge edge, Authenticator authenticator, SessionOwners sessions, Consumer<Throwable> faults) {
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
      Authenticator.Outcome outcome = authenticator.authenticate(request, inForce.generation());
      if (outcome instanceof Authenticator.NotProven refused) {
        return refused(refused.refusal(), request, policy, null, null);
      }
      proven = outcome instanceof Authenticator.Proven known ? known : null;
      McpPrincipal caller = proven == null ? null : proven.principal();
      // Who can be refused by the headers is refused before a body is read.
      if (caller == null && (!policy.hasAnonymous() || !Edge.knowsMethod(request))) {
        Map<String, String> why =
            policy.hasAnonymous() ? Map.of("method", request.method()) : Map.of();
        stop = Refusal.of(ReasonCode.CREDENTIAL_MISSING, why);
        return refused(stop, request, policy, null, null);
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

  /** What the policy says to it, and then whether there is room. */
  private End judged(
      AccessRequest request,
      ToolPolicy policy,
      Authenticator.@Nullable Proven proven,
      Edge.Messages messages) {
    McpPrincipal caller = proven == null ? null : proven.principal();
    Refusal stop = refusal(policy.judge(caller, messages.calls()), policy, caller, messages);
    if (stop == null && caller == null && edge.prefersPage(request)) {
      stop = Refusal.of(ReasonCode.CREDENTIAL_MISSING); // the page, instead of a 400 or 406
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
    SessionOwners.Bound session = sessions.bound(request.headers("Mcp-Session-Id"), caller);
    stop = session.refusal();
    if (stop != null) {
      place.run();
      return refused(stop, request, policy, caller, messages);
    }
    AccessDecision granted =
        new AccessDecision.Granted(
            proven,
            messages.longStream(),
            place,
            session,
            edge.answerHeaders(request),
            messages.comparedHeaders());
    return new End(granted, null, caller, messages);
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
        told.reason() == ReasonCode.INSUFFICIENT_SCOPE
            && caller != null
            && messages != null
            && messages.calls().isToolCall()
            && policy.challengesInToolResult(caller);
    Edge.Answer answer =
        inResult && messages != null
            ? edge.refuseInToolResult(told, request, messages)
            : edge.refuse(told, request, messages);
    AccessDecision decision =
        new AccessDecision.Refused(told.reason(), answer.status(), answer.headers(), answer.body());
    return new End(decision, told, caller, messages);
  }

  /** What a verdict means for the request; null where it is allowed. */
  private static @Nullable Refusal refusal(
      ToolPolicy.Verdict verdict,
      ToolPolicy policy,
      @Nullable McpPrincipal caller,
      Edge.Messages messages) {
    if (verdict instanceof ToolPolicy.Verdict.Allowed) {
      return null;
    }
    if (verdict instanceof ToolPolicy.Verdict.CredentialMissing login) {
      return Refusal.of(ReasonCode.CREDENTIAL_MISSING).asking(login.scopes());
    }
    if (verdict instanceof ToolPolicy.Verdict.ScopesMissing step && caller != null) {
      String missing = String.join(" ", step.missing());
      return Refusal.of(
              ReasonCode.INSUFFICIENT_SCOPE, facts("missing", missing, "rule", step.rule()))
          .asking(policy.challengeScopes(caller, step.required()));
    }
    if (verdict instanceof ToolPolicy.Verdict.Denied denied) {
      return Refusal.of(
          reasonOf(denied.cause(), messages), facts("call", denied.call(), "rule", denied.rule()));
    }
    return Refusal.of(ReasonCode.DENIED_BY_POLICY);
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
   * Whether it is the method that no rule names, and not what it is applied to. From 2026-07-28 on
   * clients probe what there is by asking, and are to be told as any server tells them; before,
   * such an answer had no status of its own.
   */
  private static boolean isUnknownMethod(Edge.Messages messages) {
    return messages.stateless()
        && messages.calls().echoedId() != null
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
