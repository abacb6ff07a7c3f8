package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.token.Principals;
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
  @ValueSource(
      strings = {
        "https://*.example.com/docs/*",
        "https://example.com*",
        "https://example.com:*/x",
        "*://*.example.com",
        "file:/public/*",
        "file:public/*",
        "file://localhost/*"
      })
  void patternThatFitsMoreOrLessThanItSays_isRefused(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.builder().resource(pattern, "read"))
        .withMessageContaining("'" + pattern + "'")
        .withMessageContaining("Write ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "file:*",
        "file:///*",
        "file://*",
        "https:*",
        "https://*",
        "https://*/docs/*",
        "https://example.com/*",
        "note:*",
        "*.md"
      })
  void patternThatSaysHowWideItIs_isTaken(String pattern) {
    assertThat(ToolPolicy.builder().resource(pattern, "read").build().scopes())
        .containsExactly("read");
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
