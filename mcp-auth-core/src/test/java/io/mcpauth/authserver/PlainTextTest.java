package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "<b>Trusted</b>",
        "Files<img src=x onerror=alert(1)>",
        "</title>",
        "<!-- x",
        "<?php",
        "&lt;script&gt;",
        "&#60;script",
        "&#x3c;script",
        "<scr\u0000ipt>",
        "<\u200bscript>",
        "\uff1cscript\uff1e",
        "\ufe64b\ufe65",
        "javascript:alert(1)",
        "JavaScript : alert(1)"
      })
  void markup_isNoText(String name) {
    assertThat(PlainText.of(name)).isNull();
  }

  @Test
  void hiddenCharacters_areTakenOut() {
    assertThat(PlainText.of("Fi\u0000le\u202es\u200b \u2066To\u00adol\ufeff\u0007"))
        .isEqualTo("Files Tool");
    assertThat(PlainText.of("a\ud83d\ude00b\ue000\udb40\udc41")).isEqualTo("a\ud83d\ude00b");
  }

  @Test
  void linesAndStrayBrackets_becomeBlanks() {
    assertThat(PlainText.of(" Claude\r\nX:\u2028y \t z\u00a0")).isEqualTo("Claude X: y z");
    assertThat(PlainText.of("1 < 2 > 0")).isEqualTo("1 2 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\u200b\u202e", "\n", "\u3164\u2800", "<>"})
  void invisibleName_isNone(String name) {
    assertThat(PlainText.of(name)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Visual Studio Code", "Dateien & Ordner", "O'Reilly", "\u6587\u4ef6", "AT&T"})
  void ordinaryName_isKept(String name) {
    assertThat(PlainText.of(name)).isEqualTo(name);
  }

  @Test
  void length_isBounded() {
    assertThat(PlainText.of("x".repeat(200))).hasSize(200);
    assertThat(PlainText.of("x".repeat(201))).isNull();
  }

  @Test
  void everyCharacter_isPlainOrGone() {
    for (int c = 0; c <= 0x2FFFF; c++) {
      if (c >= 0xD800 && c <= 0xDFFF) {
        continue;
      }
      String plain = PlainText.of("1" + Character.toString(c) + "2");
      assertThat(plain).isNotNull();
      assertThat(
              plain
                  .codePoints()
                  .noneMatch(
                      kept ->
                          Character.isISOControl(kept)
                              || Character.getType(kept) == Character.FORMAT
                              || Character.getType(kept) == Character.LINE_SEPARATOR
                              || Character.getType(kept) == Character.PARAGRAPH_SEPARATOR
                              || kept == '<'
                              || kept == '>'))
          .as("U+%04X", c)
          .isTrue();
    }
  }

  /** To normalise 64 KiB of combining marks takes seconds. This one would be short afterwards. */
  @Test
  void farTooLongText_isNoneBeforeItIsNormalised() {
    assertThat(PlainText.of("a" + "\u200b".repeat(2_000))).isNull();
    assertThat(PlainText.of("a" + "\u200b".repeat(1_999))).isEqualTo("a");
  }
}
