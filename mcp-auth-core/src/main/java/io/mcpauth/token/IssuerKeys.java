package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, kept and renewed. At most one fetch runs at a time, whatever the crowd.
 *
 * <p>Kept keys are used for {@link #TIME_TO_LIVE}, renewed ahead of its end by whoever comes along,
 * and used for {@link #STALE_BOUND} longer while the provider cannot be reached. A key id that they
 * do not have asks again, once a second at most; this budget is its own, so that neither a flood of
 * unknown ids nor an outage uses up the other's. Where it is used up the answer is 503, because
 * nobody knows whether the token is bad.
 */
final class IssuerKeys {
  static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);
  static final Duration STALE_BOUND = Duration.ofHours(1);
  static final Duration UNKNOWN_KID_INTERVAL = Duration.ofSeconds(1);
  static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

  /** Ids that a fetch has just shown to be unknown; bounded, since callers choose them. */
  private static final int MAX_MISSING = 1000;

  /** The longest wait of a request: discovery in three places and the keys may take more. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final Supplier<List<VerificationKey>> fetch;
  private final Executor executor;
  private final Clock clock;
  private final AtomicReference<@Nullable CompletableFuture<KeySet>> running =
      new AtomicReference<>();
  private volatile @Nullable KeySet kept;
  private volatile Instant lastFailure = Instant.MIN;
  private volatile @Nullable AuthException lastProblem;

  IssuerKeys(Supplier<List<VerificationKey>> fetch, Executor executor, Clock clock) {
    this.fetch = fetch;
    this.executor = executor;
    this.clock = clock;
  }

  /** One answer of the provider. */
  private record KeySet(
      List<VerificationKey> keys, Instant fetchedAt, Instant renewAt, Set<String> missing) {

    List<VerificationKey> find(String algorithm, @Nullable String kid) {
      return keys.stream().filter(key -> key.fits(algorithm, kid)).toList();
    }

    boolean olderThan(Duration age, Instant now) {
      return !now.isBefore(fetchedAt.plus(age));
    }
  }

  /**
   * The keys that may have made a signature; none when the provider was asked and has no such key.
   *
   * @throws AuthException DISCOVERY_FAILED or KEYS_UNAVAILABLE when that cannot be known
   */
  List<VerificationKey> find(String algorithm, @Nullable String kid) {
    Instant now = clock.instant();
    KeySet set = current(now);
    List<VerificationKey> found = set.find(algorithm, kid);
    if (!found.isEmpty()) {
      if (!now.isBefore(set.renewAt())) {
        renewAhead(set, now);
      }
      return found;
    }
    return findAfresh(set, algorithm, kid, now);
  }

  private KeySet current(Instant now) {
    KeySet set = kept;
    if (set != null && !set.olderThan(TIME_TO_LIVE, now)) {
      return set;
    }
    boolean usable = set != null && !set.olderThan(TIME_TO_LIVE.plus(STALE_BOUND), now);
    try {
      requireRetryDue(now);
      return await(renew(set));
    } catch (AuthException e) {
      if (set != null && usable) {
        return set;
      }
      throw e;
    }
  }

  private List<VerificationKey> findAfresh(
      KeySet set, String algorithm, @Nullable String kid, Instant now) {
    String wanted = algorithm + " " + kid;
    if (set.missing().contains(wanted)) {
      return List.of();
    }
    if (!set.olderThan(UNKNOWN_KID_INTERVAL, now)) {
      throw new AuthException(
          ReasonCode.KEYS_UNAVAILABLE,
          Map.of(
              "kid", String.valueOf(kid), "problem", "keys were asked for less than a second ago"));
    }
    requireRetryDue(now);
    KeySet fresh = await(renew(set));
    List<VerificationKey> found = fresh.find(algorithm, kid);
    if (found.isEmpty() && fresh.missing().size() < MAX_MISSING) {
      fresh.missing().add(wanted);
    }
    return found;
  }

  /** After a failure nobody asks again at once, or an outage would get every request's load. */
  private void requireRetryDue(Instant now) {
    AuthException problem = lastProblem;
    if (problem != null
        && now.isBefore(lastFailure.plus(RETRY_INTERVAL))
        && running.get() == null) {
      throw problem;
    }
  }

  private void renewAhead(KeySet set, Instant now) {
    if (running.get() == null
        && (lastProblem == null || !now.isBefore(lastFailure.plus(RETRY_INTERVAL)))) {
      CompletableFuture<KeySet> unused = renew(set); // its outcome is kept, nobody waits
    }
  }

  /** Joins the running fetch, or starts one unless the keys have changed since they were read. */
  @SuppressWarnings("ReferenceEquality") // is it still the very set that was found wanting?
  private CompletableFuture<KeySet> renew(@Nullable KeySet seen) {
    CompletableFuture<KeySet> mine = new CompletableFuture<>();
    CompletableFuture<KeySet> other = running.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    KeySet now = kept;
    if (now != null && now != seen) {
      running.set(null);
      mine.complete(now);
      return mine;
    }
    try {
      executor.execute(() -> fetchInto(mine));
    } catch (RejectedExecutionException e) {
      finish(mine, new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "closed")));
    }
    return mine;
  }

  private void fetchInto(CompletableFuture<KeySet> result) {
    // The age counts from before the request: what the provider removed meanwhile is not missed.
    Instant start = clock.instant();
    try {
      List<VerificationKey> keys = fetch.get();
      long life = TIME_TO_LIVE.toMillis();
      // Renewed between 75 and 95 percent of its life, so that nodes do not ask in step.
      long renewAfter = life * 75 / 100 + ThreadLocalRandom.current().nextLong(life / 5);
      KeySet fresh =
          new KeySet(keys, start, start.plusMillis(renewAfter), ConcurrentHashMap.newKeySet());
      kept = fresh;
      lastProblem = null;
      running.set(null);
      result.complete(fresh);
    } catch (AuthException e) {
      finish(result, e);
    } catch (RuntimeException | Error e) {
      finish(result, new AuthException(ReasonCode.INTERNAL_FAULT, Map.of("problem", e.toString())));
      throw e;
    }
  }

  private void finish(CompletableFuture<KeySet> result, AuthException problem) {
    lastFailure = clock.instant();
    lastProblem = problem;
    running.set(null);
    result.completeExceptionally(problem);
  }

  private static KeySet await(CompletableFuture<KeySet> result) {
    try {
      return result.get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthException problem) {
        throw problem;
      }
      throw new AuthException(ReasonCode.INTERNAL_FAULT, Map.of("problem", e.toString()));
    } catch (TimeoutException e) {
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "still waiting"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "interrupted"));
    }
  }
}
