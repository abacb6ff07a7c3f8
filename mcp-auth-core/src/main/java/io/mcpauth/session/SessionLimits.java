package io.mcpauth.session;

import java.time.Duration;

/**
 * The bounds of {@link SessionStore#inMemory(SessionLimits, java.time.Clock)}.
 *
 * @param idle how long a session lasts without being used, one second to 30 days; 24 hours by
 *     default
 * @param perOwner how many sessions an owner may have, 1,000 by default. One more ends the owner's
 *     own that was not used for longest. All anonymous callers together are one owner, which may
 *     have a quarter of all if that is more, and loses the oldest
 * @param overall how many sessions there may be, 100,000 by default and ten million at most. When
 *     there are so many, a new one ends one of its own owner; it is refused where the owner has
 *     none, because nobody may end another's
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
}
