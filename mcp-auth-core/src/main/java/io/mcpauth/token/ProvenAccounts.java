package io.mcpauth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.mcpauth.client.AccessToken;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an authorization server said of ids and secrets, by the SHA-256 of both: neither is kept. A
 * token for as long as it lasts and {@link #LONGEST} at most, so that a secret that was withdrawn
 * there is of no use here soon after.
 */
final class ProvenAccounts {
  /** The longest that a token stands for an id and a secret. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  /** For how long a refusal is repeated to the same id and secret. */
  static final Duration REFUSED_FOR = Duration.ofSeconds(30);

  /** For how long a fault is repeated to the same. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  /** A token shall not end on its way. */
  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(5);

  private static final long TOKEN_BYTES = 8_000_000;
  private static final int ENTRY_BYTES = 200;
  private static final int MAX_REFUSALS = 1_000;
  private static final int MAX_KNOWN = 10_000;

  private final Clock clock;
  private final Cache<String, Kept<String>> tokens =
      Caffeine.newBuilder()
          .maximumWeight(TOKEN_BYTES)
          .weigher((String hash, Kept<String> kept) -> ENTRY_BYTES + kept.value().length())
          .expireAfter(Expiry.<String, Kept<String>>writing((hash, kept) -> kept.life()))
          .executor(Runnable::run) // no thread of the common pool for a few removals
          .build();

  /** Apart, so that who is refused pushes no good token out. */
  private final Cache<String, Kept<AuthException>> refusals =
      Caffeine.newBuilder()
          .maximumSize(MAX_REFUSALS)
          .expireAfter(Expiry.<String, Kept<AuthException>>writing((hash, kept) -> kept.life()))
          .executor(Runnable::run)
          .build();

  /** Which were good when they were last asked about. */
  private final Cache<String, Boolean> known =
      Caffeine.newBuilder().maximumSize(MAX_KNOWN).executor(Runnable::run).build();

  ProvenAccounts(Clock clock) {
    this.clock = clock;
  }

  private record Kept<T>(T value, Instant since, Duration life) {
    /** In either direction: a clock that is set back must not make anything last longer. */
    boolean isGoodAt(Instant now) {
      return Duration.between(since, now).abs().compareTo(life) < 0;
    }

    @Override
    public String toString() {
      return "Kept[elided]"; // a token, mostly
    }
  }

  /**
   * The token that stands for an id and a secret, or null.
   *
   * @throws AuthException that these were refused with
   */
  @Nullable String token(String hash) {
    Instant now = clock.instant();
    Kept<String> token = tokens.getIfPresent(hash);
    if (token != null && token.isGoodAt(now)) {
      return token.value();
    }
    Kept<AuthException> refusal = refusals.getIfPresent(hash);
    if (refusal != null && refusal.isGoodAt(now)) {
      throw refusal.value();
    }
    return null;
  }

  /** Whether these were good when they were last asked about. */
  boolean isKnown(String hash) {
    return known.getIfPresent(hash) != null;
  }

  /**
   * Keeps a token.
   *
   * @param end when it ends by its own word, which may be before its server said
   */
  void keep(String hash, AccessToken token, Instant end) {
    Instant now = clock.instant();
    Duration left =
        Duration.between(now, token.expiresAt().isBefore(end) ? token.expiresAt() : end);
    Duration tenth = left.dividedBy(10);
    Duration life = left.minus(tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN);
    if (life.compareTo(Duration.ZERO) > 0) {
      Duration bounded = life.compareTo(LONGEST) < 0 ? life : LONGEST;
      tokens.put(hash, new Kept<>(token.value(), now, bounded));
    }
    refusals.invalidate(hash);
    known.put(hash, true);
  }

  /** Forgets a token that is no longer good, though its account may be. */
  void forget(String hash, String token) {
    tokens.asMap().computeIfPresent(hash, (same, kept) -> kept.value().equals(token) ? null : kept);
  }

  /** Remembers why there is no token, as long as that is about this id and secret. */
  void refused(String hash, AuthException why) {
    if (why.reason().status() == 401) {
      known.invalidate(hash);
      refusals.put(hash, new Kept<>(why, clock.instant(), REFUSED_FOR));
    } else if (why.reason() != ReasonCode.OVER_LIMIT) {
      refusals.put(hash, new Kept<>(why, clock.instant(), PAUSE));
    }
  }
}
