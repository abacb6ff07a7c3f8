package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {
  /** Every pattern of up to five characters against every name of up to six. */
  @Test
  void shortPatterns_matchAsRegularExpressionsDo() {
    List<String> names = words("ab", 6);
    for (String text : words("ab*", 5)) {
      NamePattern pattern = new NamePattern(text);
      Pattern expected = regular(text);
      for (String name : names) {
        assertThat(pattern.matches(name))
            .as("%s of %s", text, name)
            .isEqualTo(expected.matcher(name).matches());
      }
    }
  }

  /**
   * Only the last star is ever gone back to, so the steps are at most the name's length times that
   * of the longest piece between stars. A search that went back further would not come to an end
   * here.
   */
  @ParameterizedTest
  @ValueSource(strings = {"*a*a*a*b", "a*a*a*a*a*a*a*a*b", "*aaaaaaaab", "*a*b*a", "b*", "*b*"})
  void longHostileName_isRefused(String text) {
    assertThat(new NamePattern(text).matches("a".repeat(1024 * 1024))).isFalse();
  }

  @Test
  void longName_isMatchedToItsEnd() {
    String name = "a".repeat(1024 * 1024);
    assertThat(new NamePattern("*a*a*a*b").matches(name + "b")).isTrue();
    assertThat(new NamePattern("*a*a*a*b").matches(name + "bc")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.c", "a?c", "[a-c]", "(a|b)", "a\\*c", "^a$", "a+", "\\Qa\\E"})
  void whatMeansSomethingElsewhere_isItself(String text) {
    assertThat(new NamePattern(text + "*").matches(text)).isTrue();
    assertThat(new NamePattern(text + "*").matches("abc")).isFalse();
  }

  @Test
  void star_takesEveryCharacter() {
    assertThat(new NamePattern("a*z").matches("a/\n\r\0\uD83D\uDE00\u2028 *z")).isTrue();
  }

  /** Every pair of short patterns, against all names that could tell them apart. */
  @Test
  void twoPatterns_areComparedAsTheirNamesAre() {
    List<NamePattern> patterns =
        words("ab*", 4).stream().filter(t -> t.contains("*")).map(NamePattern::new).toList();
    List<String> names = words("abc", 7);
    List<BitSet> matched = patterns.stream().map(pattern -> matched(pattern, names)).toList();
    for (int i = 0; i < patterns.size(); i++) {
      for (int j = 0; j < patterns.size(); j++) {
        NamePattern one = patterns.get(i);
        NamePattern other = patterns.get(j);
        BitSet outside = BitSet.valueOf(matched.get(i).toLongArray());
        outside.andNot(matched.get(j));
        assertThat(one.isNarrowerThan(other))
            .as("%s within %s", one, other)
            .isEqualTo(outside.isEmpty() && one.literals() > other.literals());
        assertThat(one.overlaps(other))
            .as("%s and %s", one, other)
            .isEqualTo(matched.get(i).intersects(matched.get(j)));
      }
    }
  }

  private static BitSet matched(NamePattern pattern, List<String> names) {
    BitSet matched = new BitSet();
    for (int i = 0; i < names.size(); i++) {
      matched.set(i, pattern.matches(names.get(i)));
    }
    return matched;
  }

  @Test
  void literals_areCountedWithoutStars() {
    assertThat(new NamePattern("a*bc**").literals()).isEqualTo(3);
    assertThat(new NamePattern("**").literals()).isZero();
    assertThat(new NamePattern("abc").exact()).isTrue();
    assertThat(new NamePattern("ab*").exact()).isFalse();
  }

  private static Pattern regular(String text) {
    String expression =
        Arrays.stream(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.compile(expression, Pattern.DOTALL);
  }

  /** Every word of these letters, the empty one too. */
  private static List<String> words(String letters, int longest) {
    List<String> all = new ArrayList<>(List.of(""));
    List<String> last = List.of("");
    for (int length = 1; length <= longest; length++) {
      List<String> next = new ArrayList<>();
      for (String word : last) {
        letters.chars().forEach(letter -> next.add(word + (char) letter));
      }
      all.addAll(next);
      last = next;
    }
    return all;
  }
}
