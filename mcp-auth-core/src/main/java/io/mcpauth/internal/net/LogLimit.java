package io.mcpauth.internal.net;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How many refusals are logged: a stranger chooses how many there are, most loggers write one line
 * at a time, and disks fill up. Of each kind some are logged each second, and the rest is counted.
 */
public final class LogLimit {
  /** Enough to see what happens, for each kind. */
  public static final int LINES_PER_SECOND = 10;

  private static final long SECOND = 1_000_000_000L;

  private final LongSupplier nanoTime;
  private final Map<Object, Lines> kinds = new ConcurrentHashMap<>();

  /** With a clock that never goes back, such as {@code System::nanoTime}. */
  public LogLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** What was logged of a kind in its last second, and what was not since. */
  private static final class Lines {
    private long since;
    private int logged;
    private volatile boolean full;
    private volatile long fullUntil;
    private final LongAdder left = new LongAdder();
  }

  /**
   * Counts one: -1 where it is not to be logged, else how many of its kind were not since the last
   * line.
   *
   * @param kind one of a few, such as the reasons
   */
  public long admit(Object kind) {
    Lines lines = kinds.get(kind);
    if (lines == null) {
      lines = kinds.computeIfAbsent(kind, none -> new Lines());
    }
    long now = nanoTime.getAsLong();
    if (lines.full && now - lines.fullUntil < 0) {
      lines.left.increment(); // a flood waits for no lock
      return -1;
    }
    synchronized (lines) {
      if (lines.logged == 0 || now - lines.since >= SECOND) {
        lines.since = now;
        lines.logged = 0;
        lines.full = false;
      }
      if (lines.logged == LINES_PER_SECOND) {
        lines.left.increment();
        return -1;
      }
      lines.logged++;
      if (lines.logged == LINES_PER_SECOND) {
        lines.fullUntil = lines.since + SECOND;
        lines.full = true;
      }
      return lines.left.sumThenReset();
    }
  }
}
