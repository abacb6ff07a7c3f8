package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ExchangeLimitsTest {
  private final MutableClock clock = new MutableClock();
  private final ExchangeLimits limits = new ExchangeLimits(clock);
  private final AskedLately asked = new AskedLately();

  @Test
  void strangers_askFourAtOnceAndLeaveTheOthersTheirPart() {
    List<Runnable> taken = new ArrayList<>();
    for (int i = 0; i < ExchangeLimits.STRANGERS_AT_ONCE; i++) {
      taken.add(limits.toAsk("id-" + i, false));
    }
    assertOverLimit(() -> limits.toAsk("id", false));
    for (int i = 0; i < ExchangeLimits.KNOWN_AT_ONCE; i++) {
      taken.add(limits.toAsk("id", true));
    }
    taken.get(0).run();

    assertThat(limits.toAsk("id", false)).isNotNull();
  }

  /** Else who is refused for the others would be refused for himself afterwards. */
  @Test
  void whoIsRefusedForTheOthers_isNotCounted() {
    List<Runnable> taken = new ArrayList<>();
    for (int i = 0; i < ExchangeLimits.STRANGERS_AT_ONCE; i++) {
      taken.add(limits.toAsk("id-" + i, false));
    }
    for (int i = 0; i < 10; i++) {
      assertOverLimit(() -> limits.toAsk("id", false));
    }
    taken.forEach(Runnable::run);

    limits.toAsk("id", false).run();
  }

  @Test
  void idThatIsAskedAboutTooOften_takesNoPlace() {
    for (int i = 0; i < AskedLately.ABOUT_ONE_IN_A_MINUTE; i++) {
      limits.toAsk("id", false).run();
    }
    for (int i = 0; i < 10; i++) {
      assertOverLimit(() -> limits.toAsk("id", false));
    }

    limits.toAsk("other", false).run();
  }

  @Test
  void strangersThatWait_areBounded() {
    List<Runnable> waiting = new ArrayList<>();
    for (int i = 0; i < ExchangeLimits.STRANGERS; i++) {
      waiting.add(limits.toWait(false));
    }
    assertOverLimit(() -> limits.toWait(false));
    limits.toWait(true).run();
    waiting.get(0).run();

    assertThat(limits.toWait(false)).isNotNull();
  }

  @Test
  void second_isTheLastOneAndNotThatOfTheClock() {
    for (int i = 0; i < AskedLately.IN_A_SECOND; i++) {
      assertThat(asked.mayAsk("id-" + i, clock.instant())).isTrue();
      clock.advance(Duration.ofMillis(10));
    }
    assertThat(asked.mayAsk("id", clock.instant())).isFalse();
    clock.advance(Duration.ofMillis(800));
    assertThat(asked.mayAsk("id", clock.instant())).isTrue();
    assertThat(asked.mayAsk("id", clock.instant())).isFalse();
  }

  @Test
  void minuteOfAnId_isTheLastOne() {
    for (int i = 0; i < AskedLately.ABOUT_ONE_IN_A_MINUTE; i++) {
      assertThat(asked.mayAsk("id", clock.instant())).isTrue();
      clock.advance(Duration.ofSeconds(10));
    }
    assertThat(asked.mayAsk("id", clock.instant())).isFalse();
    clock.advance(Duration.ofSeconds(10));
    assertThat(asked.mayAsk("id", clock.instant())).isTrue();
    assertThat(asked.mayAsk("id", clock.instant())).isFalse();
  }

  @Test
  void accounts_areForgottenAfterAMinute() {
    for (int i = 0; i < 10_000; i++) {
      boolean unused = asked.mayAsk("id-" + i, clock.instant());
      clock.advance(Duration.ofMillis(10));
    }
    assertThat(asked.accounts()).isLessThanOrEqualTo(60 * AskedLately.IN_A_SECOND);
    clock.advance(Duration.ofMinutes(1));
    assertThat(asked.mayAsk("id", clock.instant())).isTrue();
    assertThat(asked.accounts()).isEqualTo(1);
  }

  @Test
  void clockThatIsSetBack_keepsNobodyOut() {
    for (int i = 0; i < AskedLately.ABOUT_ONE_IN_A_MINUTE; i++) {
      assertThat(asked.mayAsk("id", clock.instant())).isTrue();
    }
    clock.advance(Duration.ofHours(-1));

    assertThat(asked.mayAsk("id", clock.instant())).isTrue();
  }

  private static void assertOverLimit(ThrowingCallable asking) {
    AuthException refused = catchThrowableOfType(AuthException.class, asking);
    assertThat(refused.reason()).isEqualTo(ReasonCode.OVER_LIMIT);
    assertThat(refused.facts()).containsEntry("limit", "exchanges");
  }
}
