package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
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
    String problem = "Scope '" + scope + "' is not a scope token. Write one argument for each";
    assertStops(builder -> builder.baseScopes(scope), problem);
    assertStops(builder -> builder.initialScopes("ok", scope), problem);
    assertStops(builder -> builder.tool("t", scope), problem);
    assertStops(builder -> builder.method("m", scope), problem);
    assertStops(builder -> builder.implies(scope, "a"), problem);
    assertStops(builder -> builder.implies("a", scope), problem);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_isRefused(Consumer<ToolPolicy.Builder> mistake, String problem) {
    assertStops(mistake, problem);
  }

  static Stream<Arguments> mistakes() {
    String offline = "'offline_access' is between client and authorization server. Remove it.";
    String notATool = "cannot have a rule. Write tool(name, scopes) for each tool.";
    return Stream.of(
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

  private static Arguments row(String name, Consumer<ToolPolicy.Builder> mistake, String problem) {
    return Arguments.of(Named.of(name, mistake), problem);
  }

  private static void assertStops(Consumer<ToolPolicy.Builder> mistake, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mistake.accept(ToolPolicy.builder()))
        .withMessageContaining(problem);
  }
}
