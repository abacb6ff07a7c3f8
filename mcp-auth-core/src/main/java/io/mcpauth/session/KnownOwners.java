package io.mcpauth.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Owners of sessions that this node has read a moment ago, so that a session in use costs no
 * question. Only of those who have logged in: such an owner never changes. That a session has ended
 * on another node is learned when the moment is over.
 */
final class KnownOwners {
  /** Some 6 MB. What is pushed out is read again, and only a session that there is gets in. */
  private static final int MOST = 20_000;

  private final Clock clock;
  private final long keptMillis;
  private final Cache<String, Known> owners =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  /** Under the lock. */
  private long endings;

  /**
   * One of them.
   *
   * @param readAt when the store was asked
   */
  private record Known(String owner, long readAt) {}

  /**
   * None yet.
   *
   * @param kept how long an owner serves without being read again
   */
  KnownOwners(Clock clock, Duration kept) {
    this.clock = clock;
    this.keptMillis = kept.toMillis();
  }

  /** The owner of a session; null where the store has to be asked. */
  @Nullable String owner(String key) {
    Known known = owners.getIfPresent(key);
    // In either direction: a clock that is set back must not make it serve longer.
    return known == null || Math.abs(clock.millis() - known.readAt) >= keptMillis
        ? null
        : known.owner;
  }

  /** To be asked before the store is: what is read before a session ends here must not be kept. */
  synchronized long endings() {
    return endings;
  }

  /** Keeps what was read or written. */
  synchronized void keep(String key, String owner, long before) {
    if (before == endings && !owner.equals(Sessions.NOBODY)) {
      owners.put(key, new Known(owner, clock.millis()));
    }
  }

  /** A session is not there. Strangers may ask for many such, which must not disturb the others. */
  void absent(String key) {
    owners.invalidate(key);
  }

  /** A session has ended here. */
  synchronized void forget(String key) {
    endings++;
    owners.invalidate(key);
  }
}
