package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.Principals;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator reads. */
class ExplanationTest {
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .baseScopes("mcp")
          .tool("read_*", "files:read")
          .tool(
              "deploy",
              Access.scopes("deploy")
                  .role("ops")
                  .whenArgument(
                      "environment", List.of("dev", "test"), null, Access.scopes("deploy:prod")))
          .build();

  @Test
  void missingScopes_areToldWithTheirRule() {
    RpcCalls call = RpcCalls.tool("deploy", Map.of("environment", "prod"));
    ToolPolicy.Explanation why =
        POLICY.explain(Principals.of("c", Scheme.BEARER, ROLES, "deploy"), call);
    assertThat(why.toString())
        .isEqualTo(
            """
            tools/call deploy
              rule tools.deploy: scopes [deploy], roles [ops]
                has deploy
                argument environment is another value
                lacks deploy:prod
              base scopes: [mcp]
                lacks mcp
            ScopesMissing[required=[mcp, deploy, deploy:prod], missing=[mcp, deploy:prod], rule=base]\
            """);
  }

  @Test
  void whatNoScopeCures_isTold() {
    RpcCalls call = RpcCalls.tool("deploy", Map.of("environment", "dev"));
    ToolPolicy.Explanation why = POLICY.explain(Principals.with("mcp", "deploy"), call);
    assertThat(why.steps())
        .containsExactly(
            "tools/call deploy",
            "  rule tools.deploy: scopes [deploy], roles [ops]",
            "    refused by tools.deploy: ROLE",
            "    has deploy",
            "    argument environment is a listed value");
    assertThat(POLICY.explain(Principals.with("mcp"), RpcCalls.tool("drop", Map.of())).steps())
        .containsExactly("tools/call drop", "    refused by no rule: NOT_NAMED");
  }

  @Test
  void schemeThatTheRuleDoesNotName_isTold() {
    ToolPolicy policy =
        ToolPolicy.builder().tool("pay", Access.scopes("mcp").scheme(Scheme.DPOP)).build();
    assertThat(policy.explain(Principals.with("mcp"), RpcCalls.tool("pay", Map.of())).steps())
        .contains("    came with the scheme Bearer", "    refused by tools.pay: SCHEME");
  }

  /** Both branches apply, however a caller writes what is not the one value. */
  @Test
  void valuesOfJava_areReadAsThoseOfABody() {
    for (Object value : new Object[] {5, 5L, true, "x", 5.0, 1L << 60, "a\0", List.of("x")}) {
      RpcCalls made = RpcCalls.tool("deploy", Map.of("environment", value));
      Object found = made.messages().get(0).arguments().get("environment");
      assertThat(found)
          .isEqualTo(
              value.equals(5)
                  ? (Object) 5L
                  : value.equals(5L) || value.equals(true) || value.equals("x")
                      ? value
                      : RpcCalls.Message.UNCLEAR);
    }
  }

  @Test
  void callsMadeInCode_areThoseOfABody() {
    assertThat(RpcCalls.tool("read_file", Map.of()).messages().get(0).targets())
        .isEqualTo(read("tools/call", "\"name\":\"read_file\""));
    assertThat(RpcCalls.prompt("p").messages().get(0).targets())
        .isEqualTo(read("prompts/get", "\"name\":\"p\""));
    assertThat(RpcCalls.resource("file:///a").messages().get(0).targets())
        .isEqualTo(read("resources/read", "\"uri\":\"file:///a\""));
    assertThat(RpcCalls.method("tools/list").messages().get(0).targets()).isEmpty();
  }

  private static List<Target> read(String method, String params) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    return RpcCalls.read(body.getBytes(UTF_8)).messages().get(0).targets();
  }

  private static final Map<String, Object> ROLES = Map.of("roles", List.of("ops"));
}
