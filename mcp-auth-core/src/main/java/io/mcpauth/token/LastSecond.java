package io.mcpauth.token;

import java.util.Arrays;

/**
 * The last questions, and when they were asked: so many in any second. For one thread at a time.
 */
final class LastSecond {
  private static final long SECOND = 1000;

  /** The oldest at {@link #next}; in milliseconds. */
  private final long[] asked;

  private int next;

  LastSecond(int most) {
    asked = new long[most];
    Arrays.fill(asked, Long.MIN_VALUE / 2);
  }

  boolean isFull(long now) {
    long oldest = asked[next];
    // A clock that was set back holds nobody up.
    return now >= oldest && now - oldest < SECOND;
  }

  void take(long now) {
    asked[next] = now;
    next = (next + 1) % asked.length;
  }
}
