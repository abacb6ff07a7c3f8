package io.mcpauth.session;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one asker may have the store do, so that nobody's questions keep others from theirs: four at
 * once, whose connections are a part of any pool, and so many in a second. All anonymous callers
 * together are one asker. Whoever has four waits a second at most, on a thread that counts among
 * his own requests.
 */
final class Turns {
  /** What a look costs. */
  static final int LOOK = 1;

  /** What it costs to open or claim a session: some statements, and one that writes. */
  static final int CHANGE = 10;

  static final int AT_ONCE = 4;
  static final int ANONYMOUS_IN_A_SECOND = 1_000;
  static final int CALLER_IN_A_SECOND = 500;
  private static final long WAIT_MILLIS = 1_000;

  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, Line> lines = new ConcurrentHashMap<>();
  private final AtomicReference<Second> second = new AtomicReference<>(new Second(0));

  Turns(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Those of one asker who wait or have their turn; changed only while the map holds it. */
  private static final class Line {
    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private int askers;
  }

  /** What was spent in one second, by asker. */
  private static final class Second {
    private final long number;
    private final ConcurrentMap<String, Integer> spent = new ConcurrentHashMap<>();

    Second(long number) {
      this.number = number;
    }
  }

  /**
   * Asks when it is the asker's turn.
   *
   * @throws AuthException OVER_LIMIT if he has asked too much, or his questions take too long
   */
  <T extends @Nullable Object> T take(String asking, int cost, Supplier<T> question) {
    if (now().spent.merge(asking, cost, Integer::sum) > most(asking)) {
      throw overLimit();
    }
    Line line = join(asking);
    try {
      if (!line.turns.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw overLimit();
      }
      try {
        return question.get();
      } finally {
        line.turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw overLimit();
    } finally {
      leave(asking);
    }
  }

  /** How many have lines now. */
  int askers() {
    return lines.size();
  }

  private Line join(String asking) {
    return lines.compute(
        asking,
        (same, known) -> {
          Line line = known == null ? new Line() : known;
          line.askers++;
          return line;
        });
  }

  private void leave(String asking) {
    lines.computeIfPresent(asking, (same, line) -> --line.askers == 0 ? null : line);
  }

  private Second now() {
    long number = TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong());
    return second.updateAndGet(last -> last.number == number ? last : new Second(number));
  }

  private static int most(String asking) {
    return asking.equals(Sessions.NOBODY) ? ANONYMOUS_IN_A_SECOND : CALLER_IN_A_SECOND;
  }

  private static AuthException overLimit() {
    return new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", "sessions"));
  }
}
