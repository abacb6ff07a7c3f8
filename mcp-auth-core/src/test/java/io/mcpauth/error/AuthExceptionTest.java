package io.mcpauth.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthExceptionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r", "\n", "\u0000", "\t", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029", "\u202e",
        "\u200b", "\ufeff", "\ud800", "\udc00"
      })
  void characterThatForgesALine_isReplaced(String c) {
    assertThat(AuthException.fitForLog("a" + c + "b")).isEqualTo("a?b");
  }

  @Test
  void ordinaryText_isKept() {
    String text = "https://i.test/\u00e9 \"x\" ?a=b";

    assertThat(AuthException.fitForLog(text)).isEqualTo(text);
  }

  @Test
  void longFact_isCut() {
    AuthException refusal =
        new AuthException(ReasonCode.WRONG_ISSUER, Map.of("found", "x".repeat(10_000)));

    assertThat(refusal.facts().get("found")).hasSize(200);
  }

  @Test
  void facts_keepTheirOrderAndCannotBeChanged() {
    Map<String, String> facts = new LinkedHashMap<>();
    for (String name : List.of("z", "a", "m")) {
      facts.put(name, name);
    }
    AuthException refusal = new AuthException(ReasonCode.WRONG_ISSUER, facts);
    facts.clear();

    assertThat(refusal.facts().keySet()).containsExactly("z", "a", "m");
    assertThatThrownBy(() -> refusal.facts().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusal_saysItsReasonAndNothingElse() {
    AuthException refusal = new AuthException(ReasonCode.WRONG_ISSUER, Map.of("found", "private"));

    assertThat(refusal.reason()).isEqualTo(ReasonCode.WRONG_ISSUER);
    assertThat(refusal).hasMessage("WRONG_ISSUER").hasNoCause();
    assertThat(refusal.toString()).doesNotContain("private");
    assertThat(refusal.getStackTrace()).isEmpty();
  }

  @Test
  void description_isTheReasonsUnlessTheClientIsToldMore() {
    AuthException plain = new AuthException(ReasonCode.WRONG_ISSUER);
    AuthException told =
        new AuthException(
            ReasonCode.CLIENT_METADATA_INVALID, "logo_uri \"x\\\n\u202e is long", Map.of());

    assertThat(plain.description()).isEqualTo(ReasonCode.WRONG_ISSUER.description());
    assertThat(told.description()).isEqualTo("logo_uri ?x??? is long");
    assertThat(told).hasMessage("CLIENT_METADATA_INVALID");
  }

  @ParameterizedTest
  @EnumSource
  void reason_hasTheStatusOfItsError(ReasonCode reason) {
    OAuthError error = reason.error();
    if (error != null) {
      int status =
          switch (error) {
            case INVALID_REQUEST,
                INVALID_GRANT,
                INVALID_REDIRECT_URI,
                INVALID_CLIENT_METADATA,
                INVALID_SCOPE,
                INVALID_TARGET,
                UNAUTHORIZED_CLIENT,
                UNSUPPORTED_GRANT_TYPE,
                UNSUPPORTED_RESPONSE_TYPE,
                REQUEST_NOT_SUPPORTED,
                REQUEST_URI_NOT_SUPPORTED ->
                400;
            case INVALID_TOKEN,
                INVALID_CLIENT,
                INSUFFICIENT_USER_AUTHENTICATION,
                INVALID_DPOP_PROOF,
                USE_DPOP_NONCE,
                LOGIN_REQUIRED ->
                401;
            case INSUFFICIENT_SCOPE, ACCESS_DENIED, CONSENT_REQUIRED -> 403;
            case TEMPORARILY_UNAVAILABLE -> 503;
          };
      assertThat(reason.status()).isEqualTo(status);
    } else if (reason == ReasonCode.UNKNOWN_TOOL) {
      assertThat(reason.status()).isEqualTo(200); // an error of JSON-RPC alone
    } else {
      assertThat(reason.status()).isBetween(400, 499);
    }
  }

  /** RFC 6750 section 3, and clients that search the header for {@code name=}. */
  @ParameterizedTest
  @EnumSource
  void description_fitsIntoAChallenge(ReasonCode reason) {
    assertThat(reason.description()).matches("[ !#-<>-\\[\\]-~]+");
  }

  @Test
  void errors_areSpeltAsInTheirRfc() {
    assertThat(Arrays.stream(OAuthError.values()).map(OAuthError::wire))
        .containsExactly(
            "invalid_request",
            "invalid_token",
            "insufficient_scope",
            "insufficient_user_authentication",
            "invalid_dpop_proof",
            "use_dpop_nonce",
            "temporarily_unavailable",
            "invalid_client",
            "invalid_grant",
            "invalid_redirect_uri",
            "invalid_client_metadata",
            "invalid_scope",
            "invalid_target",
            "access_denied",
            "unauthorized_client",
            "unsupported_grant_type",
            "unsupported_response_type",
            "login_required",
            "consent_required",
            "request_not_supported",
            "request_uri_not_supported");
  }
}
