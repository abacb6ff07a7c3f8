package io.mcpauth;

import io.mcpauth.error.ReasonCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many refusals are logged: a stranger chooses how many there are, most loggers write one line
 * at a time, and disks fill up. Of each reason some are logged each second, the rest is counted.
 */
final class LogLimit {
  /** Enough to see what happens, for each reason. */
  static final int LINES_PER_SECOND = 10;

  private static final long SECOND = 1_000_000_000L;

  private final LongSupplier nanoTime;
  private final Map<ReasonCode, Lines> reasons = new EnumMap<>(ReasonCode.class);

  LogLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** What was logged of a reason in its last second, and what was not since. */
  private static final class Lines {
    private long since;
    private int logged;
    private long left;
  }

  /**
   * Counts a refusal: -1 where it is not to be logged, else how many of its reason were not since
   * the last line.
   */
  synchronized long admit(ReasonCode reason) {
    long now = nanoTime.getAsLong();
    Lines lines = reasons.computeIfAbsent(reason, none -> new Lines());
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
