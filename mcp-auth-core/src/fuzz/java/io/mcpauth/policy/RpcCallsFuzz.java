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
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/get\",\"params\":{\"name\":\"a\","
                + "\"arguments\":{\"path\":\"p\",\"force\":true,\"name\":5}}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":"
                + "{\"type\":\"ref/resource\",\"uri\":\"u\"}}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":"
                + "{\"notifications\":{\"resourceSubscriptions\":[\"u\"]},\"_meta\":"
                + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}",
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
    "\"arguments\":{\"path\":1}",
    "\"PATH\":",
    "\"ref/prompt\"",
    "\"resourceSubscriptions\":[\"v\"]",
    "\"taskId\":\"k\"",
    "\"error\":{}",
    "\\ud800",
    "\\u0000",
    "1e999"
  })
  void whatIsAccepted_isWhatALenientReaderSees(byte[] body) {
    RpcCalls calls;
    try {
      calls = RpcCalls.read(body, LenientReader.ARGUMENTS);
    } catch (AuthException e) {
      return; // refused
    }
    LenientReader.assertSame(calls, body);
  }
}
