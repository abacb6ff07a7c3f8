package io.mcpauth.policy;

import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.ACTOR;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.AUTHENTICATION;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.CLAIM;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.CLIENT_CAP;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.CREDENTIAL_SCOPE;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.NOT_NAMED;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.ROLE;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.SCHEME;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.UNKNOWN_TOOL;

import io.mcpauth.error.AuthException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request before a policy: gathers what all its messages need, then says the verdict. */
final class Judgement {
  private static final ToolPolicy.Verdict ALLOWED = new ToolPolicy.Verdict.Allowed();
  private static final ToolPolicy.Verdict IGNORED = new ToolPolicy.Verdict.Ignored();
  private static final String NO_RULE = "no rule";
  private static final String TOOL_LIST = "the list of tools";
  private static final String WITHOUT_BODY = "a request without a body";

  /** Whose credential is got by a login at an authorization server, by who sends it. */
  private static final Set<Scheme> BY_LOGIN =
      EnumSet.of(Scheme.BEARER, Scheme.DPOP, Scheme.MUTUAL_TLS);

  private final ToolPolicy policy;
  private final PolicyRules rules;
  private final @Nullable Caller caller;
  private final @Nullable List<String> cap;

  /** Those of the token, and those that its roles and groups give. */
  private final Set<String> held;

  private final Notes notes;
  private final List<String> required = new ArrayList<>(4);
  private RpcCalls.@Nullable Message at;
  private boolean credential;

  /** Whether everybody may see the list of what the message at hand is applied to. */
  private boolean listOpen;

  /** How many notifications no rule names, and the last of them. */
  private int unnamed;

  private RpcCalls.@Nullable Message lastUnnamed;

  private @Nullable Rule missingRule;

  /** What all rules together ask of the login, and the first whose part is not met. */
  private LoginCondition login = LoginCondition.NONE;

  private @Nullable Rule loginRule;
  private ToolPolicy.Verdict.@Nullable Denied denied;

  Judgement(ToolPolicy policy, @Nullable Caller caller, Notes notes) {
    this.policy = policy;
    this.rules = policy.rules();
    this.caller = caller;
    ClientRule client = rules.client(caller);
    this.cap = client == null ? null : client.maxScopes();
    this.notes = notes;
    this.held =
        caller == null
            ? Set.of()
            : rules.given().with(caller.issuer(), caller.scopes(), caller.claims());
  }

  ToolPolicy.Verdict of(RpcCalls calls) {
    if (caller != null && !rules.given().isEmpty()) {
      Caller known = caller;
      notes.given(() -> rules.given().with(known.issuer(), Set.of(), known.claims()));
    }
    if (calls.messages().isEmpty()) {
      notes.call(this::call);
      for (Rule rule : new MessageRules(rules).withoutBody()) {
        require(rule, Map.of());
      }
    }
    for (RpcCalls.Message message : calls.messages()) {
      judge(message);
    }
    if (lastUnnamed != null && unnamed < calls.messages().size()) {
      // Part of a batch cannot be dropped: the bytes that were judged are the ones that go on.
      at = lastUnnamed;
      deny(NOT_NAMED, NO_RULE);
    }
    return verdict();
  }

  /**
   * What one access asks for by itself.
   *
   * @param rule whose it is
   */
  ToolPolicy.Verdict of(Rule rule, Access access) {
    require(rule, access);
    return verdict();
  }

  private void judge(RpcCalls.Message message) {
    at = message;
    notes.call(this::call);
    List<Rule> found = new MessageRules(rules).of(message);
    boolean exists = true;
    listOpen = !message.targets().isEmpty() || rules.defaults().isHandshakeOpen();
    for (Target target : message.targets()) {
      exists &= policy.exists(target);
      listOpen &= rules.defaults().isOpen(target.kind());
    }
    if (found.isEmpty() && isDroppable(message)) {
      credential |= !listOpen;
      unnamed++;
      lastUnnamed = message;
      notes.ignored();
      return;
    }
    if (found.isEmpty() || !exists) {
      deny(exists ? NOT_NAMED : UNKNOWN_TOOL, found.isEmpty() ? NO_RULE : TOOL_LIST);
      return;
    }
    for (Rule rule : found) {
      require(rule, message.arguments());
    }
  }

  /** Nobody waits for its answer, so that a refusal helps nobody (JSON-RPC 2.0 section 4.1). */
  private static boolean isDroppable(RpcCalls.Message message) {
    return message.kind() == RpcCalls.Message.Kind.NOTIFICATION && message.targets().isEmpty();
  }

  private void require(Rule rule, Map<String, Object> arguments) {
    notes.rule(rule);
    require(rule, rule.access());
    for (ArgumentCondition condition : rule.access().arguments()) {
      Object value = arguments.get(condition.argument());
      notes.argument(condition, value);
      for (Access access : condition.asked(value)) {
        require(rule, access);
      }
    }
  }

  private void require(Rule rule, Access access) {
    if (access.kind() == Access.Kind.ANONYMOUS) {
      return;
    }
    if (access.kind() == Access.Kind.DENIED) {
      deny(ToolPolicy.Verdict.Cause.DENIED, rule.id());
      return;
    }
    credential = true;
    if (caller != null) {
      requireCaller(caller, rule, access);
    }
    requireScopes(rule, access.allOf());
    if (!access.anyOf().isEmpty()) {
      requireOne(rule, access.anyOf());
    }
  }

  /** What no scope changes. */
  private void requireCaller(Caller known, Rule rule, Access access) {
    if (!rule.accepts(known.scheme(), access)) {
      notes.scheme(known.scheme());
      deny(SCHEME, rule.id());
    }
    Map<String, Object> claims = known.claims();
    if (lacks(claims, rules.roleClaim(), access.roles())
        || lacks(claims, rules.groupClaim(), access.groups())) {
      deny(ROLE, rule.id());
    }
    for (Access.ClaimCondition condition : access.claims()) {
      if (!ClaimPath.holds(claims, condition.claim(), condition.values())) {
        deny(CLAIM, rule.id());
      }
    }
    if (!access.actors().isMetBy(known)) {
      deny(ACTOR, rule.id());
    }
    if (!access.login().isNone()) {
      requireLogin(known, rule, access.login());
    }
  }

  /** RFC 9470 section 3; a token of before says what it said then, so it is judged each time. */
  private void requireLogin(Caller known, Rule rule, LoginCondition asked) {
    login = login.and(asked);
    boolean met = asked.isMetBy(known.claims(), policy.ages());
    notes.login(asked, met);
    if (met) {
      return;
    }
    if (!BY_LOGIN.contains(known.scheme()) || !known.hasUser()) {
      deny(AUTHENTICATION, rule.id());
    } else if (loginRule == null) {
      loginRule = rule;
    }
  }

  private static boolean lacks(Map<String, Object> claims, NamesClaim claim, Set<String> names) {
    return !names.isEmpty() && !claim.holdsOne(claims, names);
  }

  /** One alternative: one that is held, else the first that the client may have. */
  private void requireOne(Rule rule, List<List<String>> alternatives) {
    List<String> chosen = null;
    for (List<String> alternative : alternatives) {
      if (!capped(alternative)) {
        if (holds(alternative)) {
          chosen = alternative;
          break;
        }
        boolean better = chosen != null && isVain(chosen) && !isVain(alternative);
        chosen = chosen == null || better ? alternative : chosen;
      }
    }
    if (chosen == null) {
      deny(CLIENT_CAP, rule.id());
    } else {
      requireScopes(rule, chosen);
    }
  }

  private void requireScopes(Rule rule, List<String> scopes) {
    if (capped(scopes)) {
      deny(CLIENT_CAP, rule.id());
    }
    for (String scope : scopes) {
      required.add(scope);
      boolean has = holds(scope);
      notes.scope(scope, has);
      if (!has && missingRule == null) {
        missingRule = rule;
      }
    }
    if (isVain(scopes)) {
      deny(ROLE, rule.id());
    }
  }

  /** Whether a scope among them is missing that no login brings, because only a role gives it. */
  private boolean isVain(Collection<String> scopes) {
    return caller != null
        && !rules.given().isEmpty()
        && scopes.stream().anyMatch(scope -> rules.given().areAllThatGive(scope) && !holds(scope));
  }

  /** The message at hand, for whom it concerns: names are the caller's own. */
  private String call() {
    return at == null ? WITHOUT_BODY : AuthException.fitForLog(at.summary());
  }

  private boolean holds(String scope) {
    return caller != null && rules.hierarchy().covers(held, scope);
  }

  private boolean holds(Collection<String> scopes) {
    return caller != null && rules.hierarchy().covers(held, scopes);
  }

  private boolean capped(Collection<String> scopes) {
    return cap != null && !rules.hierarchy().covers(cap, scopes);
  }

  private void deny(ToolPolicy.Verdict.Cause cause, String rule) {
    // Who may see the list may know that this is not to be had, and would log in for it in vain.
    credential |= !listOpen;
    notes.refused(cause, rule);
    if (denied == null) {
      denied = new ToolPolicy.Verdict.Denied(cause, call(), rule);
    }
  }

  private ToolPolicy.Verdict verdict() {
    if (credential && caller == null) {
      Set<String> asked = new LinkedHashSet<>(policy.initialScopes());
      asked.addAll(all());
      return new ToolPolicy.Verdict.CredentialMissing(policy.askable(asked));
    }
    if (credential && isVain(rules.baseScopes())) {
      deny(ROLE, "base");
    }
    if (loginRule != null && login.isImpossible()) {
      deny(AUTHENTICATION, loginRule.id());
    }
    if (denied != null) {
      return denied;
    }
    if (!credential) {
      return granted();
    }
    notes.base(rules.baseScopes(), scope -> holds(scope));
    boolean base = holds(rules.baseScopes());
    return base && missingRule == null && loginRule == null ? granted() : insufficient(base);
  }

  /** What another login, or one for more scopes, would cure. */
  private ToolPolicy.Verdict insufficient(boolean base) {
    String rule = base && missingRule != null ? missingRule.id() : "base";
    if (caller != null && !BY_LOGIN.contains(caller.scheme())) {
      // A key, an account or a session has what it was given; asked for more, its user would log in
      // in vain.
      notes.refused(CREDENTIAL_SCOPE, rule);
      return new ToolPolicy.Verdict.Denied(CREDENTIAL_SCOPE, call(), rule);
    }
    Set<String> all = all();
    List<String> missing = all.stream().filter(scope -> !holds(scope)).toList();
    if (loginRule != null) {
      // One login cures both, and a 403 for the scopes would be the first of two.
      return new ToolPolicy.Verdict.AuthenticationInsufficient(
          policy.askable(all), missing, login.acr(), login.maxAge(), loginRule.id());
    }
    return new ToolPolicy.Verdict.ScopesMissing(policy.askable(all), missing, rule);
  }

  private ToolPolicy.Verdict granted() {
    return lastUnnamed == null ? ALLOWED : IGNORED;
  }

  /** What the request needs, base scopes first. */
  private Set<String> all() {
    Set<String> all = new LinkedHashSet<>(rules.baseScopes());
    all.addAll(required);
    return all;
  }
}
