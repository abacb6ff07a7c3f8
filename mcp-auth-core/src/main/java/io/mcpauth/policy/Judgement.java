package io.mcpauth.policy;

import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.CLAIM;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.CLIENT_CAP;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.NOT_NAMED;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.ROLE;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.SCHEME;
import static io.mcpauth.policy.ToolPolicy.Verdict.Cause.UNKNOWN_TOOL;

import io.mcpauth.error.AuthException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request before a policy: gathers what all its messages need, then says the verdict. */
final class Judgement {
  private static final ToolPolicy.Verdict ALLOWED = new ToolPolicy.Verdict.Allowed();
  private static final String NO_RULE = "no rule";
  private static final String TOOL_LIST = "the list of tools";
  private static final Rule ALONE = new Rule("", new NamePattern(""), Access.anonymous());
  private static final String WITHOUT_BODY = "a request without a body";

  private final ToolPolicy policy;
  private final PolicyRules rules;
  private final @Nullable Caller caller;
  private final @Nullable List<String> cap;
  private final Notes notes;
  private final List<String> required = new ArrayList<>(4);
  private RpcCalls.@Nullable Message at;
  private boolean credential;

  /** Whether everybody may see the list of what the message at hand is applied to. */
  private boolean listOpen;

  private @Nullable Rule missingRule;
  private ToolPolicy.Verdict.@Nullable Denied denied;

  Judgement(ToolPolicy policy, @Nullable Caller caller, Notes notes) {
    this.policy = policy;
    this.rules = policy.rules();
    this.caller = caller;
    ClientRule client = rules.client(caller);
    this.cap = client == null ? null : client.maxScopes();
    this.notes = notes;
  }

  ToolPolicy.Verdict of(RpcCalls calls) {
    if (calls.messages().isEmpty()) {
      notes.call(this::call);
      for (Rule rule : new MessageRules(rules).withoutBody()) {
        require(rule, Map.of());
      }
    }
    for (RpcCalls.Message message : calls.messages()) {
      judge(message);
    }
    return verdict();
  }

  /** What one access asks for by itself. */
  ToolPolicy.Verdict of(Access access) {
    require(ALONE, access);
    return verdict();
  }

  private void judge(RpcCalls.Message message) {
    at = message;
    notes.call(this::call);
    List<Rule> found = new MessageRules(rules).of(message);
    boolean exists = true;
    listOpen = !message.targets().isEmpty();
    for (Target target : message.targets()) {
      exists &= policy.exists(target);
      listOpen &= rules.defaults().isOpen(target.kind());
    }
    if (found.isEmpty() || !exists) {
      deny(exists ? NOT_NAMED : UNKNOWN_TOOL, found.isEmpty() ? NO_RULE : TOOL_LIST);
      return;
    }
    for (Rule rule : found) {
      require(rule, message.arguments());
    }
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
    if (!access.schemes().isEmpty() && !access.schemes().contains(known.scheme())) {
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
  }

  private static boolean lacks(Map<String, Object> claims, String claim, Set<String> names) {
    return !names.isEmpty() && !ClaimPath.holds(claims, claim, names);
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
        chosen = chosen == null ? alternative : chosen;
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
      boolean held = holds(scope);
      notes.scope(scope, held);
      if (!held && missingRule == null) {
        missingRule = rule;
      }
    }
  }

  /** The message at hand, for whom it concerns: names are the caller's own. */
  private String call() {
    return at == null ? WITHOUT_BODY : AuthException.fitForLog(at.summary());
  }

  private boolean holds(String scope) {
    return caller != null && rules.hierarchy().covers(caller.scopes(), scope);
  }

  private boolean holds(Collection<String> scopes) {
    return caller != null && rules.hierarchy().covers(caller.scopes(), scopes);
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
      return new ToolPolicy.Verdict.CredentialMissing(List.copyOf(asked));
    }
    if (denied != null) {
      return denied;
    }
    if (!credential) {
      return ALLOWED;
    }
    notes.base(rules.baseScopes(), scope -> holds(scope));
    boolean base = holds(rules.baseScopes());
    if (base && missingRule == null) {
      return ALLOWED;
    }
    Set<String> all = all();
    return new ToolPolicy.Verdict.ScopesMissing(
        List.copyOf(all),
        all.stream().filter(scope -> !holds(scope)).toList(),
        base && missingRule != null ? missingRule.id() : "base");
  }

  /** What the request needs, base scopes first. */
  private Set<String> all() {
    Set<String> all = new LinkedHashSet<>(rules.baseScopes());
    all.addAll(required);
    return all;
  }
}
