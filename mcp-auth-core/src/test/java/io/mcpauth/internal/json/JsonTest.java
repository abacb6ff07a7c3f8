package io.mcpauth.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void everyKindOfValue_isRead() throws InvalidJsonException {
    Map<String, @Nullable Object> object =
        read(
            "{\"s\":\"x\",\"l\":1,\"d\":0.10,\"t\":true,\"f\":false,\"n\":null,\"a\":[1,null,{}]}");
    assertThat(object.keySet()).containsExactly("s", "l", "d", "t", "f", "n", "a");
    assertThat(object)
        .containsEntry("s", "x")
        .containsEntry("l", 1L)
        .containsEntry("d", new BigDecimal("0.10"))
        .containsEntry("t", true)
        .containsEntry("f", false)
        .containsEntry("n", null)
        .containsEntry("a", Arrays.asList(1L, null, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "[]", "[{}]", "\"{}\"", "1", "null", "true"})
  void noObject_isRefused(String text) {
    assertRefused(text, "not an object");
  }

  @Test
  void strictnessOfTheCursor_holdsInsideTheDocument() {
    assertRefused("{\"a\":1,\"\\u0061\":2}", "duplicate member");
    assertRefused("{\"a\":[{\"b\":1,\"b\":1}]}", "duplicate member");
    assertRefused("{\"a\":1} {}", "content after the value");
    assertRefused("{\"a\":\"\\ud800\"}", "lone surrogate");
    assertRefused("{\"a\":1", "not JSON");
    assertRefused("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", "nested too deep");
  }

  @Test
  void exponentOutOfRange_isRefusedNotThrown() {
    assertRefused("{\"exp\":1e999999999}", "a number out of range");
    assertRefused("{\"exp\":1e2147483648}", "a number out of range");
    assertRefused("{\"exp\":[-1e-99999999999]}", "a number out of range");
  }

  @Test
  void largeExponent_isHeldUnexpanded() throws InvalidJsonException {
    assertThat(read("{\"exp\":1e300}")).containsEntry("exp", new BigDecimal("1e300"));
  }

  @Test
  void whatWasRead_cannotBeChanged() throws InvalidJsonException {
    Map<String, @Nullable Object> object = read("{\"a\":[1],\"o\":{\"x\":1}}");
    assertThatThrownBy(object::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((List<?>) requireNonNull(object.get("a"))).clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((Map<?, ?>) requireNonNull(object.get("o"))).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void written_keepsOrderAndEscapesWhatBreaksAHeaderOrLog() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("z", "\r\n\"\\\0\u001f");
    object.put("a", List.of(1L, new BigDecimal("1.10"), new BigDecimal("1e400"), true));
    object.put("m", Map.of());
    assertThat(new String(Json.write(object), UTF_8))
        .isEqualTo("{\"z\":\"\\r\\n\\\"\\\\\\u0000\\u001F\",\"a\":[1,1.10,1E+400,true],\"m\":{}}");
  }

  @Test
  void writtenAndRead_isTheSame() throws InvalidJsonException {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("big", new BigDecimal("123456789012345678901234567890"));
    object.put("text", "\u00e9\u2028\uD83D\uDE00\0");
    object.put("list", List.of(List.of(), Map.of("k", false)));
    assertThat(Json.object(Json.write(object))).isEqualTo(object);
  }

  private static Map<String, @Nullable Object> read(String text) throws InvalidJsonException {
    return Json.object(text.getBytes(UTF_8));
  }

  private static void assertRefused(String text, String problem) {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> read(text))
        .withMessageStartingWith(problem);
  }
}
