package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** What {@link Store} promises to many threads on two nodes at once. */
abstract class StoreRaceContract extends StoreContract {
  private static final int THREADS = 16;
  private static final int ROUNDS = 8;

  @Test
  void ofManyWhoTake_oneGetsTheEntry() throws Exception {
    Store store = node();
    for (int round = 0; round < ROUNDS; round++) {
      store.create(CODES, "k", "", "v", soon());
      assertThat(atOnce(node -> node.take(CODES, "k") == null ? 0 : 1)).isEqualTo(1);
    }
  }

  @Test
  void ofManyWhoRemove_oneIsToldSo() throws Exception {
    Store store = node();
    for (int round = 0; round < ROUNDS; round++) {
      store.create(CODES, "k", "", "v", soon());
      assertThat(atOnce(node -> node.remove(CODES, "k") ? 1 : 0)).isEqualTo(1);
    }
  }

  @Test
  void ofManyWhoCreate_oneDoes() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String key = "k" + round;
      assertThat(atOnce(node -> node.create(CODES, key, "", "v", soon()) ? 1 : 0)).isEqualTo(1);
    }
  }

  @Test
  void ofManyWhoCreateOverAnExpiredEntry_oneDoes() throws Exception {
    Store store = node();
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(store.create(CODES, "k", "", "v", soon())).isTrue();
      clock.advance(Duration.ofMinutes(1));
      assertThat(atOnce(node -> node.create(CODES, "k", "", "v", soon()) ? 1 : 0)).isEqualTo(1);
      clock.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void ofManyWhoReplaceOneVersion_oneDoes() throws Exception {
    Store store = node();
    store.create(CODES, "k", "", "v", soon());
    for (int round = 0; round < ROUNDS; round++) {
      long version = there(store.find(CODES, "k")).version();
      assertThat(atOnce(node -> node.replace(CODES, "k", version, "w", soon()) ? 1 : 0))
          .isEqualTo(1);
    }
  }

  @Test
  void ofManyWhoReplaceOneVersionForTheirGroup_oneDoes() throws Exception {
    Store store = node();
    store.create(CODES, "k", "", "v", soon());
    for (int round = 0; round < ROUNDS; round++) {
      long version = there(store.find(CODES, "k")).version();
      assertThat(
              atOnce(
                  node -> {
                    String group = Thread.currentThread().getName();
                    boolean mine = node.replace(CODES, "k", version, group, group, soon());
                    return mine ? 1 : 0;
                  }))
          .isEqualTo(1);
      assertThat(store.count(CODES, there(store.find(CODES, "k")).value())).isEqualTo(1);
    }
  }

  @Test
  void countingByCompareAndSet_losesNothing() throws Exception {
    node().create(CODES, "k", "", "0", soon());
    Instant end = soon();
    int added =
        atOnce(
            node -> {
              for (int i = 0; i < 5; i++) {
                Store.Entry entry = there(node.find(CODES, "k"));
                while (!node.replace(CODES, "k", entry.version(), next(entry), end)) {
                  entry = there(node.find(CODES, "k"));
                }
              }
              return 5;
            });
    assertThat(added).isEqualTo(5 * THREADS);
    assertThat(there(node().find(CODES, "k")).value()).isEqualTo(String.valueOf(added));
  }

  private static String next(Store.Entry entry) {
    return String.valueOf(Integer.parseInt(entry.value()) + 1);
  }

  @Test
  void entriesTakenWhileTheirGroupIsRemoved_areCountedOnce() throws Exception {
    Store store = node();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < THREADS; i++) {
        store.create(CODES, "k" + i, "g", "v", soon());
      }
      int gone =
          atOnce(
              node -> {
                int removed = node.remove(CODES, "k3") ? 1 : 0;
                return removed + node.removeGroup(CODES, "g");
              });
      assertThat(gone).isEqualTo(THREADS);
      assertThat(store.count(CODES)).isZero();
    }
  }

  @Test
  void createdAndTakenBySome_isNeverThereTwice() throws Exception {
    int balance =
        atOnce(
            node -> {
              int created = 0;
              for (int i = 0; i < 10; i++) {
                created += node.create(CODES, "k", "g", "v", soon()) ? 1 : 0;
                created -= node.take(CODES, "k") == null ? 0 : 1;
              }
              return created;
            });
    assertThat((long) balance).isEqualTo(node().count(CODES));
  }

  /** The sum of what 16 threads, on two nodes in turn, get of a step that all begin together. */
  private int atOnce(ToIntFunction<Store> step) throws Exception {
    List<Store> nodes = List.of(node(), node());
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Store node = nodes.get(i % 2);
      tasks.add(
          () -> {
            int unused = barrier.await();
            return step.applyAsInt(node);
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      return sum(threads.invokeAll(tasks));
    } finally {
      threads.shutdownNow();
    }
  }

  private static int sum(List<Future<Integer>> results)
      throws InterruptedException, ExecutionException {
    int sum = 0;
    for (Future<Integer> result : results) {
      sum += result.get();
    }
    return sum;
  }
}
