package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.ToolPolicy.Verdict.Allowed;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a browser's session is shown in lists, and that it gets at nothing unless it is named. */
class SessionReachTest {
  private static final int POLICIES = 1000;

  private static McpPrincipal session(String... scopes) {
    return Principals.of(null, Scheme.SESSION, Map.of(), scopes);
  }

  @Test
  void lists_haveWhatASessionMayCallNowAndNothingElse() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("about", Access.anonymous())
            .tool("browse", Access.scopes().scheme(Scheme.SESSION, Scheme.BEARER))
            .tool("write", Access.scopes("w").scheme(Scheme.SESSION, Scheme.BEARER))
            .tool("read", "r")
            .tool("plain")
            .prompt("p", Access.scopes().scheme(Scheme.SESSION))
            .prompt("q")
            .resource("memo:*", Access.scopes().scheme(Scheme.SESSION))
            .resource("file:///*")
            .build();
    List<String> tools = List.of("about", "browse", "write", "read", "plain");

    assertThat(policy.listed(session(), Target.Kind.TOOL, tools, n -> n))
        .containsExactly("about", "browse");
    assertThat(policy.listed(session("w", "r"), Target.Kind.TOOL, tools, n -> n))
        .containsExactly("about", "browse", "write");
    assertThat(policy.listed(Principals.with(), Target.Kind.TOOL, tools, n -> n)).isEqualTo(tools);
    assertThat(policy.listed(session(), Target.Kind.PROMPT, List.of("p", "q"), n -> n))
        .containsExactly("p");
    assertThat(
            policy.listed(session(), Target.Kind.RESOURCE, List.of("memo:1", "file:///a"), n -> n))
        .containsExactly("memo:1");
    for (String tool : tools) {
      assertThat(policy.reach(session(), new Target(Target.Kind.TOOL, tool)))
          .as(tool)
          .isNotEqualTo(ToolPolicy.Reach.STEP_UP);
    }
  }

  /** With the arguments that ask for least, of a rule that names it and of one that does not. */
  @Test
  void whatAnArgumentAdds_isOfTheRuleThatNamesSessions() {
    Access more = Access.scopes("w");
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool(
                "named",
                Access.scopes()
                    .scheme(Scheme.SESSION)
                    .whenArgument("x", List.of(1), more, Access.scopes()))
            .tool("open", Access.anonymous().whenArgument("x", List.of(1), more, more))
            .build();
    assertThat(policy.permits(session(), new Target(Target.Kind.TOOL, "named"))).isTrue();
    assertThat(policy.reach(session("w"), new Target(Target.Kind.TOOL, "open")))
        .isEqualTo(ToolPolicy.Reach.NEVER);
  }

  /** A client that is told of a login would send its user there for nothing. */
  @Test
  void toolThatNoLoginGetsAt_namesNoLogin() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .baseScopes("b")
            .tool("browser", Access.scopes("w").scheme(Scheme.SESSION))
            .tool("job", Access.scopes("w").scheme(Scheme.API_KEY, Scheme.BASIC))
            .tool("both_*", Access.scopes().scheme(Scheme.SESSION, Scheme.BEARER))
            .tool("*_key", Access.scopes().scheme(Scheme.API_KEY, Scheme.SESSION))
            .tool("bound", Access.scopes("w").scheme(Scheme.SESSION, Scheme.DPOP))
            .tool(
                "about",
                Access.anonymous()
                    .unlessArgument("x", List.of(1), Access.scopes("w").scheme(Scheme.API_KEY)))
            .build();
    for (String tool : List.of("browser", "job", "both_key")) {
      assertThat(policy.securitySchemes(tool)).as(tool).isEqualTo(schemes());
    }
    Map<String, Object> base = Map.of("type", "oauth2", "scopes", List.of("b"));
    assertThat(policy.securitySchemes("both_ways")).isEqualTo(schemes(base));
    assertThat(policy.securitySchemes("bound"))
        .isEqualTo(schemes(Map.of("type", "oauth2", "scopes", List.of("b", "w"))));
    assertThat(policy.securitySchemes("about")).isEqualTo(schemes(Map.of("type", "noauth")));
  }

  private static Map<String, Object> schemes(Object... ways) {
    return Map.of("securitySchemes", List.of(ways));
  }

  @Test
  void listsOfAPolicyThatNamesSessions_areTheirCallersOwn() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("read")
            .prompt("p", Access.scopes().scheme(Scheme.SESSION))
            .build();
    assertThat(policy.listCaching(Target.Kind.TOOL, "2026-07-28"))
        .isEqualTo(Map.of("cacheScope", "private"));
  }

  /** No rule of these names it: whatever scopes it has, it gets what everybody gets. */
  @Test
  void sessionThatNoRuleNames_getsAtWhatIsOpenToEverybodyAlone() {
    McpPrincipal able = session(RandomPolicy.EVERY_SCOPE.toArray(String[]::new));
    int open = 0;
    for (int seed = 0; seed < POLICIES; seed++) {
      RandomPolicy random = new RandomPolicy(seed);
      ToolPolicy policy = RandomPolicy.built(random.steps());
      for (String tool : RandomPolicy.TOOLS) {
        Target target = new Target(Target.Kind.TOOL, tool);
        RpcCalls.Message message = random.call("tools/call", target);
        RpcCalls calls = new RpcCalls(List.of(message), false);
        boolean allowed = policy.judge(able, calls) instanceof Allowed;
        assertThat(allowed)
            .as("seed %d, %s", seed, tool)
            .isEqualTo(policy.judge(null, calls) instanceof Allowed);
        assertThat(policy.lists(able, target))
            .as("seed %d, %s in the list", seed, tool)
            .isEqualTo(policy.permits(null, target));
        open += allowed ? 1 : 0;
      }
    }
    assertThat(open).isPositive();
  }
}
