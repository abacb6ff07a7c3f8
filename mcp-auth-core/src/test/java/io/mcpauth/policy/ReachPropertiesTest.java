package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.ToolPolicy.Verdict.Allowed;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a caller is shown in lists is what it can get at, for thousands of policies by chance. */
class ReachPropertiesTest {
  private static final int POLICIES = 1000;

  /** With every combination of values that could make a difference. */
  @Test
  void reach_isWhatSomeArgumentsOrScopesGive() {
    Map<ToolPolicy.Reach, Integer> seen = new TreeMap<>();
    for (int seed = 0; seed < POLICIES; seed++) {
      RandomPolicy random = new RandomPolicy(seed);
      ToolPolicy policy = RandomPolicy.built(random.steps());
      McpPrincipal caller = random.caller();
      for (Target target : targets()) {
        ToolPolicy.Reach reach = policy.reach(caller, target);
        seen.merge(reach, 1, Integer::sum);
        assertThat(somehowAllowed(policy, caller, target))
            .as("seed %d, %s: now", seed, target)
            .isEqualTo(reach == ToolPolicy.Reach.GRANTED);
        if (caller != null) {
          McpPrincipal able = RandomPolicy.with(caller, RandomPolicy.EVERY_SCOPE);
          assertThat(somehowAllowed(policy, able, target))
              .as("seed %d, %s: ever", seed, target)
              .isEqualTo(reach != ToolPolicy.Reach.NEVER);
        }
        assertThat(policy.listed(caller, target.kind(), List.of(target.name()), n -> n))
            .hasSize(reach == ToolPolicy.Reach.NEVER ? 0 : 1);
      }
    }
    assertThat(seen).containsOnlyKeys(ToolPolicy.Reach.values());
  }

  @Test
  void toolThatTheServerDoesNotHave_isNeverThere() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("a*", Access.anonymous())
            .tool("b")
            .build()
            .withTools(List.of("a1"));
    for (String tool : List.of("a2", "b", "c")) {
      Target target = new Target(Target.Kind.TOOL, tool);
      assertThat(policy.reach(Principals.with(), target)).isEqualTo(ToolPolicy.Reach.NEVER);
      assertThat(policy.reach(null, target)).isEqualTo(ToolPolicy.Reach.NEVER);
    }
    assertThat(policy.permits(null, new Target(Target.Kind.TOOL, "a1"))).isTrue();
  }

  @Test
  void whatIsDenied_isNotWithinReachOfAnybodyWhoMayLogIn() {
    ToolPolicy policy = ToolPolicy.builder().tool("off", Access.denied()).tool("t").build();
    assertThat(policy.reach(null, new Target(Target.Kind.TOOL, "off")))
        .isEqualTo(ToolPolicy.Reach.NEVER);
    assertThat(policy.reach(null, new Target(Target.Kind.TOOL, "t")))
        .isEqualTo(ToolPolicy.Reach.STEP_UP);
  }

  /** Two rules for one name, which no value pleases both of. */
  @Test
  void contradictingArguments_areNotWithinReach() {
    Access one = Access.scopes().whenArgument("x", List.of(1), null, Access.denied());
    Access two = Access.scopes().whenArgument("x", List.of(2), null, Access.denied());
    ToolPolicy policy = ToolPolicy.builder().tool("a*", one).tool("*a", two).build();
    assertThat(policy.reach(Principals.with(), new Target(Target.Kind.TOOL, "a")))
        .isEqualTo(ToolPolicy.Reach.NEVER);
    assertThat(policy.permits(Principals.with(), new Target(Target.Kind.TOOL, "ab"))).isTrue();
  }

  @Test
  void ruleOfAMethod_isInTheWayToo() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .method("resources/read", "read")
            .method("tools/*", "t")
            .tool("a")
            .build();
    assertThat(policy.reach(Principals.with(), new Target(Target.Kind.RESOURCE, "file:///a")))
        .isEqualTo(ToolPolicy.Reach.STEP_UP);
    assertThat(policy.permits(Principals.with(), new Target(Target.Kind.TOOL, "a"))).isFalse();
    assertThat(policy.securitySchemes("a"))
        .isEqualTo(
            Map.of("securitySchemes", List.of(Map.of("type", "oauth2", "scopes", List.of("t")))));
  }

  private static boolean somehowAllowed(
      ToolPolicy policy, @Nullable McpPrincipal caller, Target target) {
    String method =
        switch (target.kind()) {
          case TOOL -> "tools/call";
          case PROMPT -> "prompts/get";
          default -> "resources/read";
        };
    List<Object> values = new ArrayList<>(RandomPolicy.VALUES);
    values.addAll(List.of("else", false, 2L)); // another of each type
    for (Object x : values) {
      for (Object y : values) {
        Map<String, Object> arguments =
            method.equals("resources/read") ? Map.of() : Map.of("x", x, "y", y);
        RpcCalls calls = new RpcCalls(List.of(RandomPolicy.call(method, target, arguments)), false);
        if (policy.judge(caller, calls) instanceof Allowed) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Target> targets() {
    return Stream.of(
            RandomPolicy.TOOLS.stream().map(name -> new Target(Target.Kind.TOOL, name)),
            RandomPolicy.TOOLS.stream().map(name -> new Target(Target.Kind.PROMPT, name)),
            RandomPolicy.URIS.stream().map(name -> new Target(Target.Kind.RESOURCE, name)))
        .flatMap(stream -> stream)
        .toList();
  }
}
