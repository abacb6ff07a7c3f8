package io.mcpauth.examples.guard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What whoever looks after the process is told, and that it costs nothing. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardProbeTest {
  private static int status(RunningGuard running, String method, String path) throws Exception {
    try (Wire wire = running.connect()) {
      wire.write(method + " " + path + " HTTP/1.1\r\nHost: 10.1.2.3:3000\r\n\r\n");
      return wire.head().status();
    }
  }

  @Test
  void readiness_isThatOfTheTargetAndAsksNothingOfIt() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              asked.countDown();
              mayAnswer.await();
              call.answer("404 Not Found", "");
            },
            "GUARD_TARGET_CHECK_SECONDS",
            "3600")) {
      asked.await();
      for (int i = 0; i < 20; i++) {
        assertThat(status(running, "GET", "/health")).isEqualTo(200);
        assertThat(status(running, "GET", "/ready")).isEqualTo(503);
      }
      assertThat(running.target().calls()).isEqualTo(1);
      mayAnswer.countDown();
      while (status(running, "GET", "/ready") != 200) {
        Thread.onSpinWait(); // the time limit of the class ends it
      }
      assertThat(running.target().calls()).isEqualTo(2); // without a session, and with one
    }
  }

  @Test
  void targetThatIsNotThereAnyMore_isNotReady() throws Exception {
    try (RunningGuard running =
        RunningGuard.before(
            call -> call.answer("404 Not Found", ""), "GUARD_TARGET_CHECK_SECONDS", "1")) {
      while (status(running, "GET", "/ready") != 200) {
        Thread.onSpinWait();
      }
      running.target().close();
      while (status(running, "GET", "/ready") != 503) {
        Thread.onSpinWait();
      }
      assertThat(status(running, "GET", "/health")).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, /health, 200",
    "POST, /health, 405",
    "GET, /health/, 421",
    "GET, /health;x, 421",
    "GET, /Health, 421",
    "GET, /ready/../mcp, 421",
    "GET, /mcp, 421"
  })
  void onlyTheTwoPages_areOpen(String method, String path, int status) throws Exception {
    try (RunningGuard running = RunningGuard.before(call -> {})) {
      assertThat(status(running, method, path)).isEqualTo(status);
      assertThat(running.target().calls()).isZero();
    }
  }
}
