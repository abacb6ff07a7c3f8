package io.mcpauth.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a caller can get at, with the arguments that ask for least. */
final class Reaching {
  /** Several rules multiply their alternatives; nobody shows a user more of them. */
  private static final int MAX_WAYS = 100;

  /** What a client may have after a login, at an authorization server or at a proxy in front. */
  private static final List<Scheme> OF_A_LOGIN =
      List.of(Scheme.BEARER, Scheme.DPOP, Scheme.MUTUAL_TLS, Scheme.PROXY);

  private final ToolPolicy policy;
  private final @Nullable Caller caller;

  Reaching(ToolPolicy policy, @Nullable Caller caller) {
    this.policy = policy;
    this.caller = caller;
  }

  ToolPolicy.Reach of(Target target) {
    List<Rule> rules = rulesOf(policy.rules(), target);
    if (rules.isEmpty() || !policy.exists(target)) {
      return ToolPolicy.Reach.NEVER;
    }
    ToolPolicy.Reach reach = ToolPolicy.Reach.GRANTED;
    Map<String, List<Condition>> byArgument = new LinkedHashMap<>();
    for (Rule rule : rules) {
      reach = worse(reach, of(rule, rule.access()));
      for (ArgumentCondition condition : rule.access().arguments()) {
        byArgument
            .computeIfAbsent(condition.argument(), a -> new ArrayList<>())
            .add(new Condition(rule, condition));
      }
    }
    for (List<Condition> conditions : byArgument.values()) {
      reach = worse(reach, best(conditions));
    }
    return reach;
  }

  /** What a rule makes of an argument. */
  private record Condition(Rule rule, ArgumentCondition of) {}

  /** With the value that asks for least: one that is listed somewhere, or another. */
  private ToolPolicy.Reach best(List<Condition> conditions) {
    Set<Object> values = new LinkedHashSet<>(List.of(true, false));
    conditions.forEach(condition -> values.addAll(condition.of().values()));
    values.add(String.join("", values.stream().map(String::valueOf).toList())); // longer than all
    values.add(
        LongStream.iterate(0, n -> n + 1).filter(n -> !values.contains(n)).findFirst().orElse(0));
    ToolPolicy.Reach best = ToolPolicy.Reach.NEVER;
    for (Object value : values) {
      ToolPolicy.Reach reach = ToolPolicy.Reach.GRANTED;
      for (Condition condition : conditions) {
        for (Access access : condition.of().asked(value)) {
          reach = worse(reach, of(condition.rule(), access));
        }
      }
      best = better(best, reach);
    }
    return best;
  }

  /** Those of the target and of the method that it is used by: what a judgement goes by. */
  private static List<Rule> rulesOf(PolicyRules rules, Target target) {
    String method =
        switch (target.kind()) {
          case TOOL -> RpcCalls.Message.TOOLS_CALL;
          case PROMPT -> "prompts/get";
          case RESOURCE, RESOURCE_TEMPLATE -> "resources/read";
        };
    return new MessageRules(rules).of(method, List.of(target));
  }

  private ToolPolicy.Reach of(Rule rule, Access access) {
    ToolPolicy.Verdict verdict = new Judgement(policy, caller, Notes.NONE).of(rule, access);
    if (verdict instanceof ToolPolicy.Verdict.Allowed) {
      return ToolPolicy.Reach.GRANTED;
    }
    // A caller without a credential may turn out to be anybody.
    return verdict instanceof ToolPolicy.Verdict.Denied || access.kind() == Access.Kind.DENIED
        ? ToolPolicy.Reach.NEVER
        : ToolPolicy.Reach.STEP_UP;
  }

  /**
   * The scopes of each way to a tool that needs a credential which a login gives, base scopes
   * first.
   */
  static List<List<String>> alternatives(PolicyRules rules, String tool) {
    List<Rule> all = rulesOf(rules, new Target(Target.Kind.TOOL, tool));
    if (OF_A_LOGIN.stream().noneMatch(s -> all.stream().allMatch(r -> r.accepts(s, r.access())))) {
      return List.of();
    }
    List<List<String>> ways = new ArrayList<>(List.of(List.of()));
    boolean credential = false;
    for (Rule rule : all) {
      if (rule.access().kind() == Access.Kind.DENIED) {
        return List.of();
      }
      credential |= rule.access().kind() == Access.Kind.CREDENTIAL;
      ways = combined(ways, rule.access());
    }
    if (!credential) { // for everybody, and more for who logs in
      for (Rule rule : all) {
        for (Access branch : rule.access().withBranches()) {
          if (OF_A_LOGIN.stream().anyMatch(scheme -> rule.accepts(scheme, branch))) {
            credential |= branch.kind() == Access.Kind.CREDENTIAL;
            ways = combined(ways, branch);
          }
        }
      }
    }
    if (!credential) {
      return List.of();
    }
    return ways.stream().map(way -> union(rules.baseScopes(), way)).toList();
  }

  private static List<List<String>> combined(List<List<String>> ways, Access access) {
    List<List<String>> choices = access.anyOf().isEmpty() ? List.of(List.of()) : access.anyOf();
    Set<List<String>> all = new LinkedHashSet<>();
    for (List<String> way : ways) {
      for (List<String> choice : choices) {
        all.add(union(union(way, access.allOf()), choice));
      }
    }
    return all.stream().limit(MAX_WAYS).toList();
  }

  private static List<String> union(List<String> first, List<String> second) {
    Set<String> all = new LinkedHashSet<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }

  private static ToolPolicy.Reach worse(ToolPolicy.Reach one, ToolPolicy.Reach other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static ToolPolicy.Reach better(ToolPolicy.Reach one, ToolPolicy.Reach other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
