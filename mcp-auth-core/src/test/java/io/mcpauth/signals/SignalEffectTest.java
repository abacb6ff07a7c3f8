package io.mcpauth.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.MutableClock;
import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where signals stop, so that operators can go on. */
class SignalEffectTest {
  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);

  private List<String> taken(int rules) {
    Signal signal =
        new Signal(
            "https://login.test",
            "jti-" + rules,
            "logout",
            List.of(AccessTarget.subject("https://login.test", "alice")),
            clock.instant(),
            clock.instant().plusSeconds(60),
            "");
    return new SignalEffect(AccessControl.on(store), () -> rules, store, Duration.ZERO)
        .take(signal, true);
  }

  @Test
  void signals_leaveRoomForTheRulesOfOperators() {
    assertThatThrownBy(() -> taken(150_000))
        .isInstanceOfSatisfying(
            AuthException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.OVER_LIMIT));
    assertThat(AccessControl.on(store).list()).isEmpty();
    assertThat(store.count("signal.jti")).isZero();

    assertThat(taken(149_999)).hasSize(1);
  }
}
