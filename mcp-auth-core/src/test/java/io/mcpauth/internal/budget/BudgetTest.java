package io.mcpauth.internal.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BudgetTest {
  @Test
  void amount_isTakenUpToTheShareAndTheTotal() {
    Budget budget = new Budget(10);

    assertThat(budget.take("a", 6, 6)).isTrue();
    assertThat(budget.take("a", 1, 6)).as("beyond the share").isFalse();
    assertThat(budget.take("b", 5, 6)).as("beyond the total").isFalse();
    assertThat(budget.take("b", 4, 6)).isTrue();
    assertThat(budget.taken()).isEqualTo(10);
    assertThat(budget.refusals()).isEqualTo(2);
  }

  @Test
  void smallAmounts_haveAPartBesideWithoutOwners() {
    Budget budget = new Budget(10, 4);
    int place = budget.takeBeside(3);
    assertThat(place).isNotNegative();
    assertThat(budget.takeBeside(2)).as("beyond the part").isNegative();
    assertThat(budget.take("a", 10, 10)).as("the rest is untouched").isTrue();
    assertThat(budget.taken()).isEqualTo(13);
    assertThat(budget.owners()).isOne();

    budget.giveBackBeside(place, 3);
    assertThat(budget.takeBeside(4)).isNotNegative();
    assertThat(budget.refusals()).as("asked of the other part then").isZero();
    assertThat(new Budget(10).takeBeside(1)).as("no part beside").isNegative();
  }

  @Test
  void largePartBeside_isNeverExceededByAnyNumberOfThreads() throws Exception {
    Budget budget = new Budget(0, 100);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<Boolean>> takers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        takers.add(() -> budget.takeBeside(1) >= 0);
      }
      int taken = 0;
      for (Future<Boolean> taker : threads.invokeAll(takers)) {
        taken += taker.get() ? 1 : 0;
      }
      assertThat(taken).isBetween(12, 100);
      assertThat(budget.taken()).isEqualTo(taken);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatIsGivenBack_isThereAgainAndForgetsItsOwner() {
    Budget budget = new Budget(10);
    assertThat(budget.take("a", 6, 6)).isTrue();
    budget.giveBack("a", 2);
    assertThat(budget.take("a", 3, 6)).isFalse();
    budget.giveBack("a", 4);

    assertThat(budget.owners()).isZero();
    assertThat(budget.take("a", 6, 6)).isTrue();
    assertThat(budget.taken()).isEqualTo(6);
  }

  @Test
  void crowd_neverTakesMoreThanThereIs() throws Exception {
    Budget budget = new Budget(50);
    AtomicLong held = new AtomicLong();
    AtomicLong most = new AtomicLong();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService crowd = Executors.newFixedThreadPool(8);
    for (int i = 0; i < 8; i++) {
      String owner = "caller " + i % 4;
      crowd.execute(
          () -> {
            awaitQuietly(start);
            for (int turn = 0; turn < 5000; turn++) {
              if (budget.take(owner, 7, 20)) {
                most.accumulateAndGet(held.addAndGet(7), Math::max);
                held.addAndGet(-7);
                budget.giveBack(owner, 7);
              }
            }
          });
    }
    start.countDown();
    crowd.shutdown();

    assertThat(crowd.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(most.get()).isPositive().isLessThanOrEqualTo(50);
    assertThat(budget.taken()).isZero();
    assertThat(budget.owners()).isZero();
  }

  private static void awaitQuietly(CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
