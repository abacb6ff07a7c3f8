package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.Principals;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What lists show is what a request for it would get, also where a method has a rule. */
class ReachOfMethodsTest {
  private static final Target RESOURCE = new Target(Target.Kind.RESOURCE, "file:///p/x");
  private static final Target TOOL = new Target(Target.Kind.TOOL, "about");

  @Test
  void ruleOfReading_standsForEveryResourceOfAPolicyWithoutResources() {
    ToolPolicy policy = ToolPolicy.builder().method("resources/read", "read").build();
    assertThat(policy.reach(Principals.with("read"), RESOURCE)).isEqualTo(ToolPolicy.Reach.GRANTED);
    assertThat(policy.reach(Principals.with(), RESOURCE)).isEqualTo(ToolPolicy.Reach.STEP_UP);
    assertThat(policy.reach(null, new Target(Target.Kind.PROMPT, "p")))
        .isEqualTo(ToolPolicy.Reach.NEVER);
  }

  @Test
  void deniedMethod_deniesWhatItIsAppliedTo() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .resource("file:///p/*", "read")
            .method("resources/read", Access.denied())
            .build();
    assertThat(policy.reach(Principals.with("read"), RESOURCE)).isEqualTo(ToolPolicy.Reach.NEVER);
  }

  @Test
  void ruleOfAllToolMethods_isNeededOfAnAnonymousToolToo() {
    ToolPolicy policy =
        ToolPolicy.builder().tool("about", Access.anonymous()).method("tools/*", "x").build();
    assertThat(policy.reach(null, TOOL)).isEqualTo(ToolPolicy.Reach.STEP_UP);
    assertThat(policy.securitySchemes("about"))
        .isEqualTo(
            Map.of("securitySchemes", List.of(Map.of("type", "oauth2", "scopes", List.of("x")))));
  }

  @Test
  void personalRuleOfAMethod_makesTheListPrivate() {
    ToolPolicy policy =
        ToolPolicy.builder().tool("t").method("tools/*", Access.scopes().role("r")).build();
    assertThat(policy.listCaching(Target.Kind.TOOL, "2026-07-28"))
        .isEqualTo(Map.of("cacheScope", "private"));
  }
}
