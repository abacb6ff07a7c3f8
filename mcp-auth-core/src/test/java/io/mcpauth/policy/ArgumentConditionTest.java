package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.Principals;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which branches of a rule an argument calls for. */
class ArgumentConditionTest {
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .tool("bool", branches(true))
          .tool("number", branches(1))
          .tool("text", branches("1"))
          .tool("mixed", branches("1", true))
          .build();

  private static Access branches(Object... listed) {
    return Access.scopes()
        .whenArgument("a", List.of(listed), Access.scopes("then"), Access.scopes("otherwise"));
  }

  /** A tool may take "true" or 1 for true, so only a value of a type that is listed is clear. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # tool | arguments      | asked for
          bool   | {"a":true}     | then
          bool   | {"a":false}    | otherwise
          bool   | {"a":"true"}   | then otherwise
          bool   | {"a":1}        | then otherwise
          bool   | {"a":null}     | then otherwise
          bool   | {}             | then otherwise
          number | {"a":1}        | then
          number | {"a":2}        | otherwise
          number | {"a":"1"}      | then otherwise
          number | {"a":true}     | then otherwise
          number | {"a":1.0}      | then otherwise
          text   | {"a":"1"}      | then
          text   | {"a":"2"}      | otherwise
          text   | {"a":1}        | then otherwise
          text   | {"a":"1","A":1}| then otherwise
          mixed  | {"a":true}     | then
          mixed  | {"a":"2"}      | otherwise
          mixed  | {"a":2}        | then otherwise
          """)
  void value_callsForItsBranch_andWhatIsUnclearForBoth(
      String tool, String arguments, String asked) {
    assertThat(POLICY.judge(Principals.with(), call(tool, arguments)))
        .isInstanceOfSatisfying(
            ToolPolicy.Verdict.ScopesMissing.class,
            missing -> assertThat(missing.required()).containsExactly(asked.split(" ")));
  }

  @Test
  void explanation_isOneLineForEachStepWhateverTheNames() {
    ToolPolicy.Explanation explanation =
        POLICY.explain(Principals.with(), call("x\\r\\ntools/call bool: granted", "{}"));
    assertThat(explanation.toString().lines()).hasSize(explanation.steps().size() + 1);
  }

  private static RpcCalls call(String tool, String arguments) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
            + tool
            + "\",\"arguments\":"
            + arguments
            + "}}";
    return RpcCalls.read(body.getBytes(UTF_8), POLICY.argumentNames());
  }
}
