package io.mcpauth.examples.filetools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "notes/a b.txt", "Grüße", "日本語", "😀", "it's"})
  void ordinaryText_staysAsItIs(String text) {
    assertThat(PrintableText.of(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"10, A", "13, D", "27, 1B", "133, 85", "8232, 2028", "8238, 202E", "55296, D800"})
  void characterThatCouldForgeALine_isWrittenOut(int point, String hex) {
    assertThat(PrintableText.of("a" + Character.toString(point) + "b"))
        .isEqualTo("a\\u" + "0".repeat(4 - hex.length()) + hex + "b");
  }
}
