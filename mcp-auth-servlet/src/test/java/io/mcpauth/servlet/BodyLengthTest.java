package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which header lines everybody reads as the same length of a body. */
class BodyLengthTest {
  private static boolean isClear(Map<String, List<String>> headers) {
    HttpServletRequest request =
        (HttpServletRequest)
            Proxy.newProxyInstance(
                BodyLengthTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("getHeaders");
                  List<String> lines = headers.get(arguments[0]);
                  return lines == null ? null : Collections.enumeration(lines);
                });
    return BodyLength.isClear(request);
  }

  @Test
  void requestWithoutEither_isClear() {
    assertThat(isClear(Map.of())).isTrue();
    assertThat(isClear(Map.of("Content-Length", List.of(), "Transfer-Encoding", List.of())))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "7", "007", "99999999999999999999"})
  void digits_areClear(String length) {
    assertThat(isClear(Map.of("Content-Length", List.of(length)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+0", "-1", "0x0", "0, 7", "7, 7", "7 ", "\u0667", "1e3"})
  void anythingElse_isNot(String length) {
    assertThat(isClear(Map.of("Content-Length", List.of(length)))).isFalse();
  }

  @Test
  void twoLengths_areNotEvenIfTheyAreTheSame() {
    assertThat(isClear(Map.of("Content-Length", List.of("7", "7")))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "Chunked", "CHUNKED"})
  void chunked_isClear(String coding) {
    assertThat(isClear(Map.of("Transfer-Encoding", List.of(coding)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "xchunked", "identity", "gzip, chunked", "chunked, identity", "chunked;q=1"})
  void otherCodings_areNot(String coding) {
    assertThat(isClear(Map.of("Transfer-Encoding", List.of(coding)))).isFalse();
  }

  @Test
  void twoCodings_areNot() {
    assertThat(isClear(Map.of("Transfer-Encoding", List.of("chunked", "identity")))).isFalse();
  }
}
