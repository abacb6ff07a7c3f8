package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class LoginThrottleTest {
  private final MovedClock clock = new MovedClock();
  private final LoginThrottle throttle = new LoginThrottle(clock);

  private void fail(int times, String user, String address) {
    for (int i = 0; i < times; i++) {
      assertThat(throttle.admit(user, address)).as("try %d", i).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ada", "nobody", ""})
  void oneAccountTooOften_waitsFromWhateverAddress(String user) {
    for (int i = 0; i < LoginThrottle.MOST_OF_AN_ACCOUNT; i++) {
      fail(1, user, "192.0.2." + i);
    }
    assertThat(throttle.admit(user, "198.51.100.1")).isBetween(1L, 60L);
    assertThat(throttle.admit("bob", "198.51.100.1")).as("another account").isZero();

    clock.moveTo(Duration.ofSeconds(61));
    assertThat(throttle.admit(user, "198.51.100.1")).as("a minute later").isZero();
  }

  @Test
  void namesThatNobodyCanHave_countAsOne() {
    fail(LoginThrottle.MOST_OF_AN_ACCOUNT, "x".repeat(300), "192.0.2.1");
    assertThat(throttle.admit("y".repeat(300), "192.0.2.2")).isPositive();
  }

  @Test
  void oneAddressTooOften_waitsForWhateverAccount() {
    for (int i = 0; i < LoginThrottle.MOST_OF_AN_ADDRESS; i++) {
      fail(1, "user-" + i, "192.0.2.1");
    }
    assertThat(throttle.admit("ada", "192.0.2.1")).isPositive();
    assertThat(throttle.admit("ada", "192.0.2.2")).as("from another address").isZero();
  }

  @Test
  void rightPassword_isHeldAgainstNobody() {
    for (int i = 0; i < 2 * LoginThrottle.MOST_OF_AN_ADDRESS; i++) {
      fail(1, "ada", "192.0.2.1");
      throttle.takeBack("ada", "192.0.2.1", true);
    }
  }

  @Test
  void checkThatDidNotHappen_isNoTry() {
    for (int i = 0; i < 2 * LoginThrottle.MOST_OF_AN_ACCOUNT; i++) {
      fail(1, "ada", "192.0.2.1");
      throttle.takeBack("ada", "192.0.2.1", false);
    }
    fail(LoginThrottle.MOST_OF_AN_ACCOUNT, "ada", "192.0.2.1");
    assertThat(throttle.admit("ada", "192.0.2.1")).isPositive();
  }

  /** Else it would have the counts of all others forgotten, and guess on. */
  @Test
  void namesOfAnAddressThatWaits_pushOutNobodysCount() {
    fail(LoginThrottle.MOST_OF_AN_ACCOUNT, "ada", "192.0.2.1");
    for (int i = LoginThrottle.MOST_OF_AN_ACCOUNT; i < LoginThrottle.MOST_OF_AN_ADDRESS; i++) {
      fail(1, "user-" + i, "192.0.2.1");
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(throttle.admit("name-" + i, "192.0.2.1")).isPositive();
    }
    assertThat(throttle.admit("ada", "192.0.2.2")).isPositive();
  }

  @Test
  void namesThatWereNotChecked_pushOutNobodysCount() {
    fail(LoginThrottle.MOST_OF_AN_ACCOUNT, "ada", "192.0.2.1");
    for (int i = 0; i < 10_000; i++) {
      fail(1, "name-" + i, "192.0.2.1");
      throttle.takeBack("name-" + i, "192.0.2.1", false);
    }
    assertThat(throttle.admit("ada", "192.0.2.2")).isPositive();
  }

  @Test
  void addressesOfThisMachine_countAsOne() {
    for (int i = 0; i < LoginThrottle.MOST_OF_AN_ADDRESS; i++) {
      fail(1, "user-" + i, "127.0.0." + i);
    }
    assertThat(throttle.admit("ada", "127.1.2.3")).isPositive();
  }

  /** Else whoever invents names would have this machine keep them. */
  @Test
  void manyNames_areNotKept() {
    fail(LoginThrottle.MOST_OF_AN_ACCOUNT, "first", "192.0.2.1");
    assertThat(throttle.admit("first", "192.0.2.1")).isPositive();
    for (int i = 0; i < 10_000; i++) {
      long unused = throttle.admit("name-" + i, "2001:db8::" + Integer.toHexString(i));
    }
    assertThat(throttle.admit("first", "192.0.2.3")).as("gave way").isZero();
  }
}
