package io.mcpauth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Remembers for a moment which tokens a provider said no to, so that one that comes again is not
 * asked about again. By their SHA-256, and apart from good verdicts: filling it costs nobody a
 * login. Failures are not remembered.
 */
final class RefusedTokens {
  /** Short: a provider of several nodes may not know a new token everywhere yet. */
  static final Duration KEPT_FOR = Duration.ofSeconds(5);

  private static final int MOST = 10_000;

  private final Clock clock;
  private final Cache<KeptVerdicts.TokenHash, Refused> refused =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfterWrite(KEPT_FOR) // of real time, whatever the clock does
          .executor(Runnable::run)
          .build();

  private record Refused(Refusal refusal, Instant since) {}

  RefusedTokens(Clock clock) {
    this.clock = clock;
  }

  /**
   * Requires that a token is none of them.
   *
   * @throws AuthException what was said of it
   */
  void requireNone(PresentedToken token) {
    Refused known = refused.getIfPresent(token.hash());
    if (known != null) {
      Duration age = Duration.between(known.since(), clock.instant()).abs();
      if (age.compareTo(KEPT_FOR) < 0) {
        throw new AuthException(known.refusal().reason(), known.refusal().facts());
      }
    }
  }

  /**
   * Remembers a token that is not good.
   *
   * @param problem a 401; any other says nothing of the token
   */
  void add(PresentedToken token, AuthException problem) {
    refused.put(token.hash(), new Refused(Refusal.of(problem), clock.instant()));
  }
}
