package io.mcpauth.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that two readers could take for different characters. */
class JsonEncodingTest {
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "80", // a continuation byte alone
        "bf",
        "c080", // NUL, overlong
        "c0af", // slash, overlong
        "c1bf",
        "e080af", // slash, overlong in three bytes
        "f08080af", // and in four
        "c3", // broken off
        "e282",
        "f09f98",
        "c328", // a lead byte before ASCII
        "eda080", // a surrogate, encoded
        "edbfbf",
        "eda0bdedb880", // CESU-8: a pair of them
        "f4908080", // beyond U+10FFFF
        "f8888080", // five bytes
        "fe",
        "ff",
        "e9", // Latin-1
      })
  void invalidUtf8_isRefusedWhereverItStands(String hex) {
    for (String text : new String[] {"7b2261223a22%s227d", "7b22%s223a317d", "7b7d%s", "%s7b7d"}) {
      byte[] bytes = HexFormat.of().parseHex(String.format(text, hex));
      assertRefused(bytes, "invalid UTF-8");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"c2a9", "e282ac", "f09f9880", "ed9fbf", "ee8080", "f48fbfbf", "efbfbf"})
  void validUtf8_isRead(String hex) throws InvalidJsonException {
    byte[] character = HexFormat.of().parseHex(hex);
    byte[] text = HexFormat.of().parseHex("7b2261223a22" + hex + "227d");
    assertThat(Json.object(text)).containsEntry("a", new String(character, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"efbbbf7b7d", "efbbbf", "efbbbf20", "efbbbfefbbbf7b7d"})
  void byteOrderMark_isRefused(String hex) {
    assertRefused(HexFormat.of().parseHex(hex), "byte order mark");
  }

  @Test
  void byteOrderMarkInsideString_isACharacter() throws InvalidJsonException {
    assertThat(Json.object("{\"a\":\"\ufeff\"}".getBytes(StandardCharsets.UTF_8)))
        .containsEntry("a", "\ufeff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
  void otherUnicodeEncoding_isRefused(String charset) {
    byte[] bytes = "{\"jsonrpc\":\"2.0\"}".getBytes(Charset.forName(charset));
    assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> Json.object(bytes));
  }

  private static void assertRefused(byte[] bytes, String problem) {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> JsonCursor.over(bytes))
        .withMessageStartingWith(problem);
  }
}
