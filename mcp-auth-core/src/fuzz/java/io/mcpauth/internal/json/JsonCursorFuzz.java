package io.mcpauth.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The scanner reads what Jackson's parser reads, and refuses what that refuses. */
class JsonCursorFuzz {
  static Stream<byte[]> texts() {
    return Stream.of(
            " {\"a\" : [1, -2.5e+3, true, false, null, \"x\"]}\r\n\t ",
            "{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0,\"j\":0}",
            "{\"\\u0061b\":1,\"ac\":2,\"\\\"\\\\\\/\\b\\f\\n\\r\\t\":3}",
            "[\"\\ud83d\\ude00\",\"\ud83d\ude00\u00e9\u20ac\"]",
            "[0.5,123456789012345678,1234567890123456789]")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("texts")
  @FuzzTest
  @DictionaryEntries({
    "\\ud83d",
    "\\ude00",
    "\\u0000",
    "\\u0061",
    "\"a\":",
    "{\"a\":1,\"a\":2}",
    "[[[[",
    "1e1001",
    "-0",
    "true",
    "false",
    "null",
    "\\\""
  })
  void everyText_isReadAsByJackson(byte[] text) {
    new Comparison().on(text);
  }
}
