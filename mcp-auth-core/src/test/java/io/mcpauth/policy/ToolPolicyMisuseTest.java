package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mistake stops the start, with the value and what to write instead. */
class ToolPolicyMisuseTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        " a",
        "a ",
        "a\tb",
        "a\nb",
        "a\r\nX: y",
        "a\"b",
        "a\\b",
        "\u00e4",
        "a\u007f",
        "a\0"
      })
  void scopeThatIsNoToken_isRefusedInEveryRule(String scope) {
    String problem = "Scope '" + scope + "' is not a scope token. Write each scope by itself.";
    assertStops(builder -> builder.baseScopes(scope), problem);
    assertStops(builder -> builder.initialScopes("ok", scope), problem);
    assertStops(builder -> builder.tool("t", scope), problem);
    assertStops(builder -> builder.method("m", scope), problem);
    assertStops(builder -> builder.implies(scope, "a"), problem);
    assertStops(builder -> builder.implies("a", scope), problem);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_isRefused(Consumer<ToolPolicyBuilder> mistake, String problem) {
    assertStops(mistake, problem);
  }

  static Stream<Arguments> mistakes() {
    String offline = "'offline_access' is between client and authorization server. Remove it.";
    String notATool = "cannot have a rule. Write tool(name, scopes) for each tool.";
    return Stream.of(
        row(
            "denied with a header",
            b -> b.tool("t", Access.denied().paramHeader("a", "A")),
            "What is denied has no headers to compare."),
        row("offline base", b -> b.baseScopes("offline_access"), offline),
        row("offline initial", b -> b.initialScopes("a", "offline_access"), offline),
        row("offline tool", b -> b.tool("t", "offline_access"), offline),
        row("offline implied", b -> b.implies("a", "offline_access"), offline),
        row("base twice", b -> b.baseScopes().baseScopes("a"), "The base scopes is set twice."),
        row("initial twice", b -> b.initialScopes("a").initialScopes("a"), "initial scopes is set"),
        row("tool twice", b -> b.tool("t", "a").tool("t", "b"), "Tool 't' is set twice. Set it"),
        row("tool twice, bare", b -> b.tool("t").tool("t"), "Tool 't' is set twice."),
        row("method twice", b -> b.method("m").method("m", "a"), "Method 'm' is set twice."),
        row("implies twice", b -> b.implies("a", "b").implies("a", "c"), "What 'a' implies is set"),
        row("implies nothing", b -> b.implies("a"), "Scope 'a' implies nothing. Write the scopes"),
        row("scope twice", b -> b.tool("t", "a", "b", "a"), "[a, b, a] name one twice. Write it"),
        row("tool without name", b -> b.tool("", "a"), "Tool '' is empty or has space around it."),
        row(
            "tool with space",
            b -> b.tool("t ", "a"),
            "Tool 't ' is empty or has space around it."),
        row("method with space", b -> b.method(" ping"), "Method ' ping' is no JSON-RPC method."),
        row("method in capitals", b -> b.method("Ping"), "Method 'Ping' is no JSON-RPC method."),
        row("tools/call as method", b -> b.method("tools/call", "a"), "'tools/call' " + notATool),
        row("empty method", b -> b.method("", "a"), "Method '' " + notATool));
  }

  @ParameterizedTest
  @MethodSource("mistakesOfRules")
  void mistakeOfARule_isRefused(Consumer<ToolPolicyBuilder> mistake, String problem) {
    assertStops(mistake, problem);
  }

  static Stream<Arguments> mistakesOfRules() {
    Access open = Access.anonymous();
    Access denied = Access.denied();
    Access more = Access.scopes("s");
    Access asks = more.whenArgument("x", List.of(1), more, null);
    Access mirrored = more.paramHeader("x", "X");
    String iss = "https://login.example.com";
    String pointless = "denies what is refused anyhow, and every pattern beside it. Remove it.";
    String tooOpen = "would be open to everybody, and so would what is added later. Name each.";
    return Stream.of(
        row("all denied", b -> b.tool("*", denied), "Tool '*' " + pointless),
        row("all denied, two stars", b -> b.prompt("**", denied), "Prompt '**' " + pointless),
        row("all open", b -> b.tool("*", open), "Tool '*' " + tooOpen),
        row("nearly all open", b -> b.tool("*_*", open), "Tool '*_*' " + tooOpen),
        row("nearly all open, two stars", b -> b.tool("**-**", open), "Tool '**-**' " + tooOpen),
        row("nearly all open, a letter", b -> b.tool("*e*", open), "Tool '*e*' " + tooOpen),
        row("nearly all prompts open", b -> b.prompt("*.*_*", open), "Prompt '*.*_*' " + tooOpen),
        row("all two stars open", b -> b.tool("**", open), "Tool '**' " + tooOpen),
        row("all resources open, stars", b -> b.resource("**", open), "Resource '**' " + tooOpen),
        row("all resources open", b -> b.resource("*", open), "Resource '*' " + tooOpen),
        row("prompt twice", b -> b.prompt("p").prompt("p", "a"), "Prompt 'p' is set twice."),
        row("resource twice", b -> b.resource("u:x").resource("u:x"), "Resource 'u:x' is set"),
        row("method asks", b -> b.method("m", asks), "Method 'm' has no arguments."),
        row("method mirrors", b -> b.method("m", mirrored), "Method 'm' has no arguments."),
        row("resource asks", b -> b.resource("u:x", asks), "Resource 'u:x' has no arguments."),
        row("resource mirrors", b -> b.resource("u:x", mirrored), "'u:x' has no arguments."),
        row("prompt mirrors", b -> b.prompt("p", mirrored), "Prompt 'p' has no headers for"),
        row("wildcard", b -> b.wildcardScopes("files"), "Wildcard scope 'files' has no '*'."),
        row("wildcard twice", b -> b.wildcardScopes("a*").wildcardScopes("a*"), "'a*' implies is"),
        row("role claim", b -> b.roleClaim("/"), "Claim '/' is no claim."),
        row("role claim twice", b -> b.roleClaim("a").roleClaim("b"), "The role claim is set"),
        row("group claim", b -> b.groupClaim(" "), "Claim ' ' is no claim."),
        row("group claim twice", b -> b.groupClaim("a").groupClaim("a"), "The group claim is"),
        row("cap of nobody", b -> b.maxScopes(iss, "", "a"), "Client '' of issuer '" + iss),
        row("no issuer", b -> b.challengeInToolResult("", "c"), "Client 'c' of issuer '' is not"),
        row(
            "cap twice",
            b -> b.maxScopes(iss, "c", "a").maxScopes(iss, "c", "a"),
            "The cap of a client is set twice."),
        row(
            "cap without base",
            b -> b.baseScopes("mcp").maxScopes(iss, "c", "a").build(),
            "The cap of client 'c' leaves out a base scope of [mcp], so that it could call"));
  }

  @Test
  void capWithABroaderScopeThanTheBase_isAccepted() {
    ToolPolicyBuilder builder = ToolPolicy.builder().baseScopes("mcp").implies("all", "mcp");
    assertThat(builder.maxScopes("https://login.example.com", "c", "all").build().clientIssuers())
        .containsExactly("https://login.example.com");
  }

  @Test
  void unnamedTool_stopsTheStart() {
    ToolPolicy policy = ToolPolicy.builder().tool("a*").tool("b", Access.denied()).build();
    assertThat(policy.withTools(List.of("a1", "b")).scopes()).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.withTools(List.of("b", "z", "c")))
        .withMessageContaining("The server has tools that the policy does not name: [c, z].");
  }

  private static Arguments row(String name, Consumer<ToolPolicyBuilder> mistake, String problem) {
    return Arguments.of(Named.of(name, mistake), problem);
  }

  private static void assertStops(Consumer<ToolPolicyBuilder> mistake, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mistake.accept(ToolPolicy.builder()))
        .withMessageContaining(problem);
  }

  @Test
  void toolsOfTheServer_areHeldAgainstTheRules() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("*", "files:read")
            .tool("delte_file", Access.denied())
            .tool("stray")
            .build();
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.withTools(List.of("read_file", "delete_file")))
        .withMessageStartingWith(
            "The policy denies [delte_file], but the server has only [delete_file, read_file].");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.withTools(List.of()))
        .withMessageStartingWith("The server has no tools.");
    assertThat(policy.toolsNotAmong(List.of("delte_file"))).containsExactly("stray");
    ToolPolicy exact = ToolPolicy.builder().tool("a").tool("gone", Access.denied()).build();
    assertThat(exact.withTools(List.of("a")).reach(null, Target.tool("a")))
        .isEqualTo(ToolPolicy.Reach.STEP_UP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FILE:///pub/*", "file:///a/../*", "/public/*", "file:///a//*", "a*"})
  void patternThatFitsNoResource_isRefused(String pattern) {
    assertStops(b -> b.resource(pattern, "s"), "'" + pattern + "' fits no URI in normal form.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a*", "*_", "_*", "*ab*", "a*b", "*a*b*"})
  void patternThatNamesSomething_mayBeOpen(String pattern) {
    assertThat(ToolPolicy.builder().tool(pattern, Access.anonymous()).build().hasAnonymous())
        .isTrue();
  }

  @Test
  void ruleForEveryMethodAndPrefixedHeader_areRefused() {
    assertStops(b -> b.method("*"), "Method '*' would name every method there is.");
    assertStops(b -> b.method("*/*"), "Method '*/*' would name every method there is.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Access.scopes().paramHeader("region", "Mcp-Param-Region"))
        .withMessageContaining("Write what stands behind 'Mcp-Param-'.");
  }

  /** What only stands for others is nothing that a client should ask for. */
  @Test
  void requiredScopes_leaveOutTheBroadOnes() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .baseScopes("mcp")
            .tool("t", "files:read")
            .implies("admin", "files:read", "other")
            .wildcardScopes("gh:*")
            .build();
    assertThat(policy.requiredScopes()).containsExactly("mcp", "files:read");
    assertThat(policy.scopes()).containsExactly("mcp", "files:read", "admin", "other", "gh:*");
  }
}
