package io.mcpauth.session;

import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the owner of each MCP session: in memory, or in a store that several instances of a
 * server share.
 *
 * <p>A key is the SHA-256 of an {@code Mcp-Session-Id} in 64 lower-case hexadecimal digits, so a
 * store that leaks gives away no session. An owner is an identity of at most some kilobytes, empty
 * for an anonymous caller.
 *
 * <p>An implementation is used by many threads at once and guarantees that
 *
 * <ul>
 *   <li>each method is atomic, across all instances that share the store: of two {@link #put} with
 *       one key and different owners one fails, of two {@link #replaceOwner} with one expected
 *       owner one returns true;
 *   <li>what a method has written is what every later call sees. A replica that lags behind may
 *       miss a session, which costs its caller a new one; it may never name a former owner;
 *   <li>a session ends some bounded time after it was last used, and its number is bounded in such
 *       a way that no caller can end that of another who has logged in;
 *   <li>a method that cannot do its work throws, within seconds. The caller is then answered 503,
 *       never let in. {@code null} means that the session is not there, not that nobody knows.
 * </ul>
 *
 * <p>Messages of exceptions are not logged. Does not check: whether the server behind still has the
 * session.
 */
public interface SessionStore {
  /**
   * Remembers a session; one that has this very owner counts as used now.
   *
   * @throws IllegalStateException if the session has another owner, or there is no room for it
   */
  void put(String key, String owner);

  /** The owner of a session, which counts as used now; null where it is not there. */
  @Nullable String owner(String key);

  /**
   * Gives a session to another owner, if it has the expected one.
   *
   * @return whether it had
   */
  boolean replaceOwner(String key, String expected, String owner);

  /** Forgets a session; one that is not there is fine. */
  void remove(String key);

  /**
   * Whether all instances of the server share it; what is not is a warning at start where several
   * are declared. False unless an implementation says otherwise.
   */
  default boolean isShared() {
    return false;
  }

  /** A store in the memory of this process, within {@link Limits#defaults()}. */
  static SessionStore inMemory() {
    return inMemory(Limits.defaults(), Clock.systemUTC());
  }

  /** A store in memory with other limits. */
  static SessionStore inMemory(Limits limits) {
    return inMemory(limits, Clock.systemUTC());
  }

  /**
   * A store in the memory of this process. Sessions end with the process, as those of most servers
   * do.
   *
   * @param clock the clock of the idle time
   */
  static SessionStore inMemory(Limits limits, Clock clock) {
    return new InMemorySessions(limits, clock);
  }

  /**
   * The bounds of {@link SessionStore#inMemory(Limits, java.time.Clock)}.
   *
   * @param idle how long a session lasts without being used, one second to 30 days; 24 hours by
   *     default
   * @param perOwner how many sessions an owner may have, 1,000 by default. One more ends the
   *     owner's own that was not used for longest. All anonymous callers together are one owner,
   *     which may have a quarter of all if that is more, and loses the oldest that was not used
   * @param overall how many sessions there may be, 100,000 by default and ten million at most. When
   *     there are so many, a new one ends an anonymous one, or one of its own owner where there is
   *     none; else it is refused, because nobody may end the session of another who has logged in
   */
  record Limits(Duration idle, int perOwner, int overall) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final int MOST = 10_000_000;

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if one is out of range, or an owner may have more sessions
     *     than there may be
     */
    public Limits {
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
    public static Limits defaults() {
      return new Limits(Duration.ofHours(24), 1_000, 100_000);
    }
  }
}
