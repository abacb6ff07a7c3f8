package io.mcpauth.store;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A follower without a thread: who simulates one says when it looks. */
public final class FollowedByHand {
  /** How many changes are asked for at a time. */
  public static final int PAGE = Follower.PAGE;

  /** How long a question may take to a database that says nothing. */
  public static final Duration LONGEST_SILENCE =
      JdbcStore.DEFAULT_TIMEOUT.plusMillis(Database.NETWORK_GRACE_MILLIS);

  private FollowedByHand() {}

  /** A follower that looks when it is told to ({@link Follower#catchUp}). */
  public static Follower of(Feed feed, Follower.Listener listener) {
    return new Follower(feed, listener, () -> {});
  }

  /** How long the thread of a follower would wait until its next look. */
  public static long pauseMicros(Random random) {
    long shortest = TimeUnit.MILLISECONDS.toMicros(Follower.SHORTEST_PAUSE_MILLIS);
    long longest = TimeUnit.MILLISECONDS.toMicros(Follower.LONGEST_PAUSE_MILLIS);
    return shortest + random.nextInt((int) (longest - shortest) + 1);
  }
}
