package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.error.AuthException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TurnsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Turns turns = new Turns(nanos::get);

  @Test
  void questionsBeyondASecondsShare_areRefusedUntilTheNext() {
    for (int i = 0; i < Turns.CALLER_IN_A_SECOND / Turns.CHANGE; i++) {
      assertThat(turns.<Integer>take("alice", Turns.CHANGE, () -> 1)).isEqualTo(1);
    }
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> turns.<Integer>take("alice", Turns.LOOK, () -> 1));
    assertThat(turns.<Integer>take("bob", Turns.LOOK, () -> 1)).isEqualTo(1);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));

    assertThat(turns.<Integer>take("alice", Turns.LOOK, () -> 1)).isEqualTo(1);
    assertThat(turns.askers()).isZero();
  }

  /** Those of strangers wait for each other, and whoever has logged in waits for none of them. */
  @Test
  void slowQuestionsOfOne_holdUpNobodyElse() throws Exception {
    CountDownLatch running = new CountDownLatch(Turns.AT_ONCE);
    CountDownLatch answer = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(Turns.AT_ONCE);
    try {
      List<Future<Boolean>> slow = new ArrayList<>();
      for (int i = 0; i < Turns.AT_ONCE; i++) {
        slow.add(threads.submit(() -> turns.take("", Turns.LOOK, () -> await(running, answer))));
      }
      assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(turns.<Integer>take("alice", Turns.LOOK, () -> 1)).isEqualTo(1);
      assertThatExceptionOfType(AuthException.class)
          .isThrownBy(() -> turns.<Integer>take("", Turns.LOOK, () -> 1));
      answer.countDown();
      for (Future<Boolean> one : slow) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(turns.<Integer>take("", Turns.LOOK, () -> 1)).isEqualTo(1);
      assertThat(turns.askers()).isZero();
    } finally {
      answer.countDown();
      threads.shutdownNow();
    }
  }

  private static boolean await(CountDownLatch running, CountDownLatch answer) {
    running.countDown();
    try {
      return answer.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void questionThatThrows_givesItsTurnBack() {
    for (int i = 0; i < Turns.AT_ONCE + 1; i++) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(
              () ->
                  turns.<Integer>take(
                      "alice",
                      Turns.LOOK,
                      () -> {
                        throw new IllegalStateException("down");
                      }));
    }
    assertThat(turns.<Integer>take("alice", Turns.LOOK, () -> 1)).isEqualTo(1);
    assertThat(turns.askers()).isZero();
  }

  @Test
  void threadThatIsInterrupted_asksNothing() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> turns.<Integer>take("alice", Turns.LOOK, () -> 1));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(turns.askers()).isZero();
  }
}
