package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.Principals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a server's lists reaches a caller through an adapter that only passes them on. */
class ListAnswersTest {
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .tool("read", "files:read")
          .tool("write", "files:write")
          .tool("remove", Access.scopes("files:write").role("editor"))
          .tool("drop", Access.denied())
          .prompt("sum", "files:read")
          .resource("file:///public/*", "files:read")
          .build();

  private static ListAnswers answers(ToolPolicy policy, @Nullable String revision) {
    return new ListAnswers(() -> policy, Principals.with("files:read"), revision);
  }

  private static @Nullable String reduced(String body) {
    byte[] shown = answers(POLICY, "2025-11-25").reduced(body.getBytes(UTF_8));
    return shown == null ? null : new String(shown, UTF_8);
  }

  private static String tools(String... names) {
    List<String> items = new ArrayList<>();
    for (String name : names) {
      items.add("{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}");
    }
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":["
        + String.join(",", items)
        + "],\"nextCursor\":\"2\"}}";
  }

  @Test
  void whatNoScopeGives_isTakenOutAndTheRestStays() {
    assertThat(reduced(tools("write", "remove", "read", "drop", "unknown")))
        .isEqualTo(tools("write", "read"));
  }

  @Test
  void listThatIsShownWhole_keepsItsBytes() {
    byte[] body = (" " + tools("write", "read") + "\n").getBytes(UTF_8);
    assertThat(answers(POLICY, "2025-11-25").reduced(body)).isSameAs(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prompts           | name        | sum             | other
          resources         | uri         | file:///public/a | file:///secret
          resourceTemplates | uriTemplate | file:///public/{name} | file:///{path}
          """)
  void listsOfEveryKind_areReduced(String member, String name, String shown, String hidden) {
    String form = "{\"result\":{\"%s\":[%s]}}";
    String item = "{\"" + name + "\":\"%s\"}";
    assertThat(
            reduced(form.formatted(member, item.formatted(hidden) + "," + item.formatted(shown))))
        .isEqualTo(form.formatted(member, item.formatted(shown)));
  }

  @Test
  void listOnlyGranted_showsOnlyWhatCanBeCalledNow() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("read", "files:read")
            .tool("write", "files:write")
            .listOnlyGranted()
            .build();
    byte[] shown = answers(policy, null).reduced(tools("read", "write").getBytes(UTF_8));
    assertThat(shown).asString(UTF_8).isEqualTo(tools("read"));
  }

  @Test
  void listsInABatch_areReducedEach() {
    assertThat(reduced("[" + tools("read", "drop") + ",{\"id\":2,\"result\":{\"content\":[]}}]"))
        .isEqualTo("[" + tools("read") + ",{\"id\":2,\"result\":{\"content\":[]}}]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"tools\"}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"tools\":[{\"name\":\"a\"}]}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[],\"_meta\":{\"tools\":1}}}",
        "{\"result\":{\"resources\":{\"cpu\":1}}}",
        "{\"result\":{\"tools\":null}}",
        "1e2",
        "null"
      })
  void whatIsNoList_keepsItsBytes(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    assertThat(answers(POLICY, null).reduced(bytes)).isSameAs(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "<html>",
        "{\"result\":{\"tools\":[]},\"result\":{\"tools\":[{\"name\":\"drop\"}]}}",
        "{\"result\":{\"tools\":[],\"t\\u006fols\":[{\"name\":\"drop\"}]}}",
        "{\"result\":{\"tools\":[\"drop\"]}}",
        "{\"result\":{\"tools\":[{\"title\":\"drop\"}]}}",
        "{\"result\":{\"tools\":[{\"name\":[\"drop\"]}]}}",
        "{\"result\":{\"tools\":[{\"name\":\"read\"}]}} {}",
        "{\"result\":{\"tools\":[{\"name\":\"\\ud800\"}]}}"
      })
  void whatCannotBeRead_isNothingToPassOn(String body) {
    assertThat(reduced(body)).isNull();
  }

  @Test
  void nameInEscapes_isTheSameName() {
    assertThat(reduced("{\"result\":{\"t\\u006fols\":[{\"name\":\"dr\\u006fp\"}]}}"))
        .isEqualTo("{\"result\":{\"tools\":[]}}");
  }

  /** Numbers, order and unknown members are none of its business. */
  @Test
  void restOfAReducedList_saysTheSame() {
    String rest = "\"b\":1.50,\"a\":12345678901234567890,\"c\":[null,true,\"\u00e9\\n\"]";
    assertThat(reduced("{\"result\":{\"tools\":[{\"name\":\"drop\"}]," + rest + "},\"id\":\"x\"}"))
        .isEqualTo("{\"result\":{\"tools\":[]," + rest + "},\"id\":\"x\"}");
  }

  @Test
  void reducedList_isPrivateFromTheRevisionOnThatHasIt() {
    String list = "{\"result\":{\"tools\":[{\"name\":\"drop\"}],\"cacheScope\":\"public\"}}";
    assertThat(answers(POLICY, "2026-07-28").reduced(list.getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("{\"result\":{\"tools\":[],\"cacheScope\":\"private\"}}");
    assertThat(reduced(list)).isEqualTo("{\"result\":{\"tools\":[],\"cacheScope\":\"public\"}}");
  }

  /** A cache would hand it to a caller who is shown less. */
  @Test
  void listThatOthersSeeLessOf_isPrivateThoughItIsWhole() {
    assertThat(
            answers(POLICY, "2026-07-28")
                .reduced("{\"result\":{\"tools\":[{\"name\":\"read\"}]}}".getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("{\"result\":{\"tools\":[{\"name\":\"read\"}],\"cacheScope\":\"private\"}}");
  }

  @Test
  void responseOfAClient_asksForNoList() {
    RpcCalls calls = RpcCalls.read("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}".getBytes(UTF_8));
    assertThat(ListAnswers.areAskedForBy(calls)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "tools/list, true",
    "prompts/list, true",
    "resources/list, true",
    "resources/templates/list, true",
    "tools/call, false",
    "tasks/list, false"
  })
  void requestForAList_isKnownByItsMethod(String method, boolean list) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
            + method.replace("l", "\\u006c")
            + "\",\"params\":{\"name\":\"read\"}}";
    RpcCalls calls = RpcCalls.read(body.getBytes(UTF_8));
    assertThat(ListAnswers.areAskedForBy(calls)).isEqualTo(list);
  }
}
