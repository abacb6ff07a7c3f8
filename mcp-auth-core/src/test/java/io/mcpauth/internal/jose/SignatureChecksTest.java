package io.mcpauth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many signatures are checked at one time. */
class SignatureChecksTest {
  @Test
  void checkThatFindsNoPlace_isRefusedAsOverTheLimit() throws Exception {
    SignatureChecks none = SignatureChecks.atOnce(0);

    assertThatThrownBy(() -> none.search(jwt(1), "ES256", "k", 1).among(List.of(key())))
        .isInstanceOfSatisfying(
            AuthException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(ReasonCode.OVER_LIMIT);
              assertThat(e.facts()).containsEntry("limit", "signature checks");
            });
  }

  /** What is known needs no place, so a crowd that repeats itself holds up nobody. */
  @Test
  void knownFailure_needsNoPlace() throws Exception {
    VerificationKey key = key();
    SignatureChecks checks = SignatureChecks.atOnce(1);
    assertThat(checks.search(jwt(1), "ES256", "k", 1).among(List.of(key))).isNull();

    assertThat(checks.hasFailed(checks.search(jwt(1), "ES256", "k", 1), key)).isTrue();
    assertThat(checks.hasFailed(checks.search(jwt(2), "ES256", "k", 1), key)).isFalse();
    assertThat(checks.hasFailed(checks.search(jwt(1), "ES256", "k", 1), key())).isFalse();
  }

  @Test
  void crowdWithOnePlace_isServedOneByOne() throws Exception {
    VerificationKey key = key();
    SignatureChecks checks = SignatureChecks.atOnce(1);
    ExecutorService crowd =
        Executors.newFixedThreadPool(4); // more would wait for a second at times
    try {
      List<Future<Integer>> tried =
          IntStream.range(0, 40)
              .mapToObj(
                  i ->
                      crowd.submit(
                          () -> {
                            SignerSearch search = checks.search(jwt(i), "ES256", "k", 1);
                            assertThat(search.among(List.of(key))).isNull();
                            return search.checks();
                          }))
              .toList();
      for (Future<Integer> one : tried) {
        assertThat(one.get()).isOne();
      }
    } finally {
      crowd.shutdownNow();
    }
  }

  private static Jwt jwt(int number) {
    return new Jwt(
        Map.of(),
        Map.of(),
        ("input " + number).getBytes(StandardCharsets.US_ASCII),
        "A".repeat(64).getBytes(StandardCharsets.US_ASCII));
  }

  private static VerificationKey key() throws Exception {
    return Objects.requireNonNull(
        VerificationKey.of(
            new ECKeyGenerator(Curve.P_256).keyID("k").generate().toPublicJWK().toJSONObject(),
            VerificationKey.DEFAULT_MAX_RSA_BITS));
  }
}
