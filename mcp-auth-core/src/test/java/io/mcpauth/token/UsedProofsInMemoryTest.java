package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class UsedProofsInMemoryTest {
  private static final Duration LIFETIME = Duration.ofMinutes(5);

  private final MutableClock clock = new MutableClock();
  private final UsedProofsInMemory used = new UsedProofsInMemory(clock, 60);

  private Instant end() {
    return clock.instant().plus(LIFETIME);
  }

  @Test
  void proof_isKnownUntilItEnds() {
    Instant end = end();
    assertThat(used.isFirst("k", "1", end)).isTrue();
    assertThat(used.isFirst("k", "1", end)).isFalse();
    assertThat(used.isFirst("k", "2", end)).isTrue();
    assertThat(used.isFirst("other", "1", end)).isTrue();
    clock.advance(LIFETIME);
    assertThat(used.isFirst("k", "1", end)).isFalse();
  }

  @Test
  void clockThatGoesBack_letsNothingInThatMayBeForgotten() {
    Instant end = end();
    assertThat(used.isFirst("k", "1", end)).isTrue();
    clock.advance(Duration.ofMinutes(7));
    assertThat(used.isFirst("k", "2", end())).isTrue(); // and the first is forgotten
    clock.advance(Duration.ofMinutes(-7));
    assertThat(used.isFirst("k", "1", end)).isFalse();
  }

  @Test
  void fullMemory_refusesAndForgetsNothingBeforeItsTime() {
    Instant end = end();
    for (int i = 0; i < 20; i++) { // a key and its first proof take three places
      assertThat(used.isFirst("k" + i, "1", end)).isTrue();
    }
    assertFull(() -> used.isFirst("another", "1", end), "DPoP proofs");
    assertThat(used.isFirst("k0", "1", end)).isFalse();
    clock.advance(Duration.ofMinutes(6));
    assertThat(used.isFirst("another", "1", end())).isTrue();
  }

  @Test
  void oneKey_hasAPartOfTheRoom() {
    Instant end = end();
    for (int i = 0; i < 13; i++) { // the first takes three places of fifteen
      assertThat(used.isFirst("greedy", "id" + i, end)).isTrue();
    }
    assertFull(() -> used.isFirst("greedy", "more", end), "DPoP proofs of this key");
    assertThat(used.isFirst("other", "1", end)).isTrue();
    clock.advance(Duration.ofMinutes(7));
    assertThat(used.isFirst("greedy", "later", end())).isTrue();
  }

  @Test
  void oneKeyWithProofsOfManyTimes_hasNoMoreRoom() {
    Instant now = clock.instant();
    for (int minute = 0; minute < 5; minute++) {
      Instant end = now.plus(Duration.ofMinutes(minute));
      assertThat(used.isFirst("greedy", "id" + minute, end)).isTrue();
    }
    Instant end = now.plus(Duration.ofMinutes(8));
    assertFull(() -> used.isFirst("greedy", "more", end), "DPoP proofs of this key");
    assertThat(used.isFirst("other", "1", end)).isTrue();
    clock.advance(Duration.ofMinutes(1));
    assertThat(used.isFirst("greedy", "later", end)).isTrue();
  }

  private static void assertFull(Runnable use, String limit) {
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(use::run)
        .satisfies(
            refused -> {
              assertThat(refused.reason()).isEqualTo(ReasonCode.OVER_LIMIT);
              assertThat(refused.facts()).containsEntry("limit", limit);
            });
  }
}
