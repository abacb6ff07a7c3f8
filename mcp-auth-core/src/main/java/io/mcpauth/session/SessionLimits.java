package io.mcpauth.session;

import java.time.Duration;

/**
 * How many MCP sessions there may be, and for how long: on all nodes together where they share a
 * store, else on each.
 *
 * @param idle how long a session lasts without being used, one second to 30 days; 24 hours by
 *     default. In a store that outlives the process it is pushed on now and then and not with each
 *     use, so that a session may end up to a twelfth earlier
 * @param perOwner how many sessions an owner may have, 1,000 by default. One more ends the owner's
 *     own that was not used for longest. All anonymous callers together are one owner, which may
 *     have a quarter of all if that is more, and loses the oldest that was not used
 * @param overall how many sessions there may be, 100,000 by default and ten million at most. When
 *     there are so many, a new one ends an anonymous one, or one of its own owner where there is
 *     none; else it is refused, because nobody may end the session of another who has logged in.
 *     Where nodes share a store each counts every ten seconds, so that there may be more by what
 *     the others open meanwhile
 */
public record SessionLimits(Duration idle, int perOwner, int overall) {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final int MOST = 10_000_000;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is out of range, or an owner may have more sessions
   *     than there may be
   */
  public SessionLimits {
    if (idle.compareTo(SHORTEST) < 0 || idle.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "Idle time "
              + idle
              + " of sessions is out of range. Write "
              + SHORTEST
              + " to "
              + LONGEST
              + ".");
    }
    if (overall < 1 || overall > MOST) {
      throw new IllegalArgumentException(
          "Limit of " + overall + " sessions is out of range. Write 1 to " + MOST + ".");
    }
    if (perOwner < 1 || perOwner > overall) {
      throw new IllegalArgumentException(
          "Limit of "
              + perOwner
              + " sessions for each owner is out of range. Write 1 to the "
              + overall
              + " that there may be overall.");
    }
  }

  /** 24 hours, 1,000 for each owner, 100,000 overall. */
  public static SessionLimits defaults() {
    return new SessionLimits(Duration.ofHours(24), 1_000, 100_000);
  }

  /** How many all anonymous callers together may have: nobody can tell them apart. */
  int anonymous() {
    return Math.max(perOwner, overall / 4);
  }
}
