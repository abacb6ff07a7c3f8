package io.mcpauth;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many refusals are logged: a stranger chooses how many there are, most loggers write one line
 * at a time, and disks fill up. Of each kind some are logged each second, and the rest is counted.
 */
final class LogLimit {
  /** Enough to see what happens, for each kind. */
  static final int LINES_PER_SECOND = 10;

  private static final long SECOND = 1_000_000_000L;

  private final LongSupplier nanoTime;
  private final Map<Object, Lines> kinds = new HashMap<>();

  LogLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** What was logged of a kind in its last second, and what was not since. */
  private static final class Lines {
    private long since;
    private int logged;
    private long left;
  }

  /**
   * Counts one: -1 where it is not to be logged, else how many of its kind were not since the last
   * line.
   *
   * @param kind one of a few, such as the reasons
   */
  synchronized long admit(Object kind) {
    long now = nanoTime.getAsLong();
    Lines lines = kinds.computeIfAbsent(kind, none -> new Lines());
    if (lines.logged == 0 || now - lines.since >= SECOND) {
      lines.since = now;
      lines.logged = 0;
    }
    if (lines.logged == LINES_PER_SECOND) {
      lines.left++;
      return -1;
    }
    lines.logged++;
    long left = lines.left;
    lines.left = 0;
    return left;
  }
}
