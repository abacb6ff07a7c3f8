package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are no message, or more than one to different readers. */
class RpcRefusalTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | jsonrpc is not
          {"id":1,"method":"ping"} | jsonrpc is not
          {"jsonrpc":"1.0","id":1,"method":"ping"} | jsonrpc is not
          {"jsonrpc":"2.0 ","id":1,"method":"ping"} | jsonrpc is not
          {"jsonrpc":2.0,"id":1,"method":"ping"} | jsonrpc is not a string
          {"jsonrpc":null,"id":1,"method":"ping"} | jsonrpc is not a string
          {"jsonrpc":"2.0"} | neither a method nor
          {"jsonrpc":"2.0","id":1} | neither a method nor
          {"jsonrpc":"2.0","result":{}} | neither a method nor
          {"jsonrpc":"2.0","id":1,"result":{},"error":{}} | neither a method nor
          {"jsonrpc":"2.0","id":1,"method":"ping","result":{}} | a method beside
          {"jsonrpc":"2.0","id":1,"error":{},"method":"ping"} | a method beside
          {"jsonrpc":"2.0","id":1,"method":null} | method is not a string
          {"jsonrpc":"2.0","id":1,"method":5} | method is not a string
          {"jsonrpc":"2.0","id":1,"method":["tools/call"]} | method is not a string
          {"jsonrpc":"2.0","id":1,"method":"ping","params":[]} | params is not an object
          {"jsonrpc":"2.0","id":1,"method":"ping","params":"x"} | params is not an object
          {"jsonrpc":"2.0","id":1,"method":"tools/call"} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"uri":"t"}} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":null}} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":true}} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["t"]}} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":{"name":"t"}}} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call","name":"t","params":{}} | params.name is missing
          {"jsonrpc":"2.0","method":"tools/call"} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{}} | params.name is missing
          {"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"name":"u"}} | params.uri is missing
          {"jsonrpc":"2.0","id":1,"method":"resources/unsubscribe"} | params.uri is missing
          {"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25"}}} | params.uri is missing
          {"jsonrpc":"2.0","id":1,"method":"tools/call\\u0000","params":{"name":"t"}} | NUL in a method or name
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t\\u0000"}} | NUL in a method or name
          {"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"\\u0000"}} | NUL in a method or name
          "tools/call" | neither an object nor an array
          5 | neither an object nor an array
          null | neither an object nor an array
          [] | an empty batch
          [5] | a batch element is not an object
          [null] | a batch element is not an object
          [[]] | a batch element is not an object
          [[{"jsonrpc":"2.0","id":1,"method":"ping"}]] | a batch element is not an object
          [{"jsonrpc":"2.0","id":1,"method":"ping"},7] | a batch element is not an object
          [{"jsonrpc":"2.0","id":1,"method":"ping"},{}] | jsonrpc is not
          [{"jsonrpc":"2.0","id":1,"method":"tools/call"},{"jsonrpc":"2.0","id":1,"method":"ping"}] | params.name is missing
          """)
  void noMessage_isRefused(String body, String problem) {
    assertRefused(body, ReasonCode.BODY_NOT_JSON_RPC, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``  | empty
          ` ` | empty
          {"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"} | duplicate member
          {"jsonrpc":"2.0","id":1,"method":"ping","m\\u0065thod":"tools/call"} | duplicate member
          {"jsonrpc":"2.0","id":1,"id":1,"method":"ping"} | duplicate member
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"},"params":{"name":"b"}} | duplicate member
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}} | duplicate member
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","n\\u0061me":"b"}} | duplicate member
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"p":1,"p":2}}} | duplicate member
          {"jsonrpc":"2.0","id":1,"method":"ping","x":[{"a":1,"a":2}]} | duplicate member
          {"jsonrpc":"2.0","id":1,"method":"ping"} {} | content after
          {"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":1,"method":"tools/call"} | content after
          [{"jsonrpc":"2.0","id":1,"method":"ping"}] [] | content after
          {"jsonrpc":"2.0","id":1,"method":"ping"}] | not JSON
          {"jsonrpc":"2.0","id":1,"method":"ping"},{} | not JSON
          {"jsonrpc":"2.0","id":1,"method":"ping",} | not JSON
          [{"jsonrpc":"2.0","id":1,"method":"ping"},] | not JSON
          {"jsonrpc":"2.0","id":1,"method":"ping" | not JSON
          [{"jsonrpc":"2.0","id":1,"method":"ping"} | not JSON
          {"jsonrpc":"2.0","id":01,"method":"ping"} | not JSON
          {"jsonrpc":"2.0","id":"\\ud800","method":"ping"} | lone surrogate
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\udc00"}} | lone surrogate
          {"jsonrpc":"2.0","id":1,"method":"ping","a\\u0000":1} | NUL in a member name
          method=ping | not JSON
          <x/> | not JSON
          """)
  void notStrictJson_isRefused(String body, String problem) {
    assertRefused(body, ReasonCode.BODY_NOT_JSON, problem);
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 100_000})
  void deepArguments_areRefused(int depth) {
    String deep = "[".repeat(depth) + "]".repeat(depth);
    String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":";
    assertRefused(
        call + "{\"name\":\"t\",\"a\":" + deep + "}}", ReasonCode.BODY_NOT_JSON, "nested too deep");
    assertRefused("[" + deep + "]", ReasonCode.BODY_NOT_JSON_RPC, "a batch element");
  }

  @Test
  void factsOfARefusal_quoteNothingOfTheBody() {
    for (String body :
        new String[] {
          "{\"jsonrpc\":\"s3cr3t\"}",
          "{\"jsonrpc\":\"2.0\",\"x\":\"s3cr3t\",\"x\":1}",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"x\":\"s3cr3t\"}}"
        }) {
      assertThatExceptionOfType(AuthException.class)
          .isThrownBy(() -> RpcCalls.read(body.getBytes(UTF_8)))
          .satisfies(e -> assertThat(e.facts().toString() + e).doesNotContain("s3cr3t"));
    }
  }

  private static void assertRefused(String body, ReasonCode reason, String problem) {
    assertThatExceptionOfType(AuthException.class)
        .as(body.length() > 300 ? "a long body" : body)
        .isThrownBy(() -> RpcCalls.read(body.getBytes(UTF_8)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
        .satisfies(e -> assertThat(e.facts().get("problem")).startsWith(problem));
  }
}
