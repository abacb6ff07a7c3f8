package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.OAuthError;
import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ChallengeTest {
  private static final String URL =
      "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";
  private static final String METADATA = "resource_metadata=\"" + URL + "\"";

  @Test
  void withoutCredential_namesNoErrorAndNoDescription() {
    assertThat(value(null, List.of(), null)).isEqualTo("Bearer " + METADATA);
    assertThat(value(null, List.of("a", "b"), "text"))
        .isEqualTo("Bearer scope=\"a b\", " + METADATA);
  }

  @Test
  void everyParameter_standsInItsPlace() {
    assertThat(new Challenge(URL, "MCP").value(OAuthError.INSUFFICIENT_SCOPE, List.of("a"), "Why"))
        .isEqualTo(
            "Bearer error=\"insufficient_scope\", scope=\"a\", "
                + METADATA
                + ", error_description=\"Why\", realm=\"MCP\"");
  }

  @Test
  void noScopes_leaveTheParameterOut() {
    assertThat(value(OAuthError.INVALID_TOKEN, List.of(), "Why"))
        .isEqualTo("Bearer error=\"invalid_token\", " + METADATA + ", error_description=\"Why\"")
        .doesNotContain("scope=");
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void whatCouldEndTheParameterOrTheHeader_isStripped(String description, String written) {
    assertThat(value(OAuthError.INVALID_TOKEN, List.of(), description))
        .isEqualTo(
            "Bearer error=\"invalid_token\", "
                + METADATA
                + ", error_description=\""
                + written
                + "\"");
  }

  static Stream<Arguments> descriptions() {
    return Stream.of(
        Arguments.of("a\r\nSet-Cookie: b", "aSet-Cookie: b"),
        Arguments.of("a\nb\tc", "abc"),
        Arguments.of("a\", scope=\"admin", "a, scope admin"),
        Arguments.of("a\\", "a"),
        Arguments.of("a\\\"b", "ab"),
        Arguments.of("a\0b\u007fc\u0085d\u009fe", "abcde"),
        Arguments.of("caf\u00e9 \u2028\u202e\uD83D\uDE00", "caf "),
        Arguments.of("a=b==c", "a b  c"),
        Arguments.of("", ""));
  }

  @Test
  void realmAndScopes_areCleanedToo() {
    String value = new Challenge(URL, "a\"\r\nb").value(null, List.of("x\"y", "z\n"), null);
    assertThat(value).isEqualTo("Bearer scope=\"xy z\", " + METADATA + ", realm=\"ab\"");
  }

  /** Deployed clients search the header for a name and an equals sign. */
  @ParameterizedTest
  @EnumSource(ReasonCode.class)
  void descriptionOfEveryReason_isFitForAHeader(ReasonCode reason) {
    assertThat(reason.description()).matches("[ !#-<>-\\[\\]-~]+");
  }

  private static String value(
      @Nullable OAuthError error, List<String> scopes, @Nullable String description) {
    return new Challenge(URL, null).value(error, scopes, description);
  }
}
