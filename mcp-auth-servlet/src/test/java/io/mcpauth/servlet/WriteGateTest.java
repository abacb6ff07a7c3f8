package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who gets in, and who runs what is to be done when all are out. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class WriteGateTest {
  private final AtomicInteger emptied = new AtomicInteger();
  private final WriteGate gate = new WriteGate(emptied::incrementAndGet);

  @Test
  void emptyGate_isEmptiedByTheCloserOnce() {
    assertThat(gate.enter()).isTrue();
    gate.leave();
    assertThat(emptied).hasValue(0);
    gate.close();
    gate.close();
    assertThat(emptied).hasValue(1);
    assertThat(gate.enter()).isFalse();
  }

  @Test
  void gateWithWritersInside_isEmptiedByTheLastOne() {
    assertThat(gate.enter()).isTrue();
    assertThat(gate.enter()).isTrue();
    gate.close();
    assertThat(gate.enter()).isFalse();
    gate.leave();
    assertThat(emptied).hasValue(0);
    gate.leave();
    assertThat(emptied).hasValue(1);
  }

  @Test
  void holder_entersAClosedGate() {
    gate.close();
    gate.hold();
    assertThat(gate.isClosed()).isTrue();
    gate.leave();
    assertThat(emptied).hasValue(2);
  }

  @Test
  void manyWritersAndOneCloser_emptyItOnceAndNobodyIsInsideThen() throws Exception {
    for (int round = 0; round < 200; round++) {
      race();
    }
  }

  private static void race() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger emptied = new AtomicInteger();
    AtomicBoolean wrong = new AtomicBoolean();
    WriteGate gate =
        new WriteGate(
            () -> {
              emptied.incrementAndGet();
              wrong.compareAndSet(false, inside.get() != 0);
            });
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 3; i++) {
      threads.execute(
          () -> {
            await(start);
            while (gate.enter()) {
              inside.incrementAndGet();
              inside.decrementAndGet();
              gate.leave();
            }
          });
    }
    threads.execute(
        () -> {
          await(start);
          gate.close();
        });
    start.countDown();
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(emptied).hasValue(1);
    assertThat(wrong).isFalse();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
