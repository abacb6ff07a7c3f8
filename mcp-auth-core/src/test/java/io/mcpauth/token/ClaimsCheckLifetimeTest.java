package io.mcpauth.token;

import static io.mcpauth.error.ReasonCode.CLAIM_INVALID;
import static io.mcpauth.error.ReasonCode.TOKEN_EXPIRED;
import static io.mcpauth.error.ReasonCode.TOKEN_NOT_YET_VALID;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsCheckLifetimeTest {
  @ParameterizedTest
  @ValueSource(longs = {3600, 1, 0, -1, -55, -59})
  void expWithinTheSkew_passes(long seconds) {
    assertThat(Claims.good().at("exp", seconds).mint().expiresAt())
        .isEqualTo(Claims.NOW.plusSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(longs = {-60, -61, -65, -3600, -1_700_000_000})
  void expBeyondTheSkew_isExpired(long seconds) {
    assertThat(Claims.good().at("exp", seconds).reason()).isEqualTo(TOKEN_EXPIRED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "\"1800000000\"",
        "\"\"",
        "\"NaN\"",
        "[]",
        "[1800000000]",
        "{}",
        "-1",
        "-1.5",
        "-1e300",
        "1e300",
        "1e999",
        "99999999999999999999",
        "31556889864403200",
        "31556889864403199"
      })
  void malformedExp_isRefused(String json) {
    assertThat(Claims.good().json("exp", json).reason()).isEqualTo(CLAIM_INVALID);
  }

  @Test
  void missingExp_isRefused() {
    assertThat(Claims.good().without("exp").reason()).isEqualTo(CLAIM_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.0", "1", "1e-300", "0e999", "1e-999"})
  void expLongAgo_isExpired(String json) {
    assertThat(Claims.good().json("exp", json).reason()).isEqualTo(TOKEN_EXPIRED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1800000000.0", "1800000000.75", "1.8e9", "18e8", "180000000000e-2"})
  void floatExp_isTheSecondItNames(String json) {
    assertThat(Claims.good().json("exp", json).mint().expiresAt())
        .isEqualTo(Instant.ofEpochSecond(1_800_000_000));
  }

  static Stream<Number> oddNumbers() {
    return Stream.of(
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Float.NaN,
        1e300,
        -1,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        BigInteger.TEN.pow(400));
  }

  @ParameterizedTest
  @MethodSource("oddNumbers")
  void oddNumberOfAnApplicationsVerifier_isRefused(Number exp) {
    assertThat(Claims.good().java("exp", exp).reason()).isEqualTo(CLAIM_INVALID);
  }

  @Test
  void integerOfAnApplicationsVerifier_isRead() {
    assertThat(Claims.good().java("exp", 1_800_000_000).mint().expiresAt())
        .isEqualTo(Instant.ofEpochSecond(1_800_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nbf", "iat"})
  void startInTheFuture_isNotYetValid(String claim) {
    assertThat(Claims.good().at(claim, 61).reason()).isEqualTo(TOKEN_NOT_YET_VALID);
    assertThat(Claims.good().at(claim, 3600).reason()).isEqualTo(TOKEN_NOT_YET_VALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nbf", "iat"})
  void startWithinTheSkew_passes(String claim) {
    assertThat(Claims.good().at(claim, 60).mint().subject()).isEqualTo("alice");
    assertThat(Claims.good().at(claim, -3600).mint().subject()).isEqualTo("alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1700000000\"", "true", "1e300", "-1", "[]", "{}"})
  void malformedStart_isRefused(String json) {
    assertThat(Claims.good().json("nbf", json).reason()).isEqualTo(CLAIM_INVALID);
    assertThat(Claims.good().json("iat", json).reason()).isEqualTo(CLAIM_INVALID);
  }

  @Test
  void expiredAndNotYetValid_isExpired() {
    assertThat(Claims.good().at("exp", -100).at("nbf", 100).reason()).isEqualTo(TOKEN_EXPIRED);
  }

  @Test
  void refusal_tellsTheOperatorTheTimes() {
    assertThat(Claims.good().at("exp", -100).refusal().facts())
        .containsEntry("exp", "2026-11-23T11:58:20Z")
        .containsEntry("now", "2026-11-23T12:00:00Z")
        .containsEntry("clock_skew", "PT1M");
  }
}
