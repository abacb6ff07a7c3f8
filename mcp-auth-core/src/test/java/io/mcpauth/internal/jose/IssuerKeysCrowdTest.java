package io.mcpauth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What many callers see at once; fetches run on a thread of their own, as in production. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class IssuerKeysCrowdTest {
  private final MutableClock clock = new MutableClock();
  private final FakeProvider provider = new FakeProvider("a");
  private final ExecutorService fetches =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "fetch");
            thread.setUncaughtExceptionHandler((t, e) -> {});
            return thread;
          });
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final IssuerKeys keys = new IssuerKeys(provider, fetches, clock);

  @AfterEach
  void stop() {
    callers.shutdownNow();
    fetches.shutdownNow();
  }

  @Test
  void coldCrowd_isOneFetch() throws Exception {
    FakeProvider.Stall stall = provider.stallNext();
    CountDownLatch gate = new CountDownLatch(1);
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      results.add(
          callers.submit(
              () -> {
                FakeProvider.await(gate);
                return keys.find("RS256", "a").size();
              }));
    }
    gate.countDown();
    FakeProvider.await(stall.entered());
    stall.release().countDown();

    for (Future<Integer> result : results) {
      assertThat(get(result)).isEqualTo(1);
    }
    assertThat(provider.fetches()).isEqualTo(1);
  }

  @Test
  void crowdOfUnknownKids_isOneFetchAndNoVerdictWithoutOne() throws Exception {
    assertThat(keys.find("RS256", "a")).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    CountDownLatch gate = new CountDownLatch(1);
    List<Future<Boolean>> results = new ArrayList<>();
    for (int thread = 0; thread < 40; thread++) {
      int number = thread;
      results.add(
          callers.submit(
              () -> {
                FakeProvider.await(gate);
                return verdictsAreProven(number * 50);
              }));
    }
    gate.countDown();

    for (Future<Boolean> result : results) {
      assertThat(get(result)).isTrue();
    }
    assertThat(provider.fetches()).isEqualTo(2);
  }

  /** Fifty ids: each is unknown only if the provider had not been asked before the call. */
  private boolean verdictsAreProven(int first) {
    boolean proven = true;
    for (int i = first; i < first + 50; i++) {
      int before = provider.fetches();
      proven &= !isUnknown("flood-" + i) || before == 1;
    }
    return proven;
  }

  @Test
  void fetchThatBeganBeforeTheRequest_provesNothing() throws Exception {
    assertThat(keys.find("RS256", "a")).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    FakeProvider.Stall stall = provider.stallNext();
    Future<Boolean> first = callers.submit(() -> isUnknown("x"));
    FakeProvider.await(stall.entered());
    // The answer that is under way was made before this key was published.
    provider.publish("a", "b");
    Future<Boolean> second = callers.submit(() -> isUnknown("b"));
    stall.release().countDown();

    assertThat(get(first)).isTrue();
    assertThat(get(second)).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(keys.find("RS256", "b")).hasSize(1);
  }

  @Test
  void renewalAhead_holdsNobodyUp() {
    assertThat(keys.find("RS256", "a")).hasSize(1);
    clock.advance(IssuerKeys.TIME_TO_LIVE.minusSeconds(1));
    FakeProvider.Stall stall = provider.stallNext();

    for (int i = 0; i < 100; i++) {
      assertThat(keys.find("RS256", "a")).hasSize(1);
    }

    FakeProvider.await(stall.entered());
    assertThat(provider.fetches()).isEqualTo(2);
    stall.release().countDown();
  }

  @Test
  void unknownKidsWhileTheProviderHangs_holdNoThreads() {
    assertThat(keys.find("RS256", "a")).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    FakeProvider.Stall stall = provider.stallNext();

    for (int i = 0; i < 100; i++) { // longer than the fetch can hang, if each waited for it
      assertThat(refusal("flood-" + i).reason().status()).isEqualTo(503);
    }

    assertThat(keys.state().failures()).isZero();
    stall.release().countDown();
  }

  @Test
  void staleKeysWhileTheProviderHangs_areUsedWithoutAWaitForEach() {
    assertThat(keys.find("RS256", "a")).hasSize(1);
    clock.advance(IssuerKeys.TIME_TO_LIVE.plusMinutes(1));
    FakeProvider.Stall stall = provider.stallNext();

    for (int i = 0; i < 100; i++) {
      assertThat(keys.find("RS256", "a")).hasSize(1);
    }

    assertThat(keys.state().failures()).isZero();
    stall.release().countDown();
  }

  @Test
  void interruptedWaiter_leavesAndTheFetchGoesOn() throws Exception {
    FakeProvider.Stall stall = provider.stallNext();
    Future<Boolean> flagged =
        callers.submit(
            () -> {
              Thread.currentThread().interrupt();
              AuthException refusal = refusal("a");
              assertThat(refusal.reason()).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
              return Thread.interrupted();
            });

    assertThat(get(flagged)).as("the interrupt is kept for the caller").isTrue();
    stall.release().countDown();
    assertThat(keys.find("RS256", "a")).hasSize(1);
    assertThat(provider.fetches()).isEqualTo(1);
  }

  @Test
  void fetchThatBreaks_isAFaultOfThisSideAndPasses() {
    provider.fail(new IllegalStateException("broken"));
    assertThat(refusal("a").reason()).isEqualTo(ReasonCode.INTERNAL_FAULT);
    provider.publish("a");
    clock.advance(IssuerKeys.RETRY_INTERVAL);

    assertThat(keys.find("RS256", "a")).hasSize(1);
  }

  @Test
  void executorClosedDuringAFetch_isUnavailable() throws Exception {
    FakeProvider.Stall stall = provider.stallNext();
    Future<ReasonCode> waiting = callers.submit(() -> refusal("a").reason());
    FakeProvider.await(stall.entered());
    fetches.shutdownNow();

    assertThat(get(waiting)).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    clock.advance(IssuerKeys.RETRY_INTERVAL);
    assertThat(refusal("a").facts()).containsEntry("problem", "closed");
  }

  private boolean isUnknown(String kid) {
    try {
      return keys.find("RS256", kid).isEmpty();
    } catch (AuthException e) {
      assertThat(e.reason()).isEqualTo(ReasonCode.KEY_NOT_KNOWN_YET);
      return false;
    }
  }

  private AuthException refusal(String kid) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> keys.find("RS256", kid));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }
}
