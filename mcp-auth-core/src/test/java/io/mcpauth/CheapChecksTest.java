package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be judged without a key buys neither a request to the issuer nor a verification. */
class CheapChecksTest {
  static Stream<Arguments> hopeless() {
    return Stream.of(
        hopeless(ReasonCode.TOKEN_EXPIRED, token -> token.expiresIn(Duration.ofHours(-1))),
        hopeless(ReasonCode.CLAIM_INVALID, token -> token.withoutClaim("exp")),
        hopeless(ReasonCode.TOKEN_LIFETIME_TOO_LONG, token -> token.expiresIn(days(31))),
        hopeless(ReasonCode.TOKEN_NOT_YET_VALID, token -> token.claim("nbf", 4_000_000_000L)),
        hopeless(ReasonCode.WRONG_AUDIENCE, token -> token.claim("aud", "https://evil.example")),
        hopeless(ReasonCode.WRONG_AUDIENCE, token -> token.withoutClaim("aud")),
        hopeless(ReasonCode.WRONG_ISSUER, token -> token.claim("iss", "https://evil.example")),
        hopeless(ReasonCode.WRONG_ISSUER, token -> token.withoutClaim("iss")),
        hopeless(ReasonCode.ID_TOKEN_NOT_ACCEPTED, token -> token.claim("at_hash", "x")),
        hopeless(ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED, token -> token.claim("typ", "Refresh")),
        hopeless(ReasonCode.LOGOUT_TOKEN_NOT_ACCEPTED, token -> token.header("typ", "logout+jwt")),
        hopeless(ReasonCode.DPOP_PROOF_NOT_ACCEPTED, token -> token.header("typ", "dpop+jwt")),
        hopeless(ReasonCode.TOKEN_TYPE_NOT_ACCEPTED, token -> token.header("typ", "secevent+jwt")),
        hopeless(ReasonCode.ALGORITHM_NOT_ALLOWED, token -> token.header("alg", "none")),
        hopeless(ReasonCode.TOKEN_HEADER_NOT_ACCEPTED, token -> token.header("crit", List.of("x"))),
        hopeless(
            ReasonCode.PROOF_OF_POSSESSION_MISSING,
            token -> token.claim("cnf", Map.of("jkt", "x"))),
        hopeless(
            ReasonCode.CLAIM_INVALID, token -> token.withoutClaim("sub").withoutClaim("client_id")),
        hopeless(ReasonCode.CLAIM_INVALID, token -> token.claim("scope", Map.of())));
  }

  @ParameterizedTest
  @MethodSource("hopeless")
  void hopelessTokenWithAnUnknownKid_makesNoRequest(
      ReasonCode reason, UnaryOperator<TestIssuer.Token> shape) {
    try (TestIssuer issuer = TestIssuer.start(ProtectedServer.CLOCK);
        ResourceServer server = ProtectedServer.of(issuer).build()) {
      for (int i = 0; i < 20; i++) {
        String token =
            shape.apply(issuer.token(ProtectedServer.RESOURCE)).header("kid", "flood-" + i).mint();
        assertInvalidToken(decide(server, token), reason);
      }

      assertThat(issuer.requests("/jwks")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("hopeless")
  void hopelessTokenWithABadSignature_makesNoRequest(
      ReasonCode reason, UnaryOperator<TestIssuer.Token> shape) {
    try (TestIssuer issuer = TestIssuer.start(ProtectedServer.CLOCK);
        ResourceServer server = ProtectedServer.of(issuer).build()) {
      String token = shape.apply(issuer.token(ProtectedServer.RESOURCE)).mint();
      assertInvalidToken(
          decide(server, token.substring(0, token.lastIndexOf('.') + 1) + "AAAA"), reason);

      assertThat(issuer.requests("/jwks")).isZero();
    }
  }

  /** Passing the cheap checks grants nothing. */
  @Test
  void goodClaimsUnderABadSignature_areRefused() {
    try (TestIssuer issuer = TestIssuer.start(ProtectedServer.CLOCK);
        ResourceServer server = ProtectedServer.of(issuer).build()) {
      String token = issuer.token(ProtectedServer.RESOURCE).scopes("mcp").mint();
      assertInvalidToken(
          decide(server, token.substring(0, token.lastIndexOf('.') + 1) + "AAAA"),
          ReasonCode.SIGNATURE_INVALID);
      assertThat(issuer.requests("/jwks")).isPositive();

      assertGranted(decide(server, token));
    }
  }

  private static Arguments hopeless(ReasonCode reason, UnaryOperator<TestIssuer.Token> shape) {
    return Arguments.of(reason, shape);
  }

  private static Duration days(int days) {
    return Duration.ofDays(days);
  }

  private static AccessDecision decide(ResourceServer server, String token) {
    return server.decide(FakeRequest.get().bearer(token));
  }
}
