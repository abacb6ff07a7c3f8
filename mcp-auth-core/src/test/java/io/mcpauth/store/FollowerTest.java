package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How one node keeps its copy: on a feed that has to be asked, look by look. */
@Timeout(180)
class FollowerTest {
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private final MutableClock clock = new MutableClock();
  private final AskedFeed feed = new AskedFeed(new InMemoryFeed(clock, 200_000));
  private final RecordedLog log = new RecordedLog();
  private final Heard heard = new Heard();
  private final Looks looks = new Looks();

  private Follower follower(Feed followed) {
    return new Follower(followed, heard, looks::pause, log.logger());
  }

  private Follower started() throws InterruptedException {
    Follower follower = follower(feed);
    follower.start();
    looks.awaitPause();
    return follower;
  }

  private Feed.Change put(String key, String value) {
    return feed.put("rule", key, value, NEVER);
  }

  @Test
  void start_readsAllAndEachLookWhatIsNew() throws Exception {
    Feed.Change first = put("a", "1");
    Feed.Change second = put("b", "1");
    try (Follower follower = started()) {
      assertThat(heard.events).containsExactly("anew [a=1, b=1]");
      assertThat(follower.now()).isAfterOrEqualTo(clock.instant());
      looks.one();
      assertThat(heard.events).hasSize(1);
      put("a", "2");
      put("c", "1");
      feed.remove("rule", "b");
      looks.one();
      assertThat(heard.events).hasSize(2).last().isEqualTo("changed [a=2, c=1, b=null]");
      assertThat(first.number()).isLessThan(second.number());
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void lookOfANodeAtRest_isOneQuestion() throws Exception {
    put("a", "1");
    try (Follower follower = started()) {
      int before = feed.questions.size();
      for (int i = 0; i < 10; i++) {
        looks.one();
      }
      assertThat(feed.questions).hasSize(before + 10);
      assertThat(follower).isNotNull();
    }
  }

  @Test
  void storeThatIsDownAtTheStart_failsIt() {
    feed.broken = true;
    Follower follower = follower(feed);
    assertThatExceptionOfType(StoreException.class).isThrownBy(follower::start);
    assertThat(heard.events).isEmpty();
    assertThat(follower.age()).isEqualTo(Duration.ofDays(1));
    assertThat(looks.threads).isEmpty();
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> Follower.start(feed, heard));
  }

  @Test
  void storeThatDoesNotAnswer_isToldOnceAndTheCopyGetsOlder() throws Exception {
    put("a", "1");
    try (Follower follower = started()) {
      long since = System.nanoTime();
      feed.broken = true;
      looks.one();
      looks.one();
      assertThat(log.lines())
          .containsExactly(
              "WARN The store does not answer, what it said last is used: The store is down.");
      assertThatExceptionOfType(StoreException.class).isThrownBy(follower::catchUp);
      long least = elapsed(since);
      assertThat(follower.age().toNanos()).isGreaterThanOrEqualTo(least);
      clock.advance(Duration.ofMinutes(20));
      assertThat(follower.now()).isBefore(clock.instant());
      feed.broken = false;
      put("b", "1");
      looks.one();
      looks.one();
      assertThat(follower.now()).isAfterOrEqualTo(clock.instant());
      assertThat(log.lines()).hasSize(2).last().isEqualTo("INFO The store answers again.");
      assertThat(heard.events).containsExactly("anew [a=1]", "changed [b=1]");
      feed.broken = true;
      looks.one();
      assertThat(log.lines()).as("once again").hasSize(3);
    }
  }

  private static long elapsed(long since) {
    return System.nanoTime() - since;
  }

  @Test
  void storeThatWentBack_isReadAnew() throws Exception {
    put("kept", "1");
    InMemoryFeed backup = new InMemoryFeed(clock, 10);
    backup.put("rule", "kept", "1", NEVER);
    put("lost", "1");
    try (Follower follower = started()) {
      feed.real = backup;
      looks.one();
      assertThat(heard.events).containsExactly("anew [kept=1, lost=1]", "anew [kept=1]");
      assertThat(log.lines())
          .containsExactly(
              "WARN The store has lost its last changes: number 1 after 2. What it still has is"
                  + " read anew; look whether cut-offs are missing.");
      backup.put("rule", "new", "1", NEVER);
      looks.one();
      assertThat(heard.events).last().isEqualTo("changed [new=1]");
      assertThat(follower).isNotNull();
    }
  }

  /** Then its last number says nothing. */
  @Test
  void backupThatWasWrittenToWhileNobodyCouldAsk_isReadAnew() throws Exception {
    put("kept", "1");
    InMemoryFeed backup = new InMemoryFeed(clock, 10);
    backup.put("rule", "kept", "1", NEVER);
    put("lost", "1");
    try (Follower follower = started()) {
      feed.broken = true;
      looks.one();
      feed.real = backup;
      backup.put("rule", "x", "1", NEVER);
      backup.put("rule", "y", "1", NEVER);
      backup.remove("rule", "x");
      feed.broken = false;
      looks.one();
      assertThat(heard.events).last().isEqualTo("anew [kept=1, y=1, x=null]");
      assertThat(follower).isNotNull();
    }
  }

  @Test
  void failureBeforeThereWasAnything_losesNothing() throws Exception {
    try (Follower follower = started()) {
      feed.broken = true;
      looks.one();
      feed.broken = false;
      put("a", "1");
      looks.one();
      assertThat(heard.events).containsExactly("anew []", "changed [a=1]");
      assertThat(follower).isNotNull();
    }
  }

  @Test
  void manyChanges_areReadInPages() throws Exception {
    putMany("a", 2_500);
    try (Follower follower = started()) {
      assertThat(heard.sizes).containsExactly(2_500);
      assertThat(feed.questions).hasSize(3);
      putMany("b", 2_000);
      looks.one();
      assertThat(heard.sizes).containsExactly(2_500, 1_000, 1_000);
      putMany("c", 999);
      feed.questions.clear();
      looks.one();
      assertThat(heard.sizes).last().isEqualTo(999);
      assertThat(feed.questions).hasSize(1);
      assertThat(heard.numbers).isSorted().doesNotHaveDuplicates().hasSize(5_499);
      assertThat(follower).isNotNull();
    }
  }

  private void putMany(String prefix, int many) {
    IntStream.range(0, many).forEach(i -> put(prefix + i, "v"));
  }

  @Test
  void failureInTheMiddleOfManyChanges_goesOnWhereItWas() throws Exception {
    try (Follower follower = started()) {
      putMany("a", 1_500);
      feed.failsAfter.set(1);
      looks.one();
      assertThat(heard.sizes).containsExactly(0, 1_000);
      looks.one();
      assertThat(heard.sizes).containsExactly(0, 1_000, 500);
      assertThat(heard.numbers).isSorted().doesNotHaveDuplicates().hasSize(1_500);
      assertThat(follower).isNotNull();
    }
  }

  /** What was removed is told for an hour: whoever was halted for longer has missed it. */
  @Test
  void halfAnHourOfStoreTimeBetweenLooks_isReadAnew() throws Exception {
    put("a", "1");
    put("b", "1");
    try (Follower follower = started()) {
      clock.advance(Duration.ofMinutes(30));
      looks.one();
      assertThat(heard.events).hasSize(1);
      feed.remove("rule", "b");
      clock.advance(Duration.ofMinutes(31));
      looks.one();
      assertThat(heard.events).hasSize(2).last().isEqualTo("anew [a=1, b=null]");
      clock.advance(Duration.ofMinutes(91));
      looks.one();
      assertThat(heard.events).last().isEqualTo("anew [a=1]");
      assertThat(follower).isNotNull();
    }
  }

  @Test
  void listenerThatCannotReadIt_isToldAgainWhileTheCopyGetsOlder() throws Exception {
    put("a", "1");
    try (Follower follower = started()) {
      long since = System.nanoTime();
      put("b", "1");
      for (RuntimeException failure :
          List.of(new StoreException("unreadable"), new IllegalStateException("secret"))) {
        heard.failure = failure;
        looks.one();
      }
      long least = elapsed(since);
      assertThat(follower.age().toNanos()).isGreaterThanOrEqualTo(least);
      assertThat(heard.events).hasSize(1);
      assertThat(log.lines()).hasSize(1);
      heard.failure = null;
      looks.one();
      assertThat(heard.events).containsExactly("anew [a=1]", "changed [b=1]");
      assertThat(log.lines()).hasSize(2).noneMatch(line -> line.contains("secret"));
    }
  }

  @Test
  void close_endsTheThread() throws Exception {
    Follower follower = started();
    Thread thread = looks.threads.take();
    assertThat(thread.getName()).isEqualTo("mcp-auth-state");
    assertThat(thread.isDaemon()).isTrue();
    follower.close();
    thread.join();
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void feedThatTells_isNeverOldAndHasNoThread() throws Exception {
    InMemoryFeed telling = new InMemoryFeed(clock, 10);
    telling.put("rule", "a", "1", NEVER);
    Follower follower = follower(telling);
    follower.start();
    CompletableFuture<Thread> caller = new CompletableFuture<>();
    heard.onChanged = () -> caller.complete(Thread.currentThread());
    telling.put("rule", "b", "1", NEVER);
    assertThat(caller).isCompletedWithValue(Thread.currentThread());
    assertThat(heard.events).containsExactly("anew [a=1]", "changed [b=1]");
    assertThat(follower.age()).isZero();
    assertThat(looks.threads).isEmpty();
    follower.close();
    telling.put("rule", "c", "1", NEVER);
    assertThat(heard.events).hasSize(2);
    assertThat(follower.age()).as("nobody tells it any more").isPositive();
  }

  @Test
  void feedThatTellsWhatCannotBeTaken_isNotBelievedUntilItCanBe() {
    InMemoryFeed telling = new InMemoryFeed(clock, 10);
    try (Follower follower = follower(telling)) {
      follower.start();
      long since = System.nanoTime();
      heard.failure = new IllegalStateException("a listener");
      telling.put("rule", "a", "1", NEVER);
      long least = elapsed(since);
      assertThat(follower.age().toNanos()).isGreaterThanOrEqualTo(least);
      heard.failure = null;
      telling.put("rule", "b", "1", NEVER);
      assertThat(follower.age()).isZero();
      assertThat(heard.events).containsExactly("anew []", "changed [a=1, b=1]");
    }
  }

  /** The copy is younger than ever then, and none who asks meanwhile is refused for it. */
  @Test
  void feedThatTells_isNotOldWhileItTells() {
    InMemoryFeed telling = new InMemoryFeed(clock, 10);
    try (Follower follower = follower(telling)) {
      follower.start();
      CompletableFuture<Duration> age = new CompletableFuture<>();
      heard.onChanged = () -> age.complete(follower.age());
      telling.put("rule", "a", "1", NEVER);
      assertThat(age).isCompletedWithValue(Duration.ZERO);
    }
  }

  /** A feed that tells nobody, breaks, and is replaced by an older one. */
  private static final class AskedFeed implements Feed {
    private final List<Long> questions = new ArrayList<>();
    private volatile Feed real;
    private volatile boolean broken;
    private final AtomicInteger failsAfter = new AtomicInteger(-1); // questions

    AskedFeed(Feed real) {
      this.real = real;
    }

    @Override
    public Change put(String collection, String key, String value, Instant expiresAt) {
      return real.put(collection, key, value, expiresAt);
    }

    @Override
    public @Nullable Change replace(
        String collection, String key, long seen, String value, Instant expiresAt) {
      return real.replace(collection, key, seen, value, expiresAt);
    }

    @Override
    public @Nullable Change remove(String collection, String key) {
      return real.remove(collection, key);
    }

    @Override
    public @Nullable Change find(String collection, String key) {
      return real.find(collection, key);
    }

    @Override
    public Page after(long number, int most) {
      if (broken || failsAfter.getAndDecrement() == 0) {
        throw new StoreException("The store is down.");
      }
      questions.add(number);
      return real.after(number, most);
    }
  }

  /** What a listener was told. */
  private static final class Heard implements Follower.Listener {
    private final List<String> events = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();
    private volatile @Nullable RuntimeException failure;
    private volatile Runnable onChanged = () -> {};

    @Override
    public void changed(List<Feed.Change> changes) {
      RuntimeException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
      onChanged.run();
      add("changed ", changes);
    }

    @Override
    public void readAnew(List<Feed.Change> entries) {
      add("anew ", entries);
    }

    private void add(String what, List<Feed.Change> changes) {
      List<String> texts = changes.stream().map(c -> c.key() + "=" + c.value()).toList();
      events.add(what + texts);
      sizes.add(changes.size());
      changes.forEach(change -> numbers.add(change.number()));
    }
  }

  /** The pauses of the thread: it looks when it is told to, and whoever tells it waits for it. */
  private static final class Looks {
    private final BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> over = new LinkedBlockingQueue<>();

    void pause() throws InterruptedException {
      if (threads.isEmpty()) {
        threads.add(Thread.currentThread());
      }
      begun.add(1);
      over.take();
    }

    void awaitPause() throws InterruptedException {
      assertThat(begun.poll(60, TimeUnit.SECONDS)).isNotNull();
    }

    void one() throws InterruptedException {
      over.add(1);
      awaitPause();
    }
  }
}
