package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How often somebody may ask, and what it costs to remember that. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RatesTest {
  private final MutableClock clock = new MutableClock();
  private final Rates rates = new Rates(clock);

  private void assertTooMany(String who, String seconds) {
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> rates.count("token", who, 2))
        .matches(refusal -> refusal.reason() == ReasonCode.TOO_MANY_REQUESTS)
        .satisfies(
            refusal -> assertThat(refusal.facts()).containsEntry(OAuthErrors.RETRY_AFTER, seconds));
  }

  private void twice(String who) {
    rates.count("token", who, 2);
    rates.count("token", who, 2);
  }

  @Test
  void oneMoreThanAMinuteHas_isToldWhenTheMinuteIsOver() {
    twice("a");
    clock.advance(Duration.ofSeconds(20));

    assertTooMany("a", "40");
    twice("b");
    rates.count("authorize", "a", 2);
    clock.advance(Duration.ofSeconds(40));
    twice("a");
  }

  @Test
  void whoCannotBeToldFromOthers_isNotCounted() {
    for (int i = 0; i < 10; i++) {
      rates.count("token", null, 2);
    }
    twice("a");
  }

  /** Nobody waits for longer than a minute because of it. */
  @Test
  void clockThatIsSetBack_beginsAnew() {
    twice("a");
    clock.advance(Duration.ofHours(-1));

    twice("a");
  }

  /** Of strangers with an address for each request the oldest are forgotten. */
  @Test
  void moreThanCanBeKept_forgetWhoHasNotAskedForLongest() {
    twice("stranger");
    twice("regular");
    for (int i = 0; i < 9_999; i++) {
      rates.count("token", "other " + i, 2);
    }

    assertTooMany("regular", "60");
    twice("stranger");
  }
}
