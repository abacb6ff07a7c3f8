package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleSetTest {
  /** Rules ({@code !} denies), a name, the rules that decide; in whichever order they stand. */
  @ParameterizedTest(name = "{0} on {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          a* ab* abc           | abc  | abc
          a* ab* abc           | abd  | ab*
          a* ab* abc           | acd  | a*
          a* ab* abc           | bcd  | -
          a* !ab* abcd*        | abcd | ab*
          a* !ab* abcd         | abcd | abcd
          abc* !*c             | abc  | *c
          !a* abc              | abd  | a*
          a*c ab* *bc abc*     | abc  | a*c *bc abc*
          a*c ab* *            | abc  | ab* a*c
          a*c ab*c *c          | abc  | ab*c
          a** *a               | a    | *a a**
          *                    | abc  | *
          a*                   | a    | a*
          a*                   | A    | -
          # a prefix and a suffix, of whatever length
          ad* *t               | adt  | ad* *t
          admin_* *t           | admin_t | admin_* *t
          a* *_report          | a_report | a* *_report
          a* *_report          | a_rep | a*
          # one within only one of two that overlap
          a* *z ab*            | abz  | ab* *z
          a* *z a*z            | abz  | a*z
          a* *z a*z ab*z       | abz  | ab*z
          a* *z a*z ab*        | abz  | a*z ab*
          # three, no two of which are within each other
          a* *z *m*            | amz  | a* *z *m*
          a* *z *m*            | az   | a* *z
          ab* *yz *cd* *       | abcdyz | ab* *yz *cd*
          # one that denies is stronger than all of them
          a* *z !*m*           | amz  | *m*
          a* *z !*m*           | az   | a* *z
          a* !*z am*           | amz  | *z
          # both are the same, or one only seems to be narrower
          a* a**               | ab   | a* a**
          a*b* ab*             | ab   | a*b* ab*
          *ab* *a*b*           | xabx | *ab* *a*b*
          a*b b*a *            | aba  | *
          """)
  void narrowestRules_decide(String rules, String name, String deciding) {
    List<Rule> all =
        new ArrayList<>(Arrays.stream(rules.split(" +", -1)).map(RuleSetTest::rule).toList());
    List<String> expected = deciding == null ? List.of() : List.of(deciding.split(" ", -1));
    for (int i = 0; i < all.size(); i++) {
      Collections.rotate(all, 1);
      assertThat(new RuleSet(all).of(name))
          .extracting(rule -> rule.name().text())
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"a*, 0", "ab, 1", "ac, 0"})
  void exactly_looksAtNoPattern(String name, int found) {
    RuleSet rules = new RuleSet(List.of(rule("a*"), rule("ab")));
    assertThat(rules.exactly(name)).hasSize(found);
    assertThat(rules.isEmpty()).isFalse();
    assertThat(RuleSet.EMPTY.of(name)).isEmpty();
  }

  private static Rule rule(String text) {
    boolean denied = text.startsWith("!");
    NamePattern name = new NamePattern(denied ? text.substring(1) : text);
    return new Rule("tools", name, denied ? Access.denied() : Access.scopes());
  }
}
