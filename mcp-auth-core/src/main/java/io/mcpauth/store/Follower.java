package io.mcpauth.store;

import io.mcpauth.internal.net.RepeatedLook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the copy of a {@link Feed} that one node has: reads it once at the start, and follows it
 * from there, by asking every 250 to 400 ms where the feed cannot tell. Part of the machinery
 * behind {@code ResourceServer}.
 *
 * <p>What was read is as old as the question that it answers: {@link #age()} is of real time, and
 * grows while the store does not answer. Used by all threads.
 */
public final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  static final int SHORTEST_PAUSE_MILLIS = 250;
  static final int LONGEST_PAUSE_MILLIS = 400;
  static final int PAGE = 1_000;

  /** Half of the time for which a feed tells what was removed. */
  private static final Duration READ_ANEW_AFTER = Duration.ofMinutes(30);

  private final Feed feed;
  private final Listener listener;
  private final RepeatedLook.Pause pause;
  private final Logger log;
  private final Object lock = new Object();
  private long seen; // under the lock
  private boolean complete; // under the lock: everything was read once
  private boolean failing; // under the lock
  private boolean doubtful; // under the lock: the last question failed
  private volatile boolean untold; // something was not told, or will not be
  private volatile @Nullable Read read;
  private volatile boolean closed;
  private @Nullable Runnable told;
  private @Nullable RepeatedLook looks;

  /** Who keeps the copy. Called by one thread at a time, and never while another call runs. */
  public interface Listener {
    /**
     * Some entries have changed.
     *
     * @param changes in order
     */
    void changed(List<Feed.Change> changes);

    /**
     * These are all entries there are; whatever else was known is gone.
     *
     * @param entries in order of their numbers
     */
    void readAnew(List<Feed.Change> entries);

    /** The store was asked, whether or not it answered: the copy may be too old by now. */
    default void looked() {}
  }

  /**
   * When something was read.
   *
   * @param nanos when the question was put, by {@link System#nanoTime}
   * @param asked the same by the clock of the machine, which goes on where a machine is halted
   * @param now the time of the store in the answer
   */
  private record Read(long nanos, Instant asked, Instant now) {
    /** The longer of what both say: a clock that is set back makes nothing younger. */
    Duration age() {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - nanos);
      Duration told = Duration.between(asked, Instant.now());
      return told.compareTo(elapsed) > 0 ? told : elapsed;
    }
  }

  Follower(Feed feed, Listener listener, RepeatedLook.Pause pause) {
    this(feed, listener, pause, LOG);
  }

  Follower(Feed feed, Listener listener, RepeatedLook.Pause pause, Logger log) {
    this.feed = feed;
    this.listener = listener;
    this.pause = pause;
    this.log = log;
  }

  /**
   * Reads everything, and follows from there.
   *
   * @throws StoreException if the store does not answer
   */
  public static Follower start(Feed feed, Listener listener) {
    Follower follower = new Follower(feed, listener, Follower::pause);
    follower.start();
    return follower;
  }

  void start() {
    told = feed.onChange(this::look);
    try {
      catchUp();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    if (told == null) {
      looks =
          RepeatedLook.start(
              "state",
              this::look,
              pause,
              e -> log.error("The store could not be asked: {}", e.getClass().getName()));
    }
  }

  /** So that many nodes do not ask at once (at 3 questions a second and node, on average). */
  private static void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(
        ThreadLocalRandom.current().nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS + 1));
  }

  /**
   * Reads what has changed now: for whoever has just changed something.
   *
   * @throws StoreException if the store does not answer
   */
  public void catchUp() {
    synchronized (lock) {
      boolean done = false;
      try {
        readWhatIsNew();
        done = true;
      } finally {
        untold = closed || !done;
      }
    }
  }

  /** Under the lock. */
  private void readWhatIsNew() {
    Read before = read;
    if (!complete || before == null) {
      readAnew();
      return;
    }
    Instant asked = Instant.now();
    long nanos = System.nanoTime();
    boolean again = doubtful && seen > 0;
    doubtful = true; // until all is told
    Feed.Page page = feed.after(again ? seen - 1 : seen, PAGE);
    if (!goesOn(page, before, again)) {
      readAnew();
      return;
    }
    page = tell(page);
    doubtful = false;
    read = new Read(nanos, asked, page.now());
  }

  /**
   * Whether these are the changes after those that are known. Under the lock.
   *
   * @param again whether the last change that was seen was asked for once more, after a failure: a
   *     backup may have been restored meanwhile, and written to before this node heard of it. Where
   *     that change has gone, others may have gone with it
   */
  private boolean goesOn(Feed.Page page, Read before, boolean again) {
    if (page.last() < seen) {
      log.warn(
          "The store has lost its last changes: number {} after {}. What it still has is read"
              + " anew; look whether cut-offs are missing.",
          page.last(),
          seen);
      return false;
    }
    List<Feed.Change> changes = page.changes();
    boolean gone = again && (changes.isEmpty() || changes.get(0).number() != seen);
    return !gone && Duration.between(before.now(), page.now()).compareTo(READ_ANEW_AFTER) <= 0;
  }

  /** Tells all changes, beginning with those of a page, and returns the last page. */
  private Feed.Page tell(Feed.Page first) {
    Feed.Page page = first;
    while (true) {
      List<Feed.Change> changes =
          page.changes().stream().filter(change -> change.number() > seen).toList();
      if (!changes.isEmpty()) {
        listener.changed(changes);
        seen = numberOfLast(changes);
      }
      if (page.changes().size() < PAGE) {
        return page;
      }
      page = feed.after(seen, PAGE);
    }
  }

  /** Under the lock. */
  private void readAnew() {
    complete = false;
    Instant asked = Instant.now();
    long nanos = System.nanoTime();
    List<Feed.Change> all = new ArrayList<>();
    long number = 0;
    Feed.Page page;
    do {
      page = feed.after(number, PAGE);
      all.addAll(page.changes());
      number = page.changes().isEmpty() ? number : numberOfLast(page.changes());
    } while (page.changes().size() == PAGE);
    listener.readAnew(List.copyOf(all));
    seen = number;
    complete = true;
    doubtful = false;
    read = new Read(nanos, asked, page.now());
  }

  private static long numberOfLast(List<Feed.Change> changes) {
    return changes.get(changes.size() - 1).number();
  }

  /** A look of nobody's: a store that does not answer is told once, and once when it does again. */
  private void look() {
    synchronized (lock) {
      try {
        catchUp();
        if (failing) {
          log.info("The store answers again.");
          failing = false;
        }
      } catch (RuntimeException e) {
        if (!failing) {
          String problem = e instanceof StoreException ? e.getMessage() : e.getClass().getName();
          log.warn("The store does not answer, what it said last is used: {}", problem);
          failing = true;
        }
      } finally {
        listener.looked(); // also after an error, such as a lack of memory
      }
    }
  }

  /**
   * How old the copy may be: the time since a question that was answered; zero where it is told, as
   * long as nobody closed it and nothing failed with what was told last.
   */
  public Duration age() {
    Read last = read;
    if (last == null) {
      return Duration.ofDays(1); // closed before it had read anything
    }
    return told == null || untold ? last.age() : Duration.ZERO;
  }

  /**
   * The time of the store, as far as it can be told without asking: the clock here may be wrong.
   */
  public Instant now() {
    Read last = read;
    return last == null ? Instant.EPOCH : last.now().plus(last.age());
  }

  /** Ends the thread. */
  @Override
  public void close() {
    closed = true;
    untold = true;
    Runnable end = told;
    if (end != null) {
      end.run();
    }
    RepeatedLook thread = looks;
    if (thread != null) {
      thread.close();
    }
  }
}
