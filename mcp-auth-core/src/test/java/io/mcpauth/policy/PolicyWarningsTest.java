package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator is told of a policy that is no mistake, and may not have been meant. */
class PolicyWarningsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"tools":{"admin_*":["a"],"*_report":["b"]}} | tools.admin_* and tools.*_report both apply where both match, as for 'admin_report', which needs what each of them asks for
          {"tools":{"*_report":["b"],"admin_*":["a"]}} | tools.*_report and tools.admin_* both apply where both match, as for 'admin_report', which needs
          {"prompts":{"a*c":["a"],"*b*":"base"}} | prompts.a*c and prompts.*b* both apply where both match, as for 'abc'
          {"methods":{"x/*":["a"],"*/list":"base"}} | methods.x/* and methods.*/list both apply where both match, as for 'x/list'
          {"resources":{"m://h/*.md":["a"],"m://h/pub*":"base"}} | resources.m://h/*.md and resources.m://h/pub* both apply where both match, as for 'm://h/pub.md'
          {"tools":{"adm_*":["a"],"adm_x_*":"anonymous"}} | tools.adm_x_* is open to everybody, and so is all that gets such a name later; name each
          {"resources":{"file:///pub/*":"anonymous"}} | resources.file:///pub/* is open to everybody
          {"methods":{"tasks/*":"anonymous"}} | methods.tasks/* is open to everybody
          {"tools":{"admin_*":"denied","admin_read_*":["a"]}} | tools.admin_read_* never decides, as tools.admin_* denies all that it matches; only exact names are exceptions
          {"tools":{"admin_read_*":["a"],"admin_*":"denied"}} | tools.admin_read_* never decides, as tools.admin_* denies
          {"resources":{"file:///a/../b":["a"]}} | resources.file:///a/../b is not in normal form, so that it is for exactly this spelling
          {"resources":{"file:///a%2Fb":"denied"}} | resources.file:///a%2Fb is not in normal form
          {"tools":{"t":["files:*"]}} | tools.t asks for the scope 'files:*', in which the '*' is a character like any other
          {"tools":{"t":{"anyOf":["a","b* c"]}}} | tools.t asks for the scope 'b*'
          {"tools":{"t":["a"]},"implies":{"all":["b"]}} | the scope 'all' implies none that a rule asks for;the scope 'b' is named, and no rule asks for it
          {"tools":{"t":["a"]},"implies":{"all":["a","b"]}} | the scope 'b' is named, and no rule asks for it
          {"tools":{"t":["a"]},"wildcardScopes":["b:*"]} | the scope 'b:*' implies none that a rule asks for
          {"tools":{"t":["a"]},"initial":["aa"]} | the scope 'aa' is named, and no rule asks for it
          {"tools":{"t":["a"]},"clients":[{"issuer":"i","clientId":"c","maxScopes":["a","b"]}]} | the cap of client 'c' names the scope 'b', which nothing else does
          """)
  void whatMayNotBeMeant_isTold(String document, String warnings) {
    List<String> expected = List.of(warnings.split(";(?=the scope)", -1));
    List<String> found = policy(document).warnings();
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).startsWith(expected.get(i));
    }
  }

  @Test
  void openPatternThatGivesWay_isTold() {
    assertThat(policy("{\"tools\":{\"adm_*\":[\"a\"],\"*_status\":\"anonymous\"}}").warnings())
        .containsExactly(
            "tools.*_status is open to everybody, and so is all that gets such a name later; name"
                + " each",
            "tools.adm_* and tools.*_status both apply where both match, as for 'adm_status', which"
                + " is then not open to everybody; where that is not meant, write the exact name,"
                + " or a pattern within both");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"tools\":{\"*\":[\"a\"],\"a*\":[\"b\"],\"ab*\":[\"c\"],\"about\":\"anonymous\"}}",
        "{\"tools\":{\"a*\":[\"a\"],\"*b\":[\"a\"]}}",
        "{\"tools\":{\"a*\":[\"a\"],\"b*\":[\"b\"]}}",
        "{\"tools\":{\"a*\":\"denied\",\"*b\":[\"a\"],\"ab\":[\"a\"]}}",
        "{\"tools\":{\"a*\":\"denied\"},\"prompts\":{\"a*b\":[\"a\"]}}",
        "{\"resources\":{\"file:///a\":[\"a\"],\"note://h/{id}\":[\"a\"],\"m:*\":[\"a\"]}}",
        "{\"tools\":{\"t\":[\"a:r\"]},\"implies\":{\"x\":[\"y\"],\"y\":[\"a:r\"]}}",
        "{\"tools\":{\"t\":[\"a:r\"]},\"implies\":{\"x\":[\"a:*\"]},\"wildcardScopes\":[\"a:*\"]}",
        "{\"base\":[\"mcp\"],\"initial\":[\"openid\",\"email\",\"mcp\"]}"
      })
  void whatIsPlain_isNotTold(String document) {
    assertThat(policy(document).warnings()).isEmpty();
  }

  @Test
  void manyPatterns_areToldInAFewLines() {
    String prefixes = patterns("\"a%d*\":[\"a\"]", 40);
    String suffixes = patterns("\"*%dz\":[\"b\"]", 40);
    assertThat(policy("{\"tools\":{" + prefixes + "," + suffixes + "}}").warnings())
        .hasSize(21)
        .last()
        .isEqualTo("tools has more patterns of which both apply");
    assertThat(policy("{\"tools\":{" + patterns("\"a%d_*\":[\"a\"]", 1001) + "}}").warnings())
        .containsExactly("tools has more than 1000 patterns; only the first were compared");
  }

  @Test
  void namesOfADocument_beginNoLineOfALog() {
    assertThat(policy("{\"tools\":{\"a\\nWARN b*\":\"anonymous\"}}").warnings())
        .isNotEmpty()
        .allMatch(warning -> warning.startsWith("tools.a?WARN b* is open"));
  }

  @Test
  void scopesThatNoTokenCarries_areFound() {
    ToolPolicy policy =
        policy(
            """
            {"base":["mcp"],"initial":["openid"],"implies":{"all":["w"]},
             "tools":{"t":["r"],"u":{"anyOf":["w","x y"]}}}
            """);
    assertThat(policy.unobtainableScopes(Set.of("mcp", "r", "all")::contains))
        .containsExactly("x", "y");
    assertThat(policy.unobtainableScopes(scope -> true)).isEmpty();
    assertThat(policy.unobtainableScopes(scope -> false))
        .containsExactly("mcp", "r", "w", "x", "y");
  }

  private static String patterns(String form, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> form.formatted(i + 1000))
        .collect(Collectors.joining(","));
  }

  private static ToolPolicy policy(String document) {
    return ToolPolicy.fromJson(document.getBytes(UTF_8), "policy.json");
  }
}
