package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Scheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * Sends what the tables of docs/credentials.md say, and holds the answers to them. Its code and its
 * settings are tried by {@code CredentialsCodeTest}.
 */
class CredentialsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "credentials.md");
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

  /** Each credential of the first table is taken, and makes a caller of the scheme that it says. */
  @Test
  void everyRowOfTheOrder_isAWayIn() throws Exception {
    Set<String> schemes = new TreeSet<>();
    try (EveryCredential credentials = EveryCredential.start()) {
      SoftAssertions all = new SoftAssertions();
      for (List<String> row : rows("Order and choice")) {
        AccessDecision decision = credentials.decide(row.get(0)).get(0);
        String scheme = spans(row.get(3)).get(0);
        schemes.add(scheme);
        all.assertThat(caller(decision)).as(row.get(0)).isEqualTo(scheme);
      }
      all.assertAll();
    }
    assertThat(schemes)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Scheme.values()).map(Scheme::wire).toList());
  }

  /** Status, reason and challenges of every row of the second table. */
  @Test
  void everyRowOfBadInput_getsItsAnswer() throws Exception {
    try (EveryCredential credentials = EveryCredential.start()) {
      SoftAssertions all = new SoftAssertions();
      List<List<String>> rows = rows("Bad input");
      assertThat(rows).hasSizeGreaterThan(40);
      for (List<String> row : rows) {
        List<AccessDecision> decisions = credentials.decide(row.get(1));
        for (AccessDecision before : decisions.subList(0, decisions.size() - 1)) {
          all.assertThat(before).as(row.get(0)).isInstanceOf(AccessDecision.Granted.class);
        }
        String answer = answer(decisions.get(decisions.size() - 1), spans(row.get(4)));
        all.assertThat(answer)
            .as(row.get(0))
            .isEqualTo(String.join(" | ", row.get(2), plain(row.get(3)), row.get(4)));
      }
      all.assertAll();
    }
  }

  /** A reason that only credentials have is on the page. */
  @Test
  void everyReasonOfCredentials_isInTheTable() throws IOException {
    Set<String> named = new TreeSet<>();
    rows("Bad input").forEach(row -> named.add(plain(row.get(3))));
    assertThat(named)
        .contains(
            Arrays.stream(ReasonCode.values())
                .map(Enum::name)
                .filter(
                    name ->
                        name.matches("(.*_)?(CREDENTIALS?|API_KEY|DPOP|CERTIFICATE|PROOF)(_.*)?"))
                .toArray(String[]::new));
  }

  private static String caller(AccessDecision decision) {
    if (decision instanceof AccessDecision.Granted granted && granted.principal() != null) {
      return granted.principal().scheme().wire();
    }
    return decision.toString();
  }

  /** The answer in the words of the table, with the challenges as far as the table has them. */
  private static String answer(AccessDecision decision, List<String> expected) {
    if (!(decision instanceof AccessDecision.Refused refused)) {
      return decision.toString();
    }
    List<String> challenges = new ArrayList<>();
    String first = refused.headers().get("WWW-Authenticate");
    if (first != null) {
      challenges.add(first);
    }
    challenges.addAll(refused.furtherChallenges());
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < Math.max(expected.size(), Math.min(1, challenges.size())); i++) {
      shown.add(i < challenges.size() ? "`" + start(challenges.get(i)) + "`" : "missing");
    }
    return String.join(
        " | ",
        Integer.toString(refused.status()),
        refused.reason().name(),
        shown.isEmpty() ? "none" : String.join(", ", shown));
  }

  /** The scheme and the error, which come first; or the scheme alone. */
  private static String start(String challenge) {
    return challenge
        .replaceFirst("^(\\w+ error=\"\\w+\").*", "$1")
        .replaceFirst("^(\\w+) (?!error).*", "$1");
  }

  private static String plain(String cell) {
    return cell.replaceAll("\\[([^]]+)]\\([^)]*\\)", "$1");
  }

  static List<String> spans(String cell) {
    return SPAN.matcher(cell).results().map(span -> span.group(1)).toList();
  }

  /** The cells of the table below a heading. */
  private static List<List<String>> rows(String heading) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("\n## " + heading + "\n");
    assertThat(start).as("the section " + heading).isNotNegative();
    int next = page.indexOf("\n## ", start + 1);
    int end = next < 0 ? page.length() : next;
    List<List<String>> rows = new ArrayList<>();
    for (MatchResult row :
        Pattern.compile("(?m)^\\| (.*) \\|$")
            .matcher(page.substring(start, end))
            .results()
            .toList()) {
      rows.add(List.of(row.group(1).split(" \\| ", -1)));
    }
    return rows.subList(1, rows.size()); // the first has the names; that of dashes is no match
  }
}
