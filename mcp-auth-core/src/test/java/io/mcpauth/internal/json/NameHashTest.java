package io.mcpauth.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class NameHashTest {
  private static final int NAMES = 8_192;
  private static final int PLACES = 4 * NAMES;

  @Test
  void namesOfAPattern_areSpreadOut() {
    assertSpread(i -> Integer.toString(i));
    assertSpread(i -> String.format(Locale.ROOT, "%04x", i));
    assertSpread(i -> String.format(Locale.ROOT, "%04x0000", i));
    assertSpread(i -> String.format(Locale.ROOT, "member_%05d", i));
    assertSpread(i -> "n".repeat(i % 90) + "m".repeat(i / 90));
    assertSpread(i -> inTwoSpellings(i, "Aa", "BB")); // one hash with the factor 31
    assertSpread(i -> inTwoSpellings(i, "AB", "B!")); // and 33
    assertSpread(i -> inTwoSpellings(i, "\u00e9tude", "\u00e9tape")); // words that differ high up
  }

  @Test
  void sameBytes_haveOneHashWhereverTheyStand() {
    byte[] text = "abcdefghijkl..abcdefghijkl".getBytes(UTF_8);
    for (int length = 0; length <= 12; length++) {
      assertThat(NameHash.of(text, 14, 14 + length)).isEqualTo(NameHash.of(text, 0, length));
    }
  }

  /**
   * In a table four times as large. By chance about 7,250 of the places are taken; that it would be
   * 6,500 does not happen.
   */
  private static void assertSpread(IntFunction<String> names) {
    Set<Integer> low = new HashSet<>();
    for (int i = 0; i < NAMES; i++) {
      byte[] name = names.apply(i).getBytes(UTF_8);
      low.add(NameHash.of(name, 0, name.length) & (PLACES - 1));
    }
    assertThat(low).as(names.apply(1)).hasSizeGreaterThan(6_500);
  }

  private static String inTwoSpellings(int number, String zero, String one) {
    StringBuilder name = new StringBuilder();
    for (int bit = 1; bit < NAMES; bit <<= 1) {
      name.append((number & bit) == 0 ? zero : one);
    }
    return name.toString();
  }
}
