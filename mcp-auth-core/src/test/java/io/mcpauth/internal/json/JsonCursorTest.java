package io.mcpauth.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCursorTest {
  @Test
  void everyKindOfToken_isReported() throws InvalidJsonException {
    assertThat(drain(" {\"a\" : [1, 2.5, true, false, null, \"x\"]}\r\n\t "))
        .containsExactly(
            "START_OBJECT",
            "NAME a",
            "START_ARRAY",
            "NUMBER 1",
            "NUMBER 2.5",
            "TRUE",
            "FALSE",
            "NULL",
            "STRING x",
            "END_ARRAY",
            "END_OBJECT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"a\":1}",
        "{\"method\":1,\"m\\u0065thod\":2}",
        "{\"m\\u0065thod\":1,\"\\u006dethod\":2}",
        "{\"\":1,\"\":2}",
        "{\"a/b\":1,\"a\\/b\":2}",
        "{\"\uD83D\uDE00\":1,\"\\ud83d\\ude00\":2}",
        "{\"a\":1,\"b\":2,\"c\":3,\"d\":{},\"a\":[]}",
        "{\"x\":{\"a\":1,\"a\":2}}",
        "[[[{\"a\":1,\"b\":2,\"a\":2}]]]",
      })
  void duplicateMember_isRefused(String text) {
    assertRefused(text, "duplicate member");
  }

  @Test
  void sameNameInSiblingAndParent_isNoDuplicate() throws InvalidJsonException {
    assertThat(drain("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}"))
        .containsOnlyOnce("NAME b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{} {}", "{}{}", "{}[]", "[]\n1", "{}\"x\"", "{}null", "[] true"})
  void anotherValueBehind_isRefused(String text) {
    assertRefused(text, "content after the value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}}",
        "[]]",
        "{},",
        "{}x",
        "{}//",
        "{}/**/",
        "{}#",
        "{}\0",
        "{}\u001e",
        "{}\f",
        "{}\u000b",
        "{}\u00a0",
        "{}\u2028",
        "{}\ufeff"
      })
  void junkBehind_isRefused(String text) {
    assertRefused(text, "not JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "\"a",
        "\"\\",
        "\"\\u00",
        "{]",
        "[}",
        "{a:1}",
        "{'a':1}",
        "['a']",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\"::1}",
        "{1:1}",
        "{null:1}",
        "[01]",
        "[-01]",
        "[+1]",
        "[.5]",
        "[5.]",
        "[1e]",
        "[1e+]",
        "[-]",
        "[0x10]",
        "[1_000]",
        "[NaN]",
        "[-NaN]",
        "[Infinity]",
        "[-Infinity]",
        "[INF]",
        "[True]",
        "[TRUE]",
        "[nul]",
        "[nulll]",
        "[undefined]",
        "/*c*/{}",
        "//c\n{}",
        "{/*c*/}",
        "#c\n{}",
        "[1;2]",
        "[\"a\nb\"]",
        "[\"a\tb\"]",
        "[\"a\0b\"]",
        "[\"\u001f\"]",
        "{\"a\nb\":1}",
        "[\"\\'\"]",
        "[\"\\x41\"]",
        "[\"\\a\"]",
        "[\"\\U0041\"]",
        "[\"\\u004\"]",
        "[\"\\u00zz\"]",
        "[\"\\u+041\"]",
        "\u00a0{}",
        "\u000b{}",
        "\f{}",
        "\0{}",
        ")]}',\n{}",
      })
  void notJson_isRefused(String text) {
    assertRefused(text, "not JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\r\n\t "})
  void emptyText_hasNoToken(String text) throws InvalidJsonException {
    assertThat(cursor(text).next()).isEqualTo(JsonCursor.Token.END);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"\\ud800\"]",
        "[\"\\udc00\"]",
        "[\"\\ude00\\ud83d\"]",
        "[\"\\ud83d\\ud83d\\ude00\"]",
        "[\"\\ud83dx\"]",
        "[\"\\ud83d\\u0041\"]",
        "[\"\\ud83d\\\\ude00\"]",
      })
  void loneSurrogate_isRefused(String text) {
    assertRefused(text, "lone surrogate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"\\ud800\":1}",
        "{\"a\\udfff\":1}",
        "{\"\\ude00\\ud83d\":1}",
        "{\"x\":{\"y\":[{\"\\udbff\":1}]}}"
      })
  void loneSurrogateInName_isRefused(String text) {
    assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> drain(text));
  }

  @Test
  void surrogatePair_isOneCharacterHoweverWritten() throws InvalidJsonException {
    assertThat(drain("[\"\uD83D\uDE00\",\"\\ud83d\\ude00\",\"\\uD83D\\uDE00\"]"))
        .filteredOn(token -> token.startsWith("STRING"))
        .containsOnly("STRING \uD83D\uDE00")
        .hasSize(3);
  }

  @Test
  void nulInName_isRefused() {
    assertRefused("{\"method\\u0000\":1}", "NUL in a member name");
    assertRefused("{\"a\":{\"\\u0000\":1}}", "NUL in a member name");
  }

  @Test
  void nulInString_isLeftToTheCaller() throws InvalidJsonException {
    assertThat(drain("[\"a\\u0000\"]")).contains("STRING a\0");
  }

  @ParameterizedTest
  @CsvSource({"1,true", "99,true", "100,true", "101,false", "100000,false"})
  void depth_isCappedAtHundred(int depth, boolean accepted) throws InvalidJsonException {
    String arrays = "[".repeat(depth) + "]".repeat(depth);
    String objects = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    for (String text : List.of(arrays, objects, "[".repeat(depth))) {
      if (!accepted) {
        assertRefused(text, "nested too deep");
      } else if (text.endsWith("[")) {
        assertRefused(text, "not JSON");
      } else {
        assertThat(drain(text)).hasSizeGreaterThanOrEqualTo(2 * depth);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "9007199254740993, 9007199254740993",
    "9223372036854775807, 9223372036854775807",
    "12345678901234567890, 12345678901234567890",
    "0.1, 0.1",
    "1.10, 1.10",
    "100000000000000000000000000000000000000.5, 100000000000000000000000000000000000000.5",
    "1e400, 1E+400",
    "1E-400, 1E-400",
    "1e1000, 1E+1000",
    "1e-1000, 1E-1000",
  })
  void number_isNotRounded(String written, String exact) throws InvalidJsonException {
    JsonCursor cursor = cursor(written);
    assertThat(cursor.next()).isEqualTo(JsonCursor.Token.NUMBER);
    assertThat(new BigDecimal(cursor.number().toString())).isEqualTo(new BigDecimal(exact));
  }

  @Test
  void wholeNumber_isLong() throws InvalidJsonException {
    JsonCursor cursor = cursor("-42");
    cursor.next();
    assertThat(cursor.number()).isEqualTo(-42L);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          0, 0
          -0, 0
          -42, -42
          1234567890123456789, 1234567890123456789
          9223372036854775807, 9223372036854775807
          -9223372036854775808, -9223372036854775808
          9223372036854775808, -
          -9223372036854775809, -
          1234567890123456789012345678901234567890, -
          5.0, -
          5e0, -
          5E+0, -
          1e99999999999, -
          "5", -
          true, -
          null, -
          """)
  void integer_isOnlyWhatIsWrittenAsOneAndFitsALong(String written, @Nullable Long integer)
      throws InvalidJsonException {
    JsonCursor cursor = cursor(written);
    cursor.next();
    assertThat(cursor.integer()).isEqualTo(integer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e1001",
        "1e-1001",
        "1e2147483647",
        "1e2147483648",
        "-1e99999999999",
        "1e-99999999999",
        "1E999999999999999"
      })
  void exponentOutOfRange_isRefusedAsJson(String written) throws InvalidJsonException {
    JsonCursor cursor = cursor(written);
    cursor.next();
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(cursor::number)
        .withMessageStartingWith("a number out of range")
        .withMessageNotContaining("99999");
  }

  @Test
  void numberOf64Digits_isTheLongest() throws InvalidJsonException {
    assertThat(drain("[" + "9".repeat(64) + "]")).contains("NUMBER " + "9".repeat(64));
    assertRefused("[" + "9".repeat(65) + "]", "nested too deep, or a name or number too long");
    assertRefused("[0." + "9".repeat(65) + "]", "nested too deep, or a name or number too long");
    assertRefused("[" + "9".repeat(1_000_000) + "]", "nested too deep, or a name or number");
    assertRefused("[0." + "9".repeat(1_000_000) + "]", "nested too deep, or a name or number");
    assertRefused("[1e" + "9".repeat(1_000_000) + "]", "nested too deep, or a name or number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "-%s", "0.%s", "1.%s", "0e%s", "1e-%s", "%s.5", "%sE3", "%s.5e3"})
  void everyDigit_counts(String form) throws InvalidJsonException {
    int most = 64 - form.replaceAll("[^0-9]", "").length();
    for (String around : List.of("%s", " %s ", "[%s]", "{\"a\":%s}")) {
      String text = String.format(around, String.format(form, "1".repeat(most)));
      JsonCursor cursor = cursor(text);
      while (cursor.next() != JsonCursor.Token.END) {
        // a number of a length that is read, whatever its exponent
      }
      assertRefused(
          String.format(around, String.format(form, "1".repeat(most + 1))),
          "nested too deep, or a name or number too long");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\u004\u0131", "\\u\uff10041", "\\u004\u0661", "\\u\u0130\u0130\u0134\u0131"})
  void hexDigitBeyondAscii_isNone(String escape) {
    assertRefused("[\"" + escape + "\"]", "not JSON");
    assertRefused("{\"" + escape + "\":1}", "not JSON");
  }

  @Test
  void namesWithOneHash_leaveTheReaderUsable() throws InvalidJsonException {
    // Every pair has the same h * 33 + c, the hash that Jackson's table of names uses.
    List<String> names = new ArrayList<>(List.of(""));
    for (int i = 0; i < 11; i++) {
      List<String> longer = new ArrayList<>();
      names.forEach(name -> longer.addAll(List.of(name + "AB", name + "B!")));
      names = longer;
    }
    String text = "{\"" + String.join("\":1,\"", names) + "\":1}";
    for (int i = 0; i < 20; i++) {
      try {
        assertThat(drain(text)).hasSize(2 * names.size() + 2);
      } catch (InvalidJsonException e) {
        assertThat(e).hasMessageStartingWith("nested too deep, or a name or number too long");
      }
    }
    for (String name : names) {
      assertThat(drain("{\"" + name + "\":1}")).contains("NAME " + name);
    }
  }

  @Test
  void skip_isAsStrictAsReading() throws InvalidJsonException {
    JsonCursor good = cursor("[{\"a\":[{}]},7]");
    good.next();
    good.next();
    good.skip();
    assertThat(good.next()).isEqualTo(JsonCursor.Token.NUMBER);
    for (String bad :
        List.of("{\"a\":1,\"a\":2}", "[\"\\ud800\"]", "{\"a\\u0000\":1}", "[01]", "[1", "[")) {
      JsonCursor cursor = cursor("[" + bad + "]");
      cursor.next();
      cursor.next();
      assertThatExceptionOfType(InvalidJsonException.class)
          .as(bad)
          .isThrownBy(
              () -> {
                cursor.skip();
                cursor.next();
                cursor.end();
              });
    }
  }

  @Test
  void everyToken_knowsWhereItBegins() throws InvalidJsonException {
    JsonCursor cursor =
        JsonCursor.over(
            """
            { "a\\u0062" :
              [ "\u00e4\ud83d\ude00", -1.5e3,true
            \t, null, {}
            ]}\
            """
                .getBytes(UTF_8));
    List<String> places = new ArrayList<>();
    for (JsonCursor.Token token = cursor.next();
        token != JsonCursor.Token.END;
        token = cursor.next()) {
      places.add(token + " " + cursor.line() + ":" + cursor.column());
    }
    assertThat(places)
        .containsExactly(
            "START_OBJECT 1:1",
            "NAME 1:3",
            "START_ARRAY 2:3",
            "STRING 2:5",
            "NUMBER 2:12",
            "TRUE 2:19",
            "NULL 3:4",
            "START_OBJECT 3:10",
            "END_OBJECT 3:11",
            "END_ARRAY 4:1",
            "END_OBJECT 4:2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      textBlock =
          """
          {"a":1,"a":2}            | 1 | 8
          {"a":{"b":1,  "b":2}}    | 1 | 15
          {"":1,"":2}              | 1 | 7
          {"a":1,^ "b":2,^  "a":3} | 3 | 3
          """)
  void duplicateMember_isPointedTo(String text, int line, int column) throws InvalidJsonException {
    JsonCursor cursor = JsonCursor.over(text.replace('^', '\n').getBytes(UTF_8));
    assertThat(cursor.next()).isEqualTo(JsonCursor.Token.START_OBJECT);
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(cursor::skip)
        .satisfies(e -> assertThat(e.problem()).isEqualTo("duplicate member"))
        .satisfies(e -> assertThat(e.line()).isEqualTo(line))
        .satisfies(e -> assertThat(e.column()).isEqualTo(column));
  }

  @Test
  void problem_saysWhereAndQuotesNothing() {
    for (String text :
        List.of(
            "{\"s3cr3t\":1,\"s3cr3t\":2}",
            "{\n \"a\":s3cr3t}",
            "{} s3cr3t",
            "[\"s3cr3t\\ud800\"]",
            "[\"s3cr3t",
            "{\"s3cr3t\\u0000\":1}",
            "[\"\\s3cr3t\"]")) {
      assertThatExceptionOfType(InvalidJsonException.class)
          .isThrownBy(() -> drain(text))
          .withMessageNotContaining("s3cr3t")
          .withMessageMatching("[^:]+ at line \\d+, column \\d+")
          .satisfies(e -> assertThat(e.line()).isEqualTo(text.contains("\n") ? 2 : 1))
          .satisfies(e -> assertThat(e.column()).isPositive())
          .withNoCause();
    }
  }

  private static JsonCursor cursor(String text) throws InvalidJsonException {
    return JsonCursor.over(text.getBytes(UTF_8));
  }

  private static void assertRefused(String text, String problem) {
    assertThatExceptionOfType(InvalidJsonException.class)
        .as(text.length() > 200 ? "a long text" : text)
        .isThrownBy(() -> drain(text))
        .withMessageStartingWith(problem);
  }

  /** Every token up to the end, which has to be one. */
  private static List<String> drain(String text) throws InvalidJsonException {
    JsonCursor cursor = cursor(text);
    List<String> tokens = new ArrayList<>();
    int open = 0;
    do {
      JsonCursor.Token token = cursor.next();
      open +=
          switch (token) {
            case START_OBJECT, START_ARRAY -> 1;
            case END_OBJECT, END_ARRAY -> -1;
            default -> 0;
          };
      tokens.add(
          switch (token) {
            case NAME, STRING -> token + " " + cursor.text();
            case NUMBER -> token + " " + cursor.number();
            default -> token.toString();
          });
    } while (open > 0);
    cursor.end();
    return tokens;
  }
}
