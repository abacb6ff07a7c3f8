package io.mcpauth.metadata;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a mirrored document serves.
 *
 * @param fresh after this it is fetched again, and served meanwhile
 * @param bound after this it is not served any more, whatever its issuer does
 * @param retry the pause after a fetch that failed
 * @param patience how long requests wait where there is nothing to serve, from the start of the
 *     fetch
 */
record Freshness(Duration fresh, Duration bound, Duration retry, Duration patience) {
  /**
   * 5 minutes, 24 hours, 5 seconds, 4 seconds: the impatient among the clients wait 5 seconds for
   * the answer (mcp-remote).
   */
  static final Freshness DEFAULT =
      new Freshness(
          Duration.ofMinutes(5),
          Duration.ofHours(24),
          Duration.ofSeconds(5),
          Duration.ofSeconds(4));

  /** In either direction: a clock that is set back must not make anything last longer. */
  static boolean apart(Instant then, Instant now, Duration distance) {
    return Duration.between(then, now).abs().compareTo(distance) >= 0;
  }
}
