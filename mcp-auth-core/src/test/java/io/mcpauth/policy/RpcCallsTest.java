package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.math.BigDecimal;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RpcCallsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}} | REQUEST | tools/call t
          {"jsonrpc":"2.0","id":1,"params":{"arguments":{},"name":"t"},"method":"tools/call"} | REQUEST | tools/call t
          {"params":{"name":"t"},"method":"tools/call","id":1,"jsonrpc":"2.0"} | REQUEST | tools/call t
          {"jsonrpc":"2.0","method":"tools/call","params":{"name":"t"}} | NOTIFICATION | tools/call t
          {"jsonrpc":"2.0","id":1,"method":"tools/c\\u0061ll","params":{"n\\u0061me":"\\u0074"}} | REQUEST | tools/call t
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"name":"u","Name":"v","method":"x"}}} | REQUEST | tools/call t
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"name":"u"}}} | REQUEST | tools/call t
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":""}} | REQUEST | tools/call
          {"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"p"}} | REQUEST | prompts/get p
          {"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///a","name":"x"}} | REQUEST | resources/read file:///a
          {"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"u:a"}} | REQUEST | resources/subscribe u:a
          {"jsonrpc":"2.0","id":1,"method":"tools/list"} | REQUEST | tools/list
          {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}} | REQUEST | tools/list
          {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"t"}} | REQUEST | tools/list
          {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":5,"uri":[]}} | REQUEST | tools/list
          {"jsonrpc":"2.0","id":1,"method":"tools/list","extra":{"method":"tools/call"}} | REQUEST | tools/list
          {"jsonrpc":"2.0","method":"notifications/initialized"} | NOTIFICATION | notifications/initialized
          {"jsonrpc":"2.0","id":1,"result":{"method":"tools/call"}} | RESPONSE | response
          {"jsonrpc":"2.0","id":"a","error":{"code":1,"message":"m"}} | RESPONSE | response
          {"jsonrpc":"2.0","id":1,"result":null} | RESPONSE | response
          """)
  void message_isRead(String body, RpcCalls.Message.Kind kind, String summary) {
    RpcCalls calls = read(body);
    assertThat(calls.batch()).isFalse();
    assertThat(calls.messages()).singleElement().extracting(RpcCalls.Message::kind).isEqualTo(kind);
    assertThat(calls.messages().get(0).summary().strip()).isEqualTo(summary);
  }

  /** Read as they are; the policy then knows no such method. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tools/call ",
        " tools/call",
        "TOOLS/CALL",
        "Tools/Call",
        "tools//call",
        "tools/call/",
        "",
        "tools\u2215call",
        "tools/call\u200b"
      })
  void methodThatIsNearlyToolsCall_isAnotherMethod(String method) {
    RpcCalls.Message message =
        read("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\"}").messages().get(0);
    assertThat(message.method()).isEqualTo(method);
    assertThat(message.targets()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Read_File", "read_file ", "r\u00e9ad", "../x", "a b", "\u0442"})
  void toolName_isKeptExactly(String name) {
    assertThat(read(toolsCall("\"" + name + "\"")).messages().get(0).targets())
        .containsExactly(new Target(Target.Kind.TOOL, name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "a"  | a
          ""   | ``
          "1"  | 1
          "\\r\\n" | `\r\n`
          """)
  void stringId_isEchoed(String id, String echoed) {
    assertThat(read(request(id)).echoedId()).isEqualTo(echoed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-1", "9007199254740993", "123456789012345678901234567890", "1.50", "1e400"})
  void numberId_isEchoedUnrounded(String id) {
    Object echoed = read(request(id)).echoedId();
    assertThat(echoed).isInstanceOf(Number.class);
    assertThat(new BigDecimal(String.valueOf(echoed))).isEqualTo(new BigDecimal(id));
  }

  @Test
  void idThatIsNotOfARequest_isNotEchoed() {
    assertThat(RpcCalls.none().echoedId()).isNull();
    assertThat(read("{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}").echoedId()).isNull();
    assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}").echoedId()).isNull();
    assertThat(read("[" + request("7") + "]").echoedId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "true", "false", "{}", "[]", "[1]", "{\"a\":1}"})
  void idOfAnotherType_isRefused(String id) {
    assertNotRpc(request(id), "id is neither a string nor a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e2147483648", "-1e99999999999", "1e-99999999999"})
  void idWithExponentOutOfRange_isRefusedNotAFault(String id) {
    assertRefused(request(id), ReasonCode.BODY_NOT_JSON, "a number out of range");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonrpc", "id", "method", "params", "result", "error"})
  void memberThatDiffersInCase_isRefused(String member) {
    String capital = member.substring(0, 1).toUpperCase(Locale.ROOT) + member.substring(1);
    for (String variant : new String[] {capital, member.toUpperCase(Locale.ROOT)}) {
      String extra = "\"" + variant + "\":\"tools/call\"";
      assertNotRpc("{" + extra + "," + request("1").substring(1), "only in case");
      assertNotRpc("{\"jsonrpc\":\"2.0\"," + extra + "}", "only in case");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"par\u0430ms", "method ", " method", "meth\u200bod"})
  void memberThatLooksAlike_isNoMember(String member) {
    String body = "{\"" + member + "\":\"x\"," + request("1").substring(1);
    assertThat(read(body).messages()).extracting(RpcCalls.Message::method).containsExactly("ping");
  }

  @ParameterizedTest
  @ValueSource(strings = {"re\u017fult", "param\u017f", "\u0131d", "\u0130d", "\\u0049d"})
  void memberThatUnicodeCaseMapsToAKnownOne_isRefused(String member) {
    assertNotRpc("{\"" + member + "\":1," + request("1").substring(1), "only in case");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Name",
        "NAME",
        "nAme",
        "Uri",
        "URI",
        "taskid",
        "TaskId",
        "tas\u212aId",
        "Ref",
        "_Meta",
        "Notifications",
        "notification\u017f",
        "Arguments",
        "argument\u017f"
      })
  void targetThatDiffersInCase_isRefused(String member) {
    assertNotRpc(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\",\""
            + member
            + "\":\"u\"}}",
        "only in case");
  }

  private static String request(String id) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}";
  }

  private static String toolsCall(String name) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
        + name
        + "}}";
  }

  private static RpcCalls read(String body) {
    return RpcCalls.read(body.getBytes(UTF_8));
  }

  private static void assertNotRpc(String body, String problem) {
    assertRefused(body, ReasonCode.BODY_NOT_JSON_RPC, problem);
  }

  private static void assertRefused(String body, ReasonCode reason, String problem) {
    assertThatExceptionOfType(AuthException.class)
        .as(body)
        .isThrownBy(() -> read(body))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
        .satisfies(e -> assertThat(e.facts().get("problem")).contains(problem));
  }
}
