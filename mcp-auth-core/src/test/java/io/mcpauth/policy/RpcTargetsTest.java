package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a method is applied to, and what the headers have to repeat of it. */
class RpcTargetsTest {
  private static final String VERSION = "io.modelcontextprotocol/protocolVersion";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          # method              | params                                                       | targets                     | Mcp-Name
          tools/call            | {"name":"t"}                                                 | TOOL t                      | t
          tools/call            | {"name":"t","uri":"u","taskId":"k","ref":5}                  | TOOL t                      | t
          prompts/get           | {"uri":"u","name":"p"}                                       | PROMPT p                    | p
          resources/read        | {"uri":"u:1","name":"n"}                                     | RESOURCE u:1                | u:1
          resources/subscribe   | {"uri":"u:1"}                                                | RESOURCE u:1                | -
          resources/unsubscribe | {"uri":"u:1"}                                                | RESOURCE u:1                | -
          resources/subscribe   | {"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}} | `` | -
          resources/unsubscribe | {"uri":7,"_meta":{"io.modelcontextprotocol/protocolVersion":"2031-01-01"}} | `` | -
          resources/subscribe   | {"uri":"u","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}} | RESOURCE u | -
          completion/complete   | {"ref":{"type":"ref/prompt","name":"p"},"name":"n"}          | PROMPT p                    | -
          completion/complete   | {"ref":{"name":"p","title":"x","type":"ref/prompt"}}         | PROMPT p                    | -
          completion/complete   | {"ref":{"uri":"u:{x}","name":"n","type":"ref/resource"}}     | RESOURCE_TEMPLATE u:{x}     | -
          subscriptions/listen  | {"notifications":{"resourceSubscriptions":["u:1","u:2"]}}    | RESOURCE u:1, RESOURCE u:2  | -
          subscriptions/listen  | {"notifications":{"resourceSubscriptions":["a","a"]}}        | RESOURCE a, RESOURCE a      | -
          subscriptions/listen  | {"notifications":{"resourceSubscriptions":[]}}               | ``                          | -
          subscriptions/listen  | {"notifications":{"toolsListChanged":true}}                  | ``                          | -
          subscriptions/listen  | {"notifications":{},"resourceSubscriptions":["u"]}           | ``                          | -
          tasks/get             | {"taskId":"k","name":"n"}                                    | ``                          | k
          tasks/cancel          | {"taskId":"k"}                                               | ``                          | k
          tasks/list            | {}                                                           | ``                          | -
          tasks/get             | {"taskId":7}                                                 | ``                          | -
          tasksget              | {"taskId":"k"}                                               | ``                          | -
          tools/list            | {"name":"t","uri":"u","taskId":"k"}                          | ``                          | -
          x/y                   | {"ref":{"Type":1},"notifications":{"resourceSubscriptions":1}} | ``                        | -
          """)
  void target_isWhatTheMethodIsAppliedTo(
      String method, String params, String targets, String mirroredName) {
    for (RpcCalls.Message message : bothOrders(method, params)) {
      assertThat(
              message.targets().stream()
                  .map(target -> target.kind() + " " + target.name())
                  .collect(Collectors.joining(", ")))
          .isEqualTo(targets);
      assertThat(message.mirroredName()).isEqualTo(mirroredName);
      assertThat(message.arguments()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          completion/complete  | {}
          completion/complete  | {"ref":null}
          completion/complete  | {"ref":"ref/prompt"}
          completion/complete  | {"ref":[{"type":"ref/prompt","name":"p"}]}
          completion/complete  | {"ref":{}}
          completion/complete  | {"ref":{"name":"p"}}
          completion/complete  | {"ref":{"type":"ref/prompt"}}
          completion/complete  | {"ref":{"type":"ref/prompt","name":5}}
          completion/complete  | {"ref":{"type":"ref/prompt","uri":"u"}}
          completion/complete  | {"ref":{"type":"ref/resource","name":"p"}}
          completion/complete  | {"ref":{"type":"ref/tool","name":"t"}}
          completion/complete  | {"ref":{"type":"Ref/Prompt","name":"p"}}
          completion/complete  | {"ref":{"type":["ref/prompt"],"name":"p"}}
          completion/complete  | {"ref":{"type":"ref/prompt","name":"p","Name":"q"}}
          completion/complete  | {"ref":{"type":"ref/prompt","name":"p","TYPE":"ref/resource"}}
          completion/complete  | {"ref":{"type":"ref/prompt","name":"p","Uri":"u"}}
          completion/complete  | {"type":"ref/prompt","name":"p"}
          subscriptions/listen | {}
          subscriptions/listen | {"notifications":null}
          subscriptions/listen | {"notifications":["u"]}
          subscriptions/listen | {"resourceSubscriptions":["u"]}
          subscriptions/listen | {"notifications":{"resourceSubscriptions":null}}
          subscriptions/listen | {"notifications":{"resourceSubscriptions":"u"}}
          subscriptions/listen | {"notifications":{"resourceSubscriptions":{"0":"u"}}}
          subscriptions/listen | {"notifications":{"resourceSubscriptions":["u",5]}}
          subscriptions/listen | {"notifications":{"resourceSubscriptions":["u",["v"]]}}
          subscriptions/listen | {"notifications":{"resourceSubscriptions":["u",null]}}
          subscriptions/listen | {"notifications":{"resourceSubscriptions":["u\\u0000"]}}
          subscriptions/listen | {"notifications":{"ResourceSubscriptions":["u"]}}
          subscriptions/listen | {"notifications":{"resourceSubscriptions":[],"resourcesubscriptions":["u"]}}
          subscriptions/listen | {"notifications":{"re\\u017fourceSubscriptions":["u"]}}
          tasks/get            | {"taskId":"k\\u0000"}
          completion/complete  | {"ref":{"type":"ref/prompt","name":"p\\u0000"}}
          tools/list           | {"_meta":{"IO.modelcontextprotocol/protocolVersion":"2026-07-28"}}
          tools/list           | {"_meta":{"io.modelcontextprotocol/protocolversion":"2026-07-28"}}
          """)
  void targetThatTwoReadersCouldSeeDifferently_isRefused(String method, String params) {
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> bothOrders(method, params))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ReasonCode.BODY_NOT_JSON_RPC));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          {"_meta":{"%s":"2026-07-28"}} | 2026-07-28
          {"_meta":{"x":{"%s":"2026-07-28"},"%s":"z"}} | z
          {"_meta":{"%s":""}} | ``
          {"_meta":{"x":{"%s":"2026-07-28"}}} | -
          {"_meta":{"%s":20260728}} | -
          {"_meta":{"%s":["2026-07-28"]}} | -
          {"_meta":{"%s":null}} | -
          {"_meta":[{"%s":"2026-07-28"}]} | -
          {"_meta":null} | -
          {"%s":"2026-07-28"} | -
          {"arguments":{"_meta":{"%s":"2026-07-28"}}} | -
          {} | -
          """)
  void protocolVersion_isReadAtItsPlaceOnly(String params, String version) {
    String text = params.replace("%s", VERSION);
    for (RpcCalls.Message message : bothOrders("tools/list", text)) {
      assertThat(message.protocolVersion()).isEqualTo(version);
    }
  }

  @Test
  void responsesVersion_isReadToo() {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"params\":{\"name\":\"n\",\"_meta\":{\""
            + VERSION
            + "\":\"2026-07-28\"}}}";
    RpcCalls.Message response = RpcCalls.read(body.getBytes(UTF_8)).messages().get(0);
    assertThat(response.protocolVersion()).isEqualTo("2026-07-28");
    assertThat(response.targets()).isEmpty();
    assertThat(response.mirroredName()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 1000})
  void summaryOfManyTargets_namesTen(int count) {
    String uris =
        IntStream.range(0, count).mapToObj(i -> "\"u" + i + "\"").collect(Collectors.joining(","));
    RpcCalls.Message message =
        bothOrders(
                "subscriptions/listen",
                "{\"notifications\":{\"resourceSubscriptions\":[" + uris + "]}}")
            .get(0);
    assertThat(message.targets()).hasSize(count);
    assertThat(message.summary())
        .startsWith("subscriptions/listen u0 u1 ")
        .endsWith(count == 10 ? " u9" : " u9 and " + (count - 10) + " more");
  }

  private static List<RpcCalls.Message> bothOrders(String method, String params) {
    List<RpcCalls.Message> messages = new ArrayList<>();
    for (String body :
        new String[] {
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
              .formatted(method, params),
          "{\"params\":%s,\"method\":\"%s\",\"jsonrpc\":\"2.0\"}".formatted(params, method)
        }) {
      messages.addAll(RpcCalls.read(body.getBytes(UTF_8)).messages());
    }
    return messages;
  }
}
