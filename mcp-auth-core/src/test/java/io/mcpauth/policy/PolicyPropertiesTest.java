package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.ToolPolicy.Verdict.Allowed;
import io.mcpauth.policy.ToolPolicy.Verdict.CredentialMissing;
import io.mcpauth.policy.ToolPolicy.Verdict.Denied;
import io.mcpauth.policy.ToolPolicy.Verdict.ScopesMissing;
import io.mcpauth.token.McpPrincipal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for every policy, caller and call; here for many thousands by chance. */
class PolicyPropertiesTest {
  private static final int POLICIES = 1000;
  private static final int CALLS = 8;

  /** What is tried on one policy. */
  private interface Property {
    /** Whether the case was one that the property says something about. */
    boolean holds(ToolPolicy policy, @Nullable McpPrincipal caller, RpcCalls calls, RandomPolicy r);
  }

  @Test
  void moreScopes_neverTakeAnythingAway() {
    forAll(
        (policy, caller, calls, random) -> {
          if (caller == null || !(policy.judge(caller, calls) instanceof Allowed)) {
            return false;
          }
          Set<String> more = new LinkedHashSet<>(List.of(random.scopes(4)));
          more.addAll(caller.scopes());
          assertAllowed(policy, RandomPolicy.with(caller, more), calls);
          assertAllowed(policy, RandomPolicy.with(caller, RandomPolicy.EVERY_SCOPE), calls);
          return true;
        });
  }

  /** Both for clients that add the challenge to what they have, and that replace it. */
  @Test
  void oneChallenge_suffices() {
    forAll(
        (policy, caller, calls, random) -> {
          if (caller == null || !(policy.judge(caller, calls) instanceof ScopesMissing missing)) {
            return false;
          }
          Set<String> added = new LinkedHashSet<>(caller.scopes());
          added.addAll(missing.required());
          assertAllowed(policy, RandomPolicy.with(caller, added), calls);
          assertAllowed(policy, RandomPolicy.with(caller, missing.required()), calls);
          List<String> challenge = policy.challengeScopes(caller, missing.required());
          assertAllowed(policy, RandomPolicy.with(caller, challenge), calls);
          return true;
        });
  }

  @Test
  void challenge_namesKnownScopesInTheSameOrder() {
    forAll(
        (policy, caller, calls, random) -> {
          ToolPolicy.Verdict verdict = policy.judge(caller, calls);
          List<String> challenge = List.of();
          if (verdict instanceof CredentialMissing login) {
            challenge = login.scopes();
            assertBegins(challenge, policy.initialScopes());
          } else if (verdict instanceof ScopesMissing missing && caller != null) {
            challenge = policy.challengeScopes(caller, missing.required());
            assertBegins(challenge, missing.required());
            assertBegins(missing.required(), policy.rules().baseScopes());
            assertThat(missing.required()).containsAll(missing.missing());
            assertThat(missing.missing()).isNotEmpty().noneMatch(caller.scopes()::contains);
          }
          assertThat(challenge).isSubsetOf(policy.scopes());
          assertThat(challenge).doesNotHaveDuplicates().doesNotContain("offline_access");
          return !challenge.isEmpty();
        });
  }

  @Test
  void batch_isJudgedAsItsElementsTogether() {
    forAll(
        (policy, caller, calls, random) -> {
          List<RpcCalls.Message> messages = new ArrayList<>(calls.messages());
          messages.add(random.message());
          messages.add(random.message());
          List<ToolPolicy.Explanation> each =
              messages.stream().map(m -> policy.explain(caller, one(m))).toList();
          assertThat(policy.judge(caller, new RpcCalls(messages, true)))
              .isEqualTo(joined(policy, each, caller));
          return true;
        });
  }

  @Test
  void explanation_saysWhatIsDecided() {
    forAll(
        (policy, caller, calls, random) -> {
          ToolPolicy.Explanation explanation = policy.explain(caller, calls);
          ToolPolicy.Verdict verdict = policy.judge(caller, calls);
          assertThat(explanation.verdict()).isEqualTo(verdict);
          if (verdict instanceof Denied denied) {
            assertThat(explanation.steps())
                .contains("    refused by " + denied.rule() + ": " + denied.cause());
          }
          if (verdict instanceof ScopesMissing missing) {
            missing.missing().stream()
                .filter(scope -> !policy.rules().baseScopes().contains(scope))
                .forEach(scope -> assertThat(explanation.steps()).contains("    lacks " + scope));
          }
          return true;
        });
  }

  @Test
  void whatIsOpenWithoutALogin_isOpenWithOne() {
    forAll(
        (policy, caller, calls, random) -> {
          if (caller == null || !(policy.judge(null, calls) instanceof Allowed)) {
            return false;
          }
          assertAllowed(policy, caller, calls);
          return true;
        });
  }

  @Test
  void oneRuleMore_opensOnlyWhatItMatches() {
    int tried = 0;
    for (int seed = 0; seed < POLICIES; seed++) {
      RandomPolicy random = new RandomPolicy(seed);
      List<Consumer<ToolPolicyBuilder>> steps = random.steps();
      Map.Entry<String, Access> rule = random.toolRule();
      ToolPolicy before = RandomPolicy.built(steps);
      if (names(before).contains(rule.getKey())) {
        continue;
      }
      steps.add(builder -> builder.tool(rule.getKey(), rule.getValue()));
      ToolPolicy after = RandomPolicy.built(steps);
      McpPrincipal caller = random.known(RandomPolicy.EVERY_SCOPE.toArray(String[]::new));
      for (String tool : RandomPolicy.TOOLS) {
        RpcCalls call = one(random.call("tools/call", new Target(Target.Kind.TOOL, tool)));
        if (!new NamePattern(rule.getKey()).matches(tool)) {
          assertThat(after.judge(caller, call))
              .as("seed %d", seed)
              .isEqualTo(before.judge(caller, call));
          tried++;
        }
      }
    }
    assertThat(tried).isGreaterThan(POLICIES);
  }

  /** The verdict of a batch, from those of its elements and what they say that they ask for. */
  private static ToolPolicy.Verdict joined(
      ToolPolicy policy, List<ToolPolicy.Explanation> each, @Nullable McpPrincipal caller) {
    List<ToolPolicy.Verdict> verdicts = each.stream().map(ToolPolicy.Explanation::verdict).toList();
    if (verdicts.stream().anyMatch(CredentialMissing.class::isInstance)) {
      Set<String> asked = new LinkedHashSet<>(policy.initialScopes());
      asked.addAll(scopes(each));
      return new CredentialMissing(List.copyOf(asked));
    }
    for (ToolPolicy.Verdict verdict : verdicts) {
      if (verdict instanceof Denied) {
        return verdict;
      }
    }
    List<ScopesMissing> missing =
        verdicts.stream()
            .filter(ScopesMissing.class::isInstance)
            .map(ScopesMissing.class::cast)
            .toList();
    if (missing.isEmpty() || caller == null) {
      return new Allowed();
    }
    Set<String> required = new LinkedHashSet<>(policy.rules().baseScopes());
    required.addAll(scopes(each));
    Set<String> lacking = new LinkedHashSet<>();
    required.stream()
        .filter(scope -> missing.stream().anyMatch(m -> m.missing().contains(scope)))
        .forEach(lacking::add);
    String rule = missing.get(0).rule();
    return new ScopesMissing(List.copyOf(required), List.copyOf(lacking), rule);
  }

  private static Set<String> scopes(List<ToolPolicy.Explanation> each) {
    Set<String> scopes = new LinkedHashSet<>();
    for (ToolPolicy.Explanation explanation : each) {
      for (String step : explanation.steps()) {
        if (step.startsWith("    has ") || step.startsWith("    lacks ")) {
          scopes.add(step.substring(step.lastIndexOf(' ') + 1));
        }
      }
    }
    return scopes;
  }

  private static RpcCalls one(RpcCalls.Message message) {
    return new RpcCalls(List.of(message), false);
  }

  private static Set<String> names(ToolPolicy policy) {
    Set<String> names = new LinkedHashSet<>();
    policy.rules().section(Target.Kind.TOOL).all().forEach(rule -> names.add(rule.name().text()));
    return names;
  }

  private static void assertAllowed(ToolPolicy policy, McpPrincipal caller, RpcCalls calls) {
    assertThat(policy.judge(caller, calls))
        .as("with scopes %s", caller.scopes())
        .isEqualTo(new Allowed());
  }

  private static void assertBegins(List<String> all, List<String> first) {
    assertThat(all.subList(0, first.size())).isEqualTo(first);
  }

  private static void forAll(Property property) {
    int tried = 0;
    for (int seed = 0; seed < POLICIES; seed++) {
      RandomPolicy random = new RandomPolicy(seed);
      ToolPolicy policy = RandomPolicy.built(random.steps());
      for (int i = 0; i < CALLS; i++) {
        RpcCalls calls = i == 0 ? RpcCalls.none() : one(random.message());
        McpPrincipal caller = random.caller();
        try {
          tried += property.holds(policy, caller, calls, random) ? 1 : 0;
        } catch (AssertionError e) {
          throw new AssertionError(
              "seed " + seed + ": " + policy.explain(caller, calls) + "\n" + e.getMessage(), e);
        }
      }
    }
    assertThat(tried).as("cases that say something").isGreaterThan(POLICIES / 10);
  }
}
