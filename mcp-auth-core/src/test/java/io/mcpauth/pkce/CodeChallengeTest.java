package io.mcpauth.pkce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeChallengeTest {
  /** RFC 7636 appendix B. */
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  @Test
  void exampleOfTheRfc_verifies() {
    CodeChallenge stored = CodeChallenge.parse(CHALLENGE, "S256");

    assertThat(CodeVerifier.parse(VERIFIER).challenge()).isEqualTo(stored);
    assertThatCode(() -> CodeChallenge.verify(stored, VERIFIER)).doesNotThrowAnyException();
  }

  @Test
  void generatedVerifiers_are43CharactersAndDiffer() {
    CodeVerifier one = CodeVerifier.generate();

    assertThat(one.value()).matches("[A-Za-z0-9_-]{43}");
    assertThat(CodeVerifier.generate().value()).isNotEqualTo(one.value());
    assertThat(one.toString()).doesNotContain(one.value());
  }

  @ParameterizedTest
  @CsvSource({
    CHALLENGE + ",",
    CHALLENGE + ",plain",
    CHALLENGE + ",s256",
    CHALLENGE + ",S512",
    ",S256",
    "'',S256",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c,S256", // one character less
    CHALLENGE + "=,S256",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN,S256", // bits that no encoder sets
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM,S256",
  })
  void otherMethodOrForm_isRefused(@Nullable String challenge, @Nullable String method) {
    assertThat(
            catchThrowableOfType(AuthException.class, () -> CodeChallenge.parse(challenge, method))
                .reason())
        .isEqualTo(ReasonCode.CODE_CHALLENGE_INVALID);
  }

  /** CVE-2025-4144. */
  @Test
  void verifierWithoutStoredChallenge_isTheDowngradeAndRefused() {
    assertThat(refused(null, VERIFIER)).isEqualTo(ReasonCode.CODE_CHALLENGE_MISSING);
    assertThat(refused(null, null)).isEqualTo(ReasonCode.CODE_CHALLENGE_MISSING);
  }

  @Test
  void challengeWithoutVerifier_isRefused() {
    assertThat(refused(CHALLENGE, null)).isEqualTo(ReasonCode.CODE_VERIFIER_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl",
        CHALLENGE, // what plain would take
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX",
        VERIFIER + "\n",
        VERIFIER + " ",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX%",
      })
  void otherVerifier_isRefusedAndNotRepeated(String verifier) {
    AuthException refusal =
        catchThrowableOfType(
            AuthException.class,
            () -> CodeChallenge.verify(new CodeChallenge(CHALLENGE), verifier));

    assertThat(refusal.reason()).isEqualTo(ReasonCode.CODE_VERIFIER_INVALID);
    assertThat(refusal.facts().values()).noneMatch(fact -> fact.length() > 12);
  }

  @Test
  void lengthOfAVerifier_is43To128() {
    assertThat(CodeVerifier.parse("a".repeat(43)).value()).hasSize(43);
    assertThat(CodeVerifier.parse("~._-".repeat(32)).value()).hasSize(128);
    assertThatIllegalArgumentException().isThrownBy(() -> CodeVerifier.parse("a".repeat(42)));
    assertThatIllegalArgumentException().isThrownBy(() -> CodeVerifier.parse("a".repeat(129)));
  }

  private static ReasonCode refused(@Nullable String challenge, @Nullable String verifier) {
    CodeChallenge stored = challenge == null ? null : new CodeChallenge(challenge);
    return catchThrowableOfType(AuthException.class, () -> CodeChallenge.verify(stored, verifier))
        .reason();
  }
}
