package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.OAuthError;
import io.mcpauth.error.ReasonCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static final Challenge PROOFS = new Challenge(URL, null, List.of("ES256", "EdDSA"));

  @Test
  void withoutCredential_namesNoErrorAndNoDescription() {
    assertThat(value(null, List.of(), null)).isEqualTo("Bearer " + METADATA);
    assertThat(value(null, List.of("a", "b"), "text"))
        .isEqualTo("Bearer scope=\"a b\", " + METADATA);
  }

  @Test
  void everyParameter_standsInItsPlace() {
    assertThat(
            new Challenge(URL, "MCP", List.of())
                .value(OAuthError.INSUFFICIENT_SCOPE, List.of("a"), "Why"))
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

  /** RFC 9449 section 7.1. */
  @Test
  void whereProofsAreAccepted_theirChallengeNamesTheAlgorithms() {
    assertThat(PROOFS.further(OAuthError.INVALID_TOKEN, List.of("a"), "Why", Map.of()))
        .containsExactly(
            "DPoP error=\"invalid_token\", scope=\"a\", "
                + METADATA
                + ", error_description=\"Why\", algs=\"ES256 EdDSA\"");
    assertThat(PROOFS.further(null, List.of(), null, Map.of()))
        .containsExactly("DPoP " + METADATA + ", algs=\"ES256 EdDSA\"");
    assertThat(new Challenge(URL, null, List.of()).further(null, List.of("a"), null, Map.of()))
        .isEmpty();
  }

  /** RFC 9470 section 3: behind what all clients read, for each scheme. */
  @Test
  void loginThatIsAskedFor_standsBehindTheOtherParameters() {
    Map<String, String> login = new LinkedHashMap<>();
    login.put("acr_values", "gold sil\"ver");
    login.put("max_age", "300");
    OAuthError error = OAuthError.INSUFFICIENT_USER_AUTHENTICATION;
    String parameters =
        "error=\"insufficient_user_authentication\", scope=\"a\", "
            + METADATA
            + ", error_description=\"Why\", acr_values=\"gold silver\", max_age=\"300\"";
    Challenge both = new Challenge(URL, "MCP", List.of("ES256"));
    assertThat(both.value(error, List.of("a"), "Why", login))
        .isEqualTo("Bearer " + parameters + ", realm=\"MCP\"");
    assertThat(both.further(error, List.of("a"), "Why", login))
        .containsExactly("DPoP " + parameters + ", realm=\"MCP\", algs=\"ES256\"");
  }

  /** A client that reads the first challenge alone would throw its token away. */
  @ParameterizedTest
  @EnumSource(names = {"INVALID_DPOP_PROOF", "USE_DPOP_NONCE"})
  void errorOfAProof_isInItsChallengeAlone(OAuthError error) {
    assertThat(PROOFS.value(error, List.of("a"), "Why"))
        .isEqualTo("Bearer scope=\"a\", " + METADATA);
    assertThat(PROOFS.further(error, List.of("a"), "Why", Map.of()))
        .singleElement()
        .asString()
        .startsWith("DPoP error=\"" + error.wire() + "\", scope=\"a\", ");
  }

  @Test
  void realmAndScopes_areCleanedToo() {
    String value =
        new Challenge(URL, "a\"\r\nb", List.of()).value(null, List.of("x\"y", "z\n"), null);
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
    return new Challenge(URL, null, List.of()).value(error, scopes, description);
  }
}
