package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mcpauth.error.AuthException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A body is refused, or read as a lenient reader behind the policy reads it. */
class RpcCallsFuzz {
  static Stream<byte[]> bodies() {
    return Stream.of(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"resources/read\","
                + "\"params\":{\"uri\":\"file:///a\"}}",
            "[{\"jsonrpc\":\"2.0\",\"method\":\"ping\"},"
                + "{\"jsonrpc\":\"2.0\",\"id\":1.5e3,\"result\":{}}]")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("bodies")
  @FuzzTest
  @DictionaryEntries({
    "\"jsonrpc\":\"2.0\"",
    "\"method\":",
    "\"m\\u0065thod\":",
    "\"Method\":",
    "\"params\":{\"name\":\"b\"}",
    "\"prompts/get\"",
    "\"resources/subscribe\"",
    "\"error\":{}",
    "\\ud800",
    "\\u0000",
    "1e999"
  })
  void whatIsAccepted_isWhatALenientReaderSees(byte[] body) {
    RpcCalls calls;
    try {
      calls = RpcCalls.read(body);
    } catch (AuthException e) {
      return; // refused
    }
    RpcDifferentialTest.assertSame(calls, body);
  }
}
