package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UsedProofsInStoreTest {
  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);

  private Instant end() {
    return clock.instant().plusSeconds(300);
  }

  @Test
  void proof_isFirstOnOneNode() {
    UsedProofsInStore here = new UsedProofsInStore(store);
    UsedProofsInStore there = new UsedProofsInStore(store);
    assertThat(here.isFirst("k", "1", end())).isTrue();
    assertThat(there.isFirst("k", "1", end())).isFalse();
    assertThat(there.isFirst("k", "2", end())).isTrue();
    assertThat(store.count(UsedProofsInStore.COLLECTION)).isEqualTo(2);
  }

  @Test
  void fullStore_isA503() {
    UsedProofsInStore used = new UsedProofsInStore(Store.inMemory(clock, 1));
    assertThat(used.isFirst("k", "1", end())).isTrue();
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> used.isFirst("k", "2", end()))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ReasonCode.STORE_UNAVAILABLE));
  }

  /** It must not take all threads of the server with it. */
  @Test
  void storeThatIsSilent_holdsFewThreads() throws Exception {
    LastingStore silent = LastingStore.over(store);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    silent.before(
        "create",
        () -> {
          asked.countDown();
          await(answers);
        });
    UsedProofsInStore used = new UsedProofsInStore(silent.node(), 1, Duration.ofMillis(1));
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<Boolean> waiting = pool.submit(() -> used.isFirst("k", "1", end()));
      await(asked);
      assertThatExceptionOfType(AuthException.class)
          .isThrownBy(() -> used.isFirst("k", "2", end()))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(ReasonCode.OVER_LIMIT));
      answers.countDown();
      assertThat(waiting.get(60, TimeUnit.SECONDS)).isTrue();
      assertThat(used.isFirst("k", "2", end())).isTrue();
    } finally {
      answers.countDown();
      pool.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
