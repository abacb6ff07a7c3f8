package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.INTERNAL_FAULT;
import static io.mcpauth.error.ClientException.Reason.INTERRUPTED;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.jose.Opaque;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what callers' tokens were exchanged for, by the SHA-256 of the caller's, which itself
 * is not kept. Of threads that bring one token at once, one exchanges it.
 */
final class ExchangedTokens {
  static final int MAX_TOKENS = 10_000;

  /** How long a refusal is repeated to the same caller. */
  static final Duration PROBLEM_LIFE = Duration.ofSeconds(1);

  /** A token shall not end on its way to the target. */
  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(5);

  private static final int MAX_PROBLEMS = 1_000;

  private final String issuer;
  private final Clock clock;
  private final Cache<String, Kept<AccessToken>> tokens = cache(MAX_TOKENS);

  /** Apart, so that callers who are refused push no good token out. */
  private final Cache<String, Kept<ClientException>> problems = cache(MAX_PROBLEMS);

  /** Exchanges that run; empty where a thread gave up for a reason of its own. */
  private final ConcurrentMap<String, CompletableFuture<Optional<AccessToken>>> running =
      new ConcurrentHashMap<>();

  ExchangedTokens(String issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  private record Kept<T>(T value, Instant since, Duration life) {
    /** In either direction: a clock that is set back must not make anything last longer. */
    boolean isGoodAt(Instant now) {
      return Duration.between(since, now).abs().compareTo(life) < 0;
    }
  }

  /**
   * What a caller's token stands for: the kept answer, or that of the exchange.
   *
   * @param goodUntil when the caller's token ends
   */
  AccessToken get(SubjectToken subject, Instant goodUntil, RenewedToken.Request exchange)
      throws ClientException {
    String hash = Opaque.hash(subject.value());
    while (true) {
      AccessToken kept = kept(hash, goodUntil);
      if (kept != null) {
        return kept;
      }
      CompletableFuture<Optional<AccessToken>> mine = new CompletableFuture<>();
      CompletableFuture<Optional<AccessToken>> other = running.putIfAbsent(hash, mine);
      if (other == null) {
        return exchange(hash, goodUntil, mine, exchange);
      }
      Optional<AccessToken> answer = Waiting.await(other, issuer);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
  }

  void clear() {
    tokens.invalidateAll();
    problems.invalidateAll();
  }

  /** How many tokens are kept. */
  long size() {
    tokens.cleanUp();
    return tokens.estimatedSize();
  }

  private @Nullable AccessToken kept(String hash, Instant goodUntil) throws ClientException {
    Instant now = clock.instant();
    Kept<AccessToken> token = tokens.getIfPresent(hash);
    if (token != null && token.isGoodAt(now) && now.isBefore(goodUntil)) {
      return token.value();
    }
    Kept<ClientException> problem = problems.getIfPresent(hash);
    if (problem != null && problem.isGoodAt(now)) {
      throw problem.value();
    }
    return null;
  }

  private AccessToken exchange(
      String hash,
      Instant goodUntil,
      CompletableFuture<Optional<AccessToken>> mine,
      RenewedToken.Request exchange)
      throws ClientException {
    try {
      AccessToken kept = kept(hash, goodUntil); // by a thread that ended since this one looked
      AccessToken token = kept == null ? exchange.send() : kept;
      if (kept == null) {
        keep(hash, token, goodUntil);
      }
      running.remove(hash, mine);
      mine.complete(Optional.of(token));
      return token;
    } catch (ClientException e) {
      giveUp(hash, mine, e);
      throw e;
    } catch (RuntimeException | Error e) {
      giveUp(hash, mine, ClientException.noToken(INTERNAL_FAULT, issuer, e.getClass().getName()));
      throw e;
    }
  }

  private void keep(String hash, AccessToken token, Instant goodUntil) {
    Instant now = clock.instant();
    Duration tenth = token.life().dividedBy(10);
    Duration margin = tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN;
    Instant end = token.expiresAt().minus(margin);
    Duration life = Duration.between(now, end.isBefore(goodUntil) ? end : goodUntil);
    if (!life.isNegative() && !life.isZero()) {
      tokens.put(hash, new Kept<>(token, now, life));
    }
  }

  private void giveUp(
      String hash, CompletableFuture<Optional<AccessToken>> mine, ClientException problem) {
    if (problem.reason() == INTERRUPTED) {
      running.remove(hash, mine);
      mine.complete(Optional.empty()); // this caller was called off, not those that wait
      return;
    }
    if (problem.reason() != CLOSED) {
      problems.put(hash, new Kept<>(problem, clock.instant(), PROBLEM_LIFE));
    }
    running.remove(hash, mine);
    mine.completeExceptionally(problem);
  }

  /** Bounded, and rid of what has ended by real time, whatever the clock does. */
  private static <T> Cache<String, Kept<T>> cache(int size) {
    return Caffeine.newBuilder()
        .maximumSize(size)
        .expireAfter(Expiry.<String, Kept<T>>creating((hash, kept) -> kept.life()))
        .executor(Runnable::run) // no thread of the common pool for a few removals
        .build();
  }
}
