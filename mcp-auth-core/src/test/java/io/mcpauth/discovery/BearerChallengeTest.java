package io.mcpauth.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerChallengeTest {
  @Test
  void challengeOfMcp_isRead() {
    BearerChallenge challenge =
        read(
            "Bearer error=\"insufficient_scope\", scope=\"files:read files:write\","
                + " resource_metadata=\"https://m.test/.well-known/oauth-protected-resource/mcp\","
                + " error_description=\"say \\\"yes\\\", please\"");

    assertThat(challenge.isInsufficientScope()).isTrue();
    assertThat(challenge.scopes()).containsExactly("files:read", "files:write");
    assertThat(challenge.resourceMetadata())
        .hasToString("https://m.test/.well-known/oauth-protected-resource/mcp");
    assertThat(challenge.parameter("Error_Description")).isEqualTo("say \"yes\", please");
    assertThat(challenge.isDpop()).isFalse();
    assertThat(challenge.toString()).doesNotContain("https");
  }

  /** RFC 9470 section 3. */
  @Test
  void challengeForAnotherLogin_saysWhatItHasToBe() {
    BearerChallenge challenge =
        read(
            "Bearer error=\"insufficient_user_authentication\", scope=\"a b\","
                + " acr_values=\"urn:x:gold silver\", max_age=300");

    assertThat(challenge.isInsufficientUserAuthentication()).isTrue();
    assertThat(challenge.isInsufficientScope()).isFalse();
    assertThat(challenge.scopes()).containsExactly("a", "b");
    assertThat(challenge.acrValues()).containsExactly("urn:x:gold", "silver");
    assertThat(challenge.maxAge()).isEqualTo(Duration.ofMinutes(5));
    assertThat(read("Bearer max_age=\"0\"").maxAge()).isEqualTo(Duration.ZERO);
    assertThat(read("Bearer scope=a").acrValues()).isNull();
    assertThat(read("Bearer scope=a").maxAge()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", "1.5", "1e3", " 1", "1234567890", "x", "\u0661"})
  void maxAgeThatIsNoNumberOfSeconds_isNone(String text) {
    assertThat(read("Bearer max_age=\"" + text + "\"").maxAge()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\\\"b", "gold\u00e9"})
  void acrValuesThatNoRequestCanHave_areNone(String text) {
    assertThat(read("Bearer acr_values=\"" + text + "\", realm=x").acrValues()).isNull();
  }

  @Test
  void severalChallengesOnOneLine_areToldApart() {
    List<BearerChallenge> all =
        BearerChallenge.all(
            List.of(
                "Basic realm=\"a, Bearer scope=x\", Negotiate YWJj==, DPoP"
                    + " error=\"use_dpop_nonce\", bearer scope=one ,, resource_metadata ="
                    + " \"https://m.test/r\", Digest a=b"));

    assertThat(all).hasSize(2);
    assertThat(all.get(0).scopes()).containsExactly("one");
    assertThat(all.get(0).resourceMetadata()).hasToString("https://m.test/r");
    assertThat(all.get(1).asksForDpopNonce()).isTrue();
  }

  @Test
  void severalLines_areReadAsOneList() {
    BearerChallenge challenge =
        BearerChallenge.of(
                List.of("Basic realm=\"x\"", "Bearer", "DPoP resource_metadata=\"https://m.test\""))
            .orElseThrow();

    assertThat(challenge.isDpop()).isTrue();
    assertThat(challenge.resourceMetadata()).hasToString("https://m.test");
  }

  @Test
  void schemeAlone_isAChallenge() {
    assertThat(read("BEARER").scopes()).isNull();
    assertThat(read("Bearer scope=").scopes()).isNull(); // by the grammar a token68
    assertThat(BearerChallenge.all(List.of("Basic, Bearer, DPoP"))).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " , ,",
        "Bearer scope=\"a\", scope=\"b\"", // the reader would decide which
        "Bearer scope=\"a",
        "Bearer scope=\"a\\",
        "Bearer scope=a b",
        "Bearer scope=\"a\u0001\"",
        "Bearer scope=\"a\r\nSet-Cookie: x\"",
        "Basic Bearer", // the token68 of another scheme
        "Bearers scope=\"a\"",
        "=Bearer",
        "(Bearer)",
      })
  void whatDoesNotFit_isNoChallenge(String line) {
    assertThat(BearerChallenge.of(List.of(line))).isEqualTo(Optional.empty());
  }

  @Test
  void headerOver16Kib_isNotRead() {
    assertThat(BearerChallenge.of(List.of("Bearer a=\"" + "x".repeat(17_000) + "\""))).isEmpty();
    assertThat(BearerChallenge.of(List.of(",".repeat(16_000) + "Bearer"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\\\\b", "a\tb", "\u00e9", " a", "a\\\"b"})
  void scopeThatIsNone_isTakenAsMissing(String scope) {
    assertThat(read("Bearer scope=\"" + scope + "\"").scopes()).isNull();
  }

  @Test
  void moreThan100Scopes_areTakenAsMissing() {
    StringBuilder scopes = new StringBuilder("s0");
    for (int i = 1; i < 101; i++) {
      scopes.append(" s").append(i);
    }

    assertThat(read("Bearer scope=\"" + scopes + "\"").scopes()).isNull();
    assertThat(read("Bearer scope=\"a a b\"").scopes()).containsExactly("a", "b");
  }

  @Test
  void scopesThatFillTheHeader_areReadWithoutDeepRecursion() {
    String many = "a ".repeat(8_000);

    assertThat(read("Bearer scope=\"" + many + "a\"").scopes()).containsExactly("a");
    assertThat(read("Bearer scope=\"" + many + "\"").scopes()).isNull();
    assertThat(read("Bearer scope=\" a\"").scopes()).isNull();
    assertThat(read("Bearer scope=\"a  b\"").scopes()).containsExactly("a", "b");
  }

  @Test
  void resourceMetadataThatIsNoUri_isTakenAsMissing() {
    assertThat(read("Bearer resource_metadata=\"https://m.test/a b\"").resourceMetadata()).isNull();
  }

  private static BearerChallenge read(String line) {
    return BearerChallenge.of(List.of(line)).orElseThrow();
  }
}
