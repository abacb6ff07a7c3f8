package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.token.Principals;
import java.net.URLEncoder;
import java.text.Normalizer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceUriTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///",
        "file:///a",
        "file:///a/",
        "file:///a/b.c/..d/e../.f",
        "file:///a/...",
        "file:///A/B",
        "file:///a%20b",
        "file:///a%C3%A4",
        "file:///a%25",
        "file:///100%25_",
        "file://server/share/a",
        "https://example.com/",
        "https://example.com:8443/a",
        "http://example.com:443/a",
        "https://example.com/a?b=c&d=e/f",
        "a:/b",
        "x://y/.git",
        "https://example.com/a;v=1/b",
        "https://[::1]/a",
        "note://my_notes/a",
        "note://inbox",
        "urn:x:y",
        "urn:isbn:0451450523",
        "memo:insights",
        "memo:a/b",
        "git+ssh://host/a"
      })
  void normalForm_isComparedWithPatterns(String uri) {
    assertThat(ResourceUri.isNormal(uri)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "/a",
        "//host/a",
        "*",
        ":a",
        "1a:b",
        // dot segments, plain, escaped, escaped twice, with parameters
        "file:///.",
        "file:///..",
        "file:///a/./b",
        "file:///a/../b",
        "file:///a/..",
        "file:///a/%2e%2e/b",
        "file:///a/%2E%2E/b",
        "file:///a/.%2e/b",
        "file:///a/%252e%252e/b",
        "file:///a/%25%32%65/b",
        "file:///a/..;/b",
        "file:///a/.;x=1/b",
        "urn:a/../b",
        "urn:../b",
        "urn:a/./b",
        // escaped separators
        "file:///a%2Fb",
        "file:///a%2fb",
        "file:///a%5Cb",
        "file:///a/..%2fb",
        "urn:a%2Fb",
        // what URIs do not have
        "file:///a\\b",
        "file:///a\\..\\b",
        "file:///a b",
        "file:///a\nb",
        "file:///a\0b",
        "file:///\u00e4",
        "file:///a\u202eb",
        "file:///a%",
        "file:///a%zz",
        "file:///{a}",
        "file:///a|b",
        // empty segments
        "file:////a",
        "file:///a//b",
        "https://example.com//a",
        "urn:a//b",
        // needless or lower-case escapes
        "file:///%61",
        "file:///%7Ea",
        "file:///%2D",
        "file:///a%c3%a4",
        // scheme and authority
        "FILE:///a",
        "File:///a",
        "https://EXAMPLE.com/a",
        "https://example.com",
        "https://example.com?q",
        "https://example.com:443/a",
        "http://example.com:80/a",
        "https://example.com:/a",
        "https://user@example.com/a",
        "https://user:pw@example.com/a",
        "https://@example.com/a",
        "note://user@my_notes/a",
        "file:/a",
        "file:a",
        "file://localhost/a",
        "file:///a?",
        "file:///a?b",
        "https://example.com./a",
        "https://example.com.:8443/a",
        "wss://example.com:443/a",
        "https://h\u0130.example/x",
        "x://y/..%20/z",
        "x://y/a?/../z",
        "x://y/a?b/..",
        "x://y/..%3Bv=1/z",
        // escapes that a careless reader takes for something else
        "x://y/a%00.txt",
        "x://y/a%0Ab",
        "x://y/%C0%AE%C0%AE/z",
        "x://y/%E0%80%AE/z",
        "x://y/%FF",
        // a fragment names a part of the same resource
        "file:///a#b",
        "file:///a#",
        "urn:a#b"
      })
  void anotherSpelling_isNot(String uri) {
    assertThat(ResourceUri.isNormal(uri)).isFalse();
  }

  /** In a path, in a query and in a host; beside what is there in plain. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "%2F",
        "%2f",
        "%5C",
        "%5c",
        "%2e",
        "%2E",
        "%252e",
        "%252E",
        "%252F",
        "%255c",
        "%25%32%45",
        // U+2024, U+2025, U+2026, U+FE52, U+FF0E, U+3002, U+FF61: dots
        "%E2%80%A4",
        "%E2%80%A5",
        "%E2%80%A6",
        "%EF%B9%92",
        "%EF%BC%8E",
        "%E3%80%82",
        "%EF%BD%A1",
        // U+2044, U+2215, U+29F8, U+FF0F: slashes; U+2216, U+29F5, U+FE68, U+FF3C: backslashes
        "%E2%81%84",
        "%E2%88%95",
        "%E2%A7%B8",
        "%EF%BC%8F",
        "%E2%88%96",
        "%E2%A7%B5",
        "%EF%B9%A8",
        "%EF%BC%BC",
        // U+FF05, U+FE6A: percent signs; overlong
        "%EF%BC%852e",
        "%EF%B9%AA2F",
        "%C0%AE",
        "%C0%AF",
        "%E0%80%AF"
      })
  void escapedDotOrSeparator_matchesNoAllowingPattern(String escape) {
    ToolPolicy policy =
        ToolPolicy.builder()
            .resource("*", Access.scopes("all"))
            .resource("x://h/public/*", Access.anonymous())
            .resource("file:///public/*", Access.anonymous())
            .resource("x://exact/" + escape, Access.anonymous())
            .build();
    for (String uri :
        List.of(
            "x://h/public/" + escape,
            "x://h/public/.." + escape + "secret",
            "x://h/public/" + escape + escape + "/secret",
            "x://h/public/." + escape + "/secret",
            "x://h/public/a?b=" + escape,
            "x://h" + escape + "x/public/a",
            "file:///public/a" + escape + "b",
            "file:///public/%C3%A9" + escape)) {
      assertThat(ResourceUri.isNormal(uri)).as(uri).isFalse();
      assertThat(policy.reach(Principals.with("all"), Target.resource(uri)))
          .as(uri)
          .isEqualTo(ToolPolicy.Reach.NEVER);
    }
    assertThat(policy.permits(null, Target.resource("x://exact/" + escape))).isTrue();
  }

  /** Whatever Unicode folds into a dot or a separator, in the version that this Java knows. */
  @Test
  void everyCharacterThatFoldsToADotOrSeparator_isNotInNormalForm() {
    int found = 0;
    for (int c = 0x80; c <= Character.MAX_CODE_POINT; c++) {
      String text = Character.isSurrogate((char) c) && c < 0x10000 ? "" : Character.toString(c);
      String folded = Normalizer.normalize(text, Normalizer.Form.NFKC);
      if (folded.chars().anyMatch(each -> "./\\%".indexOf(each) >= 0)) {
        found++;
        String escaped = URLEncoder.encode(text, UTF_8);
        assertThat(ResourceUri.isNormal("x://h/a" + escaped)).as("U+%04X", c).isFalse();
      }
    }
    assertThat(found).isGreaterThan(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "e\u0301", "\u65e5\u672c", "\u00b7", "\u2460", "\ud83d\ude00"})
  void escapedLetter_isInNormalForm(String text) {
    assertThat(ResourceUri.isNormal("x://h/" + URLEncoder.encode(text, UTF_8))).isTrue();
  }

  @Test
  void longUri_isJudgedInOneGo() {
    assertThat(ResourceUri.isNormal("file:///" + "a/".repeat(500_000))).isTrue();
    assertThat(ResourceUri.isNormal("file:///" + "a/".repeat(500_000) + "..")).isFalse();
    assertThat(ResourceUri.expanded("{".repeat(20_000) + "}")).hasSize(20_000);
  }

  @ParameterizedTest
  @CsvSource({
    "file:///{a}, file:///x",
    "'file:///{a}/{+b}{?c,d}', file:///x/xx",
    "file:///{a, file:///{a",
    "file:///a}, file:///a}",
    "file:///{{a}}, file:///{x}",
    "file:///{}, file:///x",
    "file:///a, file:///a"
  })
  void template_isExpandedWithAWord(String template, String expanded) {
    assertThat(ResourceUri.expanded(template)).isEqualTo(expanded);
  }

  @Test
  void anotherSpelling_doesNotEscapeTheNarrowRule() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .resource("*", "read")
            .resource("file:///secret/*", Access.denied())
            .resource("https://h.example/secret/*", Access.denied())
            .build();
    for (String uri :
        List.of(
            "file:///secret/x",
            "file:/secret/x",
            "file://localhost/secret/x",
            "file:///public/?/../../secret/x",
            "https://h.example:443/secret/x")) {
      assertThat(policy.reach(Principals.with("read"), new Target(Target.Kind.RESOURCE, uri)))
          .as(uri)
          .isEqualTo(ToolPolicy.Reach.NEVER);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:/public/*", "file:public/*", "file://localhost/*"})
  void patternOfAnotherSpelling_isRefused(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.builder().resource(pattern, "read"))
        .withMessageStartingWith("Resource '" + pattern + "' fits nothing")
        .withMessageEndingWith("Write 'file:///...'.");
  }

  /** Each of them would match what somebody puts behind the host of his choice. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "*://docs.internal/*",
        "*//docs.internal/*",
        "*:*",
        "*://*",
        "*://*.example.com",
        "*/docs/*",
        "*.md",
        "*docs.internal/*",
        "http*://docs.internal/*",
        "ht*s://docs.internal/*",
        "https:*",
        "https:**",
        "https:*docs.internal/*",
        "https:/*docs.internal/*",
        "https://*",
        "https://*/docs/*",
        "https://*docs.internal/*",
        "https://*.example.com/docs/*",
        "https://docs*.internal/*",
        "https://docs.internal*",
        "https://docs.internal*/x",
        "https://docs.internal:*/x",
        "https://*@docs.internal/",
        "wss:*",
        "file:*",
        "file://*",
        "file://*/share",
        "note://*",
        "note:*/docs",
        "note:/*",
        "note:*//docs.internal/"
      })
  void starInOrBeforeSchemeAndHost_isRefusedUnlessItDenies(String pattern) {
    for (Access access : List.of(Access.scopes("read"), Access.anonymous())) {
      ToolPolicyBuilder builder = ToolPolicy.builder();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.resource(pattern, access))
          .withMessageStartingWith("Resource '" + pattern + "' has a '*' in or before its scheme")
          .withMessageContaining("Write scheme and host in full");
    }
    assertThat(ToolPolicy.builder().resource(pattern, Access.denied()).build().hasAnonymous())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "**",
        "file:///*",
        "file:///public/*.md",
        "file://server/*",
        "https://example.com/*",
        "https://example.com/*?x=*",
        "https://example.com:8443/*",
        "https://[::1]/*",
        "note:*",
        "note://my_notes/*",
        "memo:a*",
        "urn:isbn:*"
      })
  void patternThatSaysHowWideItIs_isTaken(String pattern) {
    assertThat(ToolPolicy.builder().resource(pattern, "read").build().scopes())
        .containsExactly("read");
  }

  @Test
  void hostOfAPattern_isThatOfEveryUriThatItMatches() {
    ToolPolicy policy =
        ToolPolicy.builder().resource("https://docs.internal/*", Access.anonymous()).build();
    assertThat(policy.permits(null, Target.resource("https://docs.internal/a"))).isTrue();
    for (String uri :
        List.of(
            "https://evil.example/?u=https://docs.internal/",
            "https://evil.example/https://docs.internal/",
            "https://docs.internal.evil.example/",
            "https://docs.internal@evil.example/",
            "https://docs.internal:8443/a",
            "https://docs.internal%2Fa",
            "https://docs.internal/../a",
            "https://docs.internal\\@evil.example/",
            "https://docs%E3%80%82internal/a")) {
      assertThat(policy.reach(null, Target.resource(uri)))
          .as(uri)
          .isEqualTo(ToolPolicy.Reach.NEVER);
    }
  }

  @Test
  void deniedPattern_mayBeWide() {
    assertThat(
            ToolPolicy.builder()
                .resource("https://*.example.com/*", Access.denied())
                .build()
                .reach(null, new Target(Target.Kind.RESOURCE, "https://a.example.com/")))
        .isEqualTo(ToolPolicy.Reach.NEVER);
  }
}
