package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The arguments that rules depend on. */
class RpcArgumentsTest {
  /** Asked for: {@code path} and {@code key}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # arguments                        | read
          {}                                 | {}
          {"other":1}                        | {}
          {"path":"a"}                       | {path=a}
          {"path":"a","key":"b","other":"c"} | {key=b, path=a}
          {"path":""}                        | {path=}
          {"p\\u0061th":"\\u00e9"}           | {path=é}
          {"path":true,"key":false}          | {key=false, path=true}
          {"path":5}                         | {path=5}
          {"path":-0}                        | {path=0}
          {"path":9007199254740991}          | {path=9007199254740991}
          {"path":-9007199254740991}         | {path=-9007199254740991}
          {"path":9007199254740992}          | {path=unclear}
          {"path":-9007199254740992}         | {path=unclear}
          {"path":9223372036854775808}       | {path=unclear}
          {"path":123456789012345678901234567890} | {path=unclear}
          {"path":5.0}                       | {path=unclear}
          {"path":5e0}                       | {path=unclear}
          {"path":1E2}                       | {path=unclear}
          {"path":1e99999}                   | {path=unclear}
          {"path":null}                      | {path=unclear}
          {"path":[]}                        | {path=unclear}
          {"path":["a"]}                     | {path=unclear}
          {"path":{"path":"a"}}              | {path=unclear}
          {"path":"a\\u0000"}                | {path=unclear}
          {"path":"\\u0000"}                 | {path=unclear}
          {"Path":"a"}                       | {path=unclear}
          {"PATH":"a","path":"b"}            | {path=unclear}
          {"path":"b","PATH":"a"}            | {path=unclear}
          {"path":"b","paTh":"b","key":"x"}  | {key=x, path=unclear}
          {"\\u212aey":"a"}                  | {key=unclear}
          {"key":"a","\\u212aEY":"a"}        | {key=unclear}
          {"path ":"a"," path":"b"}          | {}
          {"p\\u0430th":"a"}                 | {}
          {"other":{"path":"a"}}             | {}
          {"other":[{"path":"a"}]}           | {}
          {"arguments":{"path":"a"}}         | {}
          null                               | {}
          []                                 | {key=unclear, path=unclear}
          [{"path":"a"}]                     | {key=unclear, path=unclear}
          "path"                             | {key=unclear, path=unclear}
          "{\\"path\\":\\"a\\"}"             | {key=unclear, path=unclear}
          5                                  | {key=unclear, path=unclear}
          true                               | {key=unclear, path=unclear}
          """)
  void argument_isReadOrUnclear(String arguments, String read) {
    for (String method : new String[] {"tools/call", "prompts/get"}) {
      assertThat(read(method, "{\"name\":\"t\",\"arguments\":" + arguments + "}", "path", "key"))
          .hasToString(read);
      assertThat(read(method, "{\"arguments\":" + arguments + ",\"name\":\"t\"}", "path", "key"))
          .hasToString(read);
    }
    assertThat(read("tools/list", "{\"arguments\":" + arguments + "}", "path", "key")).isEmpty();
    assertThat(read("tools/call", "{\"name\":\"t\",\"arguments\":" + arguments + "}")).isEmpty();
  }

  /** Folding such a name would take Java time in the square of its length. */
  @Test
  void longNameOfCharactersThatFoldToSeveral_isNoNameOfARule() {
    String name = "\u00df".repeat(49_000);
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\","
            + "\"arguments\":{\""
            + name
            + "\":1,\"SS\":1,\"\u00df\":2}}}";
    RpcCalls.Message message =
        RpcCalls.read(
                body.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.util.Set.of("ss"))
            .messages()
            .get(0);
    assertThat(message.arguments()).isEqualTo(Map.of("ss", RpcCalls.Message.UNCLEAR));
  }

  @Test
  void typesOfArguments_areKept() {
    Map<String, Object> read =
        read(
            "tools/call",
            "{\"name\":\"t\",\"arguments\":{\"a\":\"1\",\"b\":1,\"c\":true,\"d\":null}}",
            "a",
            "b",
            "c",
            "d",
            "e");
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("a", "1");
    expected.put("b", 1L);
    expected.put("c", true);
    expected.put("d", RpcCalls.Message.UNCLEAR);
    assertThat(read).isEqualTo(expected);
    assertThat(RpcCalls.Message.UNCLEAR).hasToString("unclear").isNotEqualTo("unclear");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stra\u00dfe|STRASSE",
        "stra\u00dfe|strasse",
        "stra\u00dfe|stra\u1e9ee",
        "strasse|stra\u00dfe",
        "mas|ma\u017f",
        "id|\u0130d",
        "id|\u0131d",
        "\u03c3|\u03c2",
        "\u00e5|\u212b",
        "\u00b5|\u03bc",
        "\ud801\udc28|\ud801\udc00",
        "file|\ufb01le"
      })
  void nameThatUnicodeCaseMapsToTheArgument_makesItUnclear(String names) {
    String[] pair = names.split("\\|", -1);
    String arguments = "{\"name\":\"t\",\"arguments\":{\"%s\":1,\"%s\":2}}";
    assertThat(read("tools/call", arguments.formatted(pair[0], pair[1]), pair[0]))
        .isEqualTo(Map.of(pair[0], RpcCalls.Message.UNCLEAR));
    assertThat(read("tools/call", arguments.formatted(pair[1], pair[0]), pair[0]))
        .isEqualTo(Map.of(pair[0], RpcCalls.Message.UNCLEAR));
  }

  @Test
  void twoAskedNamesThatDifferInCase_areNeverSurelyTold() {
    assertThat(read("tools/call", "{\"name\":\"t\",\"arguments\":{\"a\":1}}", "a", "A"))
        .isEqualTo(Map.of("a", 1L, "A", RpcCalls.Message.UNCLEAR));
    assertThat(read("tools/call", "{\"name\":\"t\",\"arguments\":{\"A\":2,\"a\":1}}", "a", "A"))
        .isEqualTo(Map.of("a", RpcCalls.Message.UNCLEAR, "A", RpcCalls.Message.UNCLEAR));
  }

  @Test
  void argumentsOfABatch_stayWithTheirElement() {
    String call = "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"t\"%s}}";
    String batch =
        "[" + call.formatted(",\"arguments\":{\"a\":1}") + "," + call.formatted("") + "]";
    assertThat(RpcCalls.read(batch.getBytes(UTF_8), Set.of("a")).messages())
        .extracting(RpcCalls.Message::arguments)
        .containsExactly(Map.of("a", 1L), Map.of());
  }

  @Test
  void arguments_areNeitherShownNorChanged() {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
            + "\"params\":{\"name\":\"t\",\"arguments\":{\"a\":\"s3cr3t\"}}}";
    RpcCalls calls = RpcCalls.read(body.getBytes(UTF_8), Set.of("a"));
    RpcCalls.Message message = calls.messages().get(0);
    assertThat(calls.toString() + message.summary()).contains("tools/call t");
    assertThat(calls.toString() + message.summary()).doesNotContain("s3cr3t");
    assertThatThrownBy(() -> message.arguments().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> message.targets().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** Sorted, so that a table can show them. */
  private static Map<String, Object> read(String method, String params, String... names) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"params\":%s,\"method\":\"%s\"}".formatted(params, method);
    return new TreeMap<>(
        RpcCalls.read(body.getBytes(UTF_8), Set.of(names)).messages().get(0).arguments());
  }
}
