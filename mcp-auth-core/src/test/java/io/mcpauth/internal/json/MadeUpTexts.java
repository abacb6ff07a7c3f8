package io.mcpauth.internal.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Texts from the grammar of JSON, about half of them with a mistake. */
final class MadeUpTexts {
  /** As Latin-1. Some that a reader could hold for another, or that are no character at all. */
  private static final List<String> PIECES =
      List.of(
          "a",
          "b",
          "name",
          "method",
          "\\u0061",
          "\\u0062",
          "\\n",
          "\\/",
          "\\\\",
          "\\\"",
          "\\ud83d\\ude00",
          "\\uD83D\\uDE00",
          "\u00f0\u009f\u0098\u0080",
          "\u00c3\u00a9",
          "\\u00e9",
          "\\u00E9",
          "\u00e2\u0082\u00ac",
          "\u00ef\u00bb\u00bf",
          "\u007f",
          " ",
          "and a longer piece of text");

  private static final List<String> WRONG_PIECES =
      List.of(
          "\\ud83d",
          "\\ude00",
          "\\ud83d\\ud83d\\ude00",
          "\\u0000",
          "\\ud83d\\u00",
          "\\u00g0",
          "\\x",
          "\\",
          "\n",
          "\0",
          "\u001f",
          "\u0080",
          "\u00c3",
          "\u00c0\u00af",
          "\u00e0\u0080\u00af",
          "\u00ed\u00a0\u0080",
          "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080",
          "\u00f4\u0090\u0080\u0080",
          "\u00f0\u009f\u0098",
          "\u00ff");

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "10",
          "0.0",
          "-1.5",
          "1e5",
          "1E+5",
          "0e-5",
          "123456789012345678",
          "-12345678901234567",
          "-123456789012345678",
          "9223372036854775807",
          "9223372036854775808",
          "1e1000",
          "1e-1000",
          "1.5e999",
          "1234567890123456789012345678901234567890123456789012345678901234");

  private static final List<String> WRONG_NUMBERS =
      List.of(
          "01",
          "-01",
          "00",
          "-",
          "+1",
          ".5",
          "1.",
          "1.e5",
          "1e",
          "1e+",
          "1e1001",
          "1e-1001",
          "1e2147483648",
          "1e99999999999",
          "NaN",
          "-Infinity",
          "0x1",
          "1_0",
          "1f",
          "1.5.5",
          "12345678901234567890123456789012345678901234567890123456789012345",
          "0.12345678901234567890123456789012345678901234567890123456789012345",
          // 65 digits, which Jackson takes for 64
          "0.6666666666666666666666666666666666666666666666666666666666666665");

  private static final List<String> WRONG_VALUES =
      List.of(
          "nul",
          "nulll",
          "True",
          "tru",
          "undefined",
          "'a'",
          "",
          ",",
          ":",
          "}",
          "]",
          "/**/1",
          "#",
          "\"a",
          "{",
          "[",
          "\f1");

  private static final List<String> SPACES = List.of("", "", "", "", " ", "\n", "\r\n", "\t", "\r");

  private final Random random;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  /** One in so many things is wrong; 0 for none. */
  private int wrong;

  MadeUpTexts(Random random) {
    this.random = random;
  }

  byte[] next() {
    text.reset();
    wrong = random.nextInt(3) == 0 ? 0 : 5 + random.nextInt(60);
    if (random.nextInt(50) == 0) {
      int depth = 90 + random.nextInt(15);
      String around = random.nextBoolean() ? "[" : "{\"a\":";
      write(around.repeat(depth));
      value(3);
      write((around.equals("[") ? "]" : "}").repeat(depth));
    } else {
      value(0);
    }
    space();
    if (isWrong()) {
      write(pick(List.of("{}", "1", "x", "]", "}", ",", "\"a\"", "null", "\0", "[")));
    }
    byte[] made = text.toByteArray();
    if (made.length > 0 && random.nextInt(4) == 0) {
      made[random.nextInt(made.length)] = (byte) random.nextInt(256);
    }
    return made;
  }

  private void value(int depth) {
    space();
    if (isWrong()) {
      write(pick(WRONG_VALUES));
      return;
    }
    switch (random.nextInt(depth > 4 ? 5 : 8)) {
      case 0 -> write(pick(List.of("true", "false", "null")));
      case 1, 2 -> write(pick(isWrong() ? WRONG_NUMBERS : NUMBERS));
      case 3, 4 -> string();
      case 5 -> array(depth);
      default -> object(depth);
    }
  }

  private void array(int depth) {
    write("[");
    int items = random.nextInt(4);
    for (int i = 0; i < items; i++) {
      separate(i, ",");
      value(depth + 1);
    }
    space();
    write(isWrong() ? ",]" : "]");
  }

  private void object(int depth) {
    write("{");
    int members = random.nextInt(8) == 0 ? random.nextInt(40) : random.nextInt(5);
    for (int i = 0; i < members; i++) {
      separate(i, ",");
      space();
      if (members > 4 && !isWrong()) {
        write("\"" + pick(PIECES) + i + "\"");
      } else {
        string();
      }
      space();
      separate(1, ":");
      value(depth + (members > 4 ? 4 : 1));
    }
    space();
    write(isWrong() ? ",}" : "}");
  }

  private void separate(int index, String separator) {
    if (index > 0) {
      write(isWrong() ? pick(List.of("", ",,", "::", ";")) : separator);
    }
  }

  private void string() {
    write("\"");
    for (int n = random.nextInt(4); n > 0; n--) {
      write(pick(isWrong() ? WRONG_PIECES : PIECES));
    }
    write(isWrong() ? "'" : "\"");
  }

  private void space() {
    write(pick(SPACES));
  }

  private boolean isWrong() {
    return wrong > 0 && random.nextInt(wrong * 4) == 0;
  }

  private String pick(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }

  private void write(String latin1) {
    text.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }
}
