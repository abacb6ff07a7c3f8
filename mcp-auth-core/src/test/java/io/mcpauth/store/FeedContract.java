package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link Feed} promises, asked of every implementation. */
abstract class FeedContract {
  static final String RULES = "access.rule";
  static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private static final int WRITERS = 8;
  private static final int CHANGES = 20;

  /** The feed with the entries of this test, as another node sees it. */
  final Feed node() throws Exception {
    return node(InMemoryFeed.MOST);
  }

  /** One with room for so many entries. */
  abstract Feed node(int most) throws Exception;

  /** The time of the store goes on. */
  abstract void pass(Duration time) throws Exception;

  static Feed.Change there(Feed.@Nullable Change change) {
    if (change == null) {
      throw new AssertionError("no change");
    }
    return change;
  }

  @Test
  void empty_hasNothingAndATime() throws Exception {
    Feed.Page page = node().after(0, 10);
    assertThat(page.changes()).isEmpty();
    assertThat(page.last()).isZero();
    assertThat(page.now()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
  }

  @Test
  void written_isToldToEveryNodeWithItsNumberAndTime() throws Exception {
    Feed feed = node();
    Instant before = feed.after(0, 1).now();
    Feed.Change change = feed.put(RULES, "k", "v", NEVER);
    assertThat(change.number()).isPositive();
    assertThat(change.at()).isAfterOrEqualTo(before);
    Feed.Page page = node().after(0, 10);
    assertThat(page.changes()).containsExactly(change);
    assertThat(page.last()).isEqualTo(change.number());
    assertThat(page.now()).isAfterOrEqualTo(change.at());
    assertThat(node().find(RULES, "k")).isEqualTo(change);
    assertThat(node().after(change.number(), 10).changes()).isEmpty();
    assertThat(change.value()).isEqualTo("v");
    assertThat(change.expiresAt()).isEqualTo(NEVER);
    assertThat(change.toString()).contains(RULES).doesNotContain("v,", "k,");
  }

  @Test
  void ofAnEntry_theLastChangeAloneIsTold() throws Exception {
    Feed feed = node();
    Feed.Change first = feed.put(RULES, "a", "1", NEVER);
    Feed.Change second = feed.put(RULES, "b", "1", NEVER);
    Feed.Change third = feed.put(RULES, "a", "2", NEVER.minusSeconds(1));
    assertThat(first.number()).isLessThan(second.number());
    assertThat(second.number()).isLessThan(third.number());
    assertThat(feed.after(0, 10).changes()).containsExactly(second, third);
    assertThat(feed.after(first.number(), 10).changes()).containsExactly(second, third);
    assertThat(feed.after(second.number(), 10).changes()).containsExactly(third);
  }

  @Test
  void collections_areApart() throws Exception {
    Feed feed = node();
    feed.put(RULES, "k", "1", NEVER);
    feed.put("access.status", "k", "2", NEVER);
    feed.put(RULES, "K", "3", NEVER);
    assertThat(feed.after(0, 10).changes())
        .extracting(Feed.Change::collection, Feed.Change::key, Feed.Change::value)
        .containsExactly(
            tuple(RULES, "k", "1"), tuple("access.status", "k", "2"), tuple(RULES, "K", "3"));
    assertThat(feed.remove("access.status", "k")).isNotNull();
    assertThat(feed.find(RULES, "k")).isNotNull();
  }

  @Test
  void pages_areInOrderAndComplete() throws Exception {
    Feed feed = node();
    List<Feed.Change> all = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      all.add(feed.put(RULES, "k" + i, "v", NEVER));
    }
    List<Feed.Change> read = new ArrayList<>();
    long seen = 0;
    List<Integer> sizes = new ArrayList<>();
    List<Feed.Change> page;
    do {
      page = feed.after(seen, 10).changes();
      sizes.add(page.size());
      read.addAll(page);
      seen = read.get(read.size() - 1).number();
    } while (page.size() == 10 && sizes.size() < 4);
    assertThat(read).isEqualTo(all);
    assertThat(sizes).containsExactly(10, 10, 5);
  }

  @Test
  void entries_areAllThatAreThereOnPagesOfAThousand() throws Exception {
    Feed feed = node();
    List<Feed.Change> there = new ArrayList<>();
    there.add(feed.put("access.status", "k", "v", NEVER));
    feed.put(RULES, "removed", "v", NEVER);
    for (int i = 0; i < 1_000; i++) {
      there.add(feed.put(RULES, "k" + i, "v", NEVER));
    }
    feed.remove(RULES, "removed");
    there.add(feed.put(RULES, "last", "v", NEVER));
    assertThat(node().entries()).isEqualTo(there);
  }

  @Test
  void removed_isToldAsRemovedForAnHour() throws Exception {
    Feed feed = node();
    Feed.Change change = feed.put(RULES, "k", "v", NEVER);
    Feed.Change removed = there(node().remove(RULES, "k"));
    assertThat(removed.number()).isGreaterThan(change.number());
    assertThat(removed.value()).isNull();
    assertThat(feed.remove(RULES, "k")).isNull();
    assertThat(feed.remove(RULES, "other")).isNull();
    assertThat(feed.find(RULES, "k")).isNull();
    assertThat(feed.after(change.number(), 10).changes()).containsExactly(removed);
    pass(Duration.ofMinutes(59));
    assertThat(feed.after(change.number(), 10).changes())
        .extracting(Feed.Change::value)
        .containsOnlyNulls()
        .hasSize(1);
    pass(Duration.ofHours(2));
    assertThat(feed.after(0, 10).changes()).isEmpty();
    assertThat(feed.after(0, 10).last()).isEqualTo(removed.number());
    assertThat(feed.put(RULES, "k", "w", NEVER).number()).isGreaterThan(removed.number());
  }

  @Test
  void ended_isToldAsRemovedForAnHourAndCanBeWrittenAgain() throws Exception {
    Feed feed = node();
    Instant end = feed.after(0, 1).now().plus(Duration.ofHours(10));
    Feed.Change change = feed.put(RULES, "k", "v", end);
    Feed.Change other = feed.put(RULES, "other", "v", NEVER);
    pass(Duration.ofHours(9));
    assertThat(feed.find(RULES, "k")).isNotNull();
    pass(Duration.ofMinutes(90));
    assertThat(feed.find(RULES, "k")).isNull();
    assertThat(feed.remove(RULES, "k")).isNull();
    assertThat(feed.replace(RULES, "k", change.number(), "x", NEVER)).isNull();
    assertThat(feed.after(0, 10).changes())
        .extracting(Feed.Change::key, Feed.Change::value)
        .containsExactly(tuple("k", null), tuple("other", "v"));
    pass(Duration.ofHours(1));
    assertThat(feed.after(0, 10).changes()).extracting(Feed.Change::key).containsExactly("other");
    Feed.Change again = there(feed.replace(RULES, "k", 0, "w", NEVER));
    assertThat(again.number()).isGreaterThan(other.number());
    assertThat(feed.find(RULES, "k")).isEqualTo(again);
  }

  @Test
  void endThatIsMoved_isToldAlsoWhereItHasPassed() throws Exception {
    Feed feed = node();
    Feed.Change change = feed.put(RULES, "k", "v", NEVER);
    Instant now = feed.after(0, 1).now();
    Feed.Change moved = feed.put(RULES, "k", "v", now.minusSeconds(1));
    List<Feed.Change> told = node().after(change.number(), 10).changes();
    assertThat(told).extracting(Feed.Change::number).containsExactly(moved.number());
    assertThat(told.get(0).value()).isNull();
  }

  @Test
  void replaced_onlyWhereItHasNotChanged() throws Exception {
    Feed feed = node();
    assertThat(feed.replace(RULES, "k", 7, "v", NEVER)).isNull();
    Feed.Change first = there(feed.replace(RULES, "k", 0, "v", NEVER));
    assertThat(node().replace(RULES, "k", 0, "w", NEVER)).isNull();
    Feed.Change second = there(node().replace(RULES, "k", first.number(), "w", NEVER));
    assertThat(feed.replace(RULES, "k", first.number(), "x", NEVER)).isNull();
    assertThat(feed.find(RULES, "k")).isEqualTo(second);
    Feed.Change removed = there(feed.remove(RULES, "k"));
    assertThat(feed.replace(RULES, "k", removed.number(), "x", NEVER)).isNull();
    assertThat(feed.replace(RULES, "k", second.number(), "x", NEVER)).isNull();
    assertThat(feed.replace(RULES, "k", 0, "x", NEVER)).isNotNull();
  }

  @Test
  void fullFeed_refusesWhatIsNewAndChangesWhatItHas() throws Exception {
    Feed feed = node(3);
    for (String key : List.of("a", "b", "c")) {
      feed.put(RULES, key, "v", NEVER);
    }
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> feed.put(RULES, "d", "v", NEVER))
        .withMessage(
            "There are 3 entries that every node keeps already. Remove those that are not"
                + " needed.");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> feed.replace(RULES, "d", 0, "v", NEVER));
    assertThat(feed.put(RULES, "a", "w", NEVER)).isNotNull();
    assertThat(feed.remove(RULES, "b")).isNotNull();
    assertThat(feed.put(RULES, "b", "w", NEVER)).as("over the one removed").isNotNull();
    assertThat(feed.after(0, 10).changes()).hasSize(3);
  }

  /** Whatever fills it, there is room to say that access is closed. */
  @Test
  void firstEntryOfACollection_hasRoomInAFullFeed() throws Exception {
    Feed feed = node(2);
    feed.put(RULES, "a", "v", NEVER);
    feed.put(RULES, "b", "v", NEVER);
    feed.put("status", "s", "v", NEVER);
    feed.put("status", "s", "w", NEVER);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> feed.put("status", "t", "v", NEVER));
    assertThat(feed.after(0, 10).changes()).hasSize(3);
  }

  @Test
  void endsAndValues_areKeptAsInAStore() throws Exception {
    Feed feed = node();
    for (String value :
        List.of("", " ", "'\"\\\n\t\u0001", "é€\ud83d\ude00\uffff", "x".repeat(65536))) {
      feed.put(RULES, "k", value, Instant.MAX);
      assertThat(there(node().find(RULES, "k")).value()).isEqualTo(value);
    }
    assertThat(there(feed.find(RULES, "k")).expiresAt())
        .isEqualTo(Instant.parse("9999-12-31T23:59:59.999Z"));
    for (String key :
        List.of("'; DROP TABLE mcp_auth_feed; --", "?", "%", "\\'", "k".repeat(255))) {
      Feed.Change change = feed.put("c' OR 'a'='a", key, key, NEVER);
      assertThat(feed.find("c' OR 'a'='a", key)).isEqualTo(change);
      assertThat(feed.remove("c' OR 'a'='a", key)).isNotNull();
    }
  }

  @Test
  void whatCannotBeStored_isRefusedWithoutBeingQuoted() throws Exception {
    Feed feed = node();
    refused(() -> feed.put("", "k", "v", NEVER));
    refused(() -> feed.put("secret\n", "k", "v", NEVER));
    refused(() -> feed.put(RULES, "secret\0", "v", NEVER));
    refused(() -> feed.put(RULES, "k", "secret\0", NEVER));
    refused(() -> feed.replace(RULES, "k", 0, "secret".repeat(10923), NEVER));
    refused(() -> feed.replace(RULES, "", 0, "v", NEVER));
    refused(() -> feed.remove("sécret", "k"));
    refused(() -> feed.find("", "k"));
    assertThat(feed.remove(RULES, "")).isNull();
    assertThat(feed.find(RULES, "k\0")).isNull();
    assertThat(feed.after(0, 10).changes()).isEmpty();
  }

  private static void refused(Runnable call) {
    assertThatIllegalArgumentException()
        .isThrownBy(call::run)
        .withMessageContaining("cannot be stored as it is. Write ")
        .withMessageNotContaining("secret");
  }

  /** A reader who asks for what is after the last number he saw, while many write. */
  @Test
  @Timeout(180)
  void whoFollowsWhileManyWrite_missesNothingAndSeesNumbersInOrder() throws Exception {
    AtomicInteger written = new AtomicInteger();
    List<Feed.Change> seen = new ArrayList<>();
    Feed reader = node();
    List<Callable<Boolean>> writers = new ArrayList<>();
    CyclicBarrier barrier = new CyclicBarrier(WRITERS);
    for (int writer = 0; writer < WRITERS; writer++) {
      String name = "w" + writer + "-";
      Feed feed = node();
      writers.add(
          () -> {
            int unused = barrier.await();
            for (int i = 0; i < CHANGES; i++) {
              feed.put(RULES, name + i, "v", NEVER);
              written.incrementAndGet();
            }
            return true;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      writers.forEach(writer -> results.add(threads.submit(writer)));
      boolean over;
      do {
        over = results.stream().allMatch(Future::isDone);
        List<Feed.Change> page = reader.after(seen.isEmpty() ? 0 : last(seen), 1_000).changes();
        seen.addAll(page);
      } while (!over);
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(written).hasValue(WRITERS * CHANGES);
    assertThat(seen).extracting(Feed.Change::key).doesNotHaveDuplicates();
    assertThat(seen).hasSize(WRITERS * CHANGES).isEqualTo(reader.after(0, 1_000).changes());
    assertThat(seen).extracting(Feed.Change::number).isSorted().doesNotHaveDuplicates();
  }

  private static long last(List<Feed.Change> changes) {
    return changes.get(changes.size() - 1).number();
  }

  @Test
  @Timeout(180)
  void countingByCompareAndSetOnManyNodes_losesNothing() throws Exception {
    node().put(RULES, "k", "0", NEVER);
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      Feed feed = node();
      writers.add(
          () -> {
            for (int i = 0; i < 3; i++) {
              Feed.Change known = there(feed.find(RULES, "k"));
              while (feed.replace(RULES, "k", known.number(), next(known), NEVER) == null) {
                known = there(feed.find(RULES, "k"));
              }
            }
            return 3;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    int sum = 0;
    try {
      for (Future<Integer> result : threads.invokeAll(writers)) {
        sum += result.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(there(node().find(RULES, "k")).value()).isEqualTo(String.valueOf(sum));
  }

  private static String next(Feed.Change change) {
    return String.valueOf(Integer.parseInt(String.valueOf(change.value())) + 1);
  }

  @Test
  @Timeout(180)
  void ofManyWhoRemove_oneIsToldSo() throws Exception {
    for (int round = 0; round < 4; round++) {
      node().put(RULES, "k", "v", NEVER);
      List<Callable<Integer>> nodes = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        Feed feed = node();
        nodes.add(() -> feed.remove(RULES, "k") == null ? 0 : 1);
      }
      ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
      int removed = 0;
      try {
        for (Future<Integer> result : threads.invokeAll(nodes)) {
          removed += result.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(removed).isEqualTo(1);
    }
  }
}
