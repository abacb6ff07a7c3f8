package io.mcpauth.internal.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    assertThat(budget.takeBeside(3)).isTrue();
    assertThat(budget.takeBeside(2)).as("beyond the part").isFalse();
    assertThat(budget.take("a", 10, 10)).as("the rest is untouched").isTrue();
    assertThat(budget.taken()).isEqualTo(13);
    assertThat(budget.owners()).isOne();

    budget.giveBackBeside(3);
    assertThat(budget.takeBeside(4)).isTrue();
    assertThat(budget.refusals()).as("asked of the other part then").isZero();
    assertThat(new Budget(10).takeBeside(1)).as("no part beside").isFalse();
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
