package io.mcpauth.internal.jose;

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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, kept and renewed. At most one fetch runs at a time, whatever the crowd.
 *
 * <p>Kept keys are used for {@link #TIME_TO_LIVE}, renewed ahead of its end by whoever comes along,
 * and used for {@link #STALE_BOUND} longer while the provider cannot be reached. A key id that they
 * do not have asks again, once a second at most; this budget is its own, so that neither a flood of
 * unknown ids nor the renewals use up the other's. An id counts as unknown only for a request that
 * came before the fetch began, and for a second; else the answer is 503, because nobody knows
 * whether the token is bad.
 */
public final class IssuerKeys {
  public static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);
  static final Duration STALE_BOUND = Duration.ofHours(1);
  static final Duration UNKNOWN_KID_INTERVAL = Duration.ofSeconds(1);
  static final Duration SIGNATURE_INTERVAL = Duration.ofSeconds(1);
  public static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

  /** Ids that a fetch has just shown to be unknown; bounded, since callers choose them. */
  private static final int MAX_MISSING = 1000;

  /** The longest wait of a request: discovery in three places and the keys may take more. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  /**
   * And where keys are at hand, so that a provider that hangs does not hang its users. Counts from
   * the start of the fetch: whoever comes later does not wait at all, or a flood of unknown ids
   * would hold a thread for each.
   */
  private static final Duration KEPT_WAIT = Duration.ofSeconds(1);

  private final Supplier<List<VerificationKey>> fetch;
  private final Executor executor;
  private final Clock clock;
  private final LongUnaryOperator belowAtRandom;
  private final AtomicReference<@Nullable CompletableFuture<KeySet>> running =
      new AtomicReference<>();
  private volatile long runningSince;
  private final AtomicLong asked = new AtomicLong();
  private volatile @Nullable KeySet kept;
  private final AtomicLong failures = new AtomicLong();
  private final LongAdder signatureChecks = new LongAdder();
  private Instant lastUnknown = Instant.EPOCH;
  private volatile Instant lastSignature = Instant.EPOCH;
  private volatile Instant lastFailure = Instant.EPOCH;
  private volatile @Nullable AuthException lastProblem;

  public IssuerKeys(Supplier<List<VerificationKey>> fetch, Executor executor, Clock clock) {
    this(fetch, executor, clock, bound -> ThreadLocalRandom.current().nextLong(bound));
  }

  /**
   * With a chance of its own.
   *
   * @param belowAtRandom a number from 0 to below the one that it is given
   */
  IssuerKeys(
      Supplier<List<VerificationKey>> fetch,
      Executor executor,
      Clock clock,
      LongUnaryOperator belowAtRandom) {
    this.fetch = fetch;
    this.executor = executor;
    this.clock = clock;
    this.belowAtRandom = belowAtRandom;
  }

  /** One answer of the provider, the {@code number}-th time it was asked. */
  private record KeySet(
      long number,
      List<VerificationKey> keys,
      Instant fetchedAt,
      Instant renewAt,
      Set<String> missing,
      Set<String> ofUnnamed) {

    List<VerificationKey> find(String algorithm, @Nullable String kid) {
      List<VerificationKey> named = VerificationKey.fitting(keys, algorithm, kid);
      return named.isEmpty() && kid != null && ofUnnamed.contains(kid) ? unnamed(algorithm) : named;
    }

    /** What a token with an id that no key has may be signed with: the one key without an id. */
    List<VerificationKey> unnamed(String algorithm) {
      return VerificationKey.onlyUnnamed(keys, algorithm);
    }

    /** A signature has shown that the key without an id is known by this one: no more fetches. */
    void proven(VerificationKey signer, @Nullable String kid) {
      if (kid != null && signer.kid() == null && ofUnnamed.size() < MAX_MISSING) {
        ofUnnamed.add(kid);
      }
    }

    boolean has(String kid) {
      return keys.stream().anyMatch(key -> kid.equals(key.kid()));
    }

    @SuppressWarnings("ReferenceEquality") // mostly it is the very one
    boolean publishes(VerificationKey key) {
      for (VerificationKey known : keys) {
        if (known == key || known.thumbprint().equals(key.thumbprint())) {
          return true;
        }
      }
      return false;
    }

    /** Whether this answer has just shown that there is no such key. */
    boolean lacks(String wanted, Instant now) {
      return missing.contains(wanted) && !olderThan(UNKNOWN_KID_INTERVAL, now);
    }

    boolean olderThan(Duration age, Instant now) {
      return apart(fetchedAt, now, age);
    }
  }

  /**
   * The keys that may have made a signature; none when the provider was asked and has no such key.
   *
   * @throws AuthException DISCOVERY_FAILED or KEYS_UNAVAILABLE when that cannot be known
   */
  public List<VerificationKey> find(String algorithm, @Nullable String kid) {
    long askedBefore = asked.get();
    Instant now = clock.instant();
    KeySet set = current(now);
    List<VerificationKey> found = set.find(algorithm, kid);
    if (!found.isEmpty()) {
      if (!now.isBefore(set.renewAt())) {
        renewAhead(set, now);
      }
      return found;
    }
    if (kid != null && set.has(kid)) {
      // The id is known, and only the algorithm is not its own: nobody has to wait to be told so.
      return findRenewed(algorithm, kid, List.of());
    }
    String wanted = algorithm + " " + kid;
    if (set.number() <= askedBefore && !set.lacks(wanted, now)) {
      requireRetryDue(now);
      set = askAgain(set, now);
      found = set.find(algorithm, kid);
    }
    return found.isEmpty() ? missing(set, wanted, askedBefore, now) : found;
  }

  /**
   * The key that made the signature of a JWT; asks the issuer again where none of the known ones
   * did, since a provider may put a new key under an old id (Casdoor names keys by certificate).
   *
   * <p>An id that the issuer has no key of may be that of its one key without an id.
   *
   * @throws AuthException SIGNATURE_INVALID or KEY_NOT_FOUND; DISCOVERY_FAILED, KEYS_UNAVAILABLE,
   *     KEY_NOT_KNOWN_YET or OVER_LIMIT when that cannot be known
   */
  public VerificationKey signer(SignerSearch search) {
    try {
      VerificationKey signer = signerAmongKnown(search);
      KeySet set = kept;
      if (set != null) {
        set.proven(signer, search.kid());
      }
      return signer;
    } finally {
      signatureChecks.add(search.checks());
    }
  }

  private VerificationKey signerAmongKnown(SignerSearch search) {
    List<VerificationKey> known;
    try {
      known = find(search.algorithm(), search.kid());
    } catch (AuthException e) {
      return signerWithoutId(search, e);
    }
    if (known.isEmpty()) {
      known = unnamed(search); // the issuer was asked for the id, and has none of it
    }
    VerificationKey signer = search.among(known);
    if (signer == null) {
      signer = search.among(findRenewed(search.algorithm(), search.kid(), known));
    }
    if (signer == null) {
      throw search.failed();
    }
    return signer;
  }

  /**
   * The key without an id, where the issuer cannot be asked for that of the token: a signature
   * proves more than an id does. If it is not its own, nobody knows.
   */
  private VerificationKey signerWithoutId(SignerSearch search, AuthException undecided) {
    List<VerificationKey> unnamed = unnamed(search);
    VerificationKey signer = unnamed.isEmpty() ? null : search.among(unnamed);
    if (signer == null) {
      throw undecided;
    }
    return signer;
  }

  private List<VerificationKey> unnamed(SignerSearch search) {
    KeySet set = kept;
    String kid = search.kid();
    return set == null || kid == null || set.has(kid)
        ? List.of()
        : search.candidates(set.unnamed(search.algorithm()));
  }

  /**
   * The keys of that id after asking again, because none of the known ones made a signature; the
   * known ones where they were asked for shortly before, or where asking fails.
   */
  private List<VerificationKey> findRenewed(
      String algorithm, @Nullable String kid, List<VerificationKey> known) {
    Instant now = clock.instant();
    try {
      KeySet set = afterBadSignature(now);
      List<VerificationKey> renewed = set.find(algorithm, kid);
      if (renewed.isEmpty() && kid != null && !known.isEmpty() && !set.has(kid)) {
        renewed = set.unnamed(algorithm);
      }
      return renewed.isEmpty() ? known : renewed;
    } catch (AuthException e) {
      return known; // the signature is bad by what is known, and the outage has its own answer
    }
  }

  /**
   * Whether the issuer still publishes a key; asks when its time has come.
   *
   * @throws AuthException DISCOVERY_FAILED or KEYS_UNAVAILABLE when that cannot be known
   */
  public boolean publishes(VerificationKey key) {
    Instant now = clock.instant();
    KeySet set = current(now);
    if (!now.isBefore(set.renewAt())) {
      renewAhead(set, now);
    }
    return set.publishes(key);
  }

  /** The number of the issuer's answer whose keys are kept; 0 where there is none. */
  public long answer() {
    KeySet set = kept;
    return set == null ? 0 : set.number();
  }

  /**
   * Whether a signature that no key of an answer made would be found to be nobody's again: the keys
   * are the same, and it is not yet time to ask for others.
   */
  public boolean stillFails(long number) {
    KeySet set = kept;
    if (set == null || set.number() != number || running.get() != null) {
      return false;
    }
    Instant now = clock.instant();
    return !apart(lastSignature, now, SIGNATURE_INTERVAL) && !set.olderThan(TIME_TO_LIVE, now);
  }

  /** Fetches the keys ahead of the first token; tells null, or why they could not be had. */
  public void warmUp(Consumer<@Nullable Throwable> outcome) {
    CompletableFuture<KeySet> unused =
        renew(kept).whenComplete((set, problem) -> outcome.accept(problem));
  }

  /**
   * What can be seen of the keys.
   *
   * @param keys how many are kept
   * @param lastSuccess when the fetch began that brought them, or null
   * @param fetches how often they were asked for
   * @param failures how many of these failed
   * @param problem why the last fetch failed, or null where it succeeded
   * @param signatureChecks how often a key was tried on a signature
   */
  public record State(
      int keys,
      @Nullable Instant lastSuccess,
      long fetches,
      long failures,
      @Nullable ReasonCode problem,
      long signatureChecks) {}

  /** What can be seen of the keys now. */
  public State state() {
    KeySet set = kept;
    AuthException problem = lastProblem;
    return new State(
        set == null ? 0 : set.keys().size(),
        set == null ? null : set.fetchedAt(),
        asked.get(),
        failures.get(),
        problem == null ? null : problem.reason(),
        signatureChecks.sum());
  }

  /** The answer to one question for a crowd: who may not ask waits for whoever does. */
  private KeySet afterBadSignature(Instant now) {
    CompletableFuture<KeySet> fetch;
    boolean mayAsk = false;
    if (apart(lastSignature, now, SIGNATURE_INTERVAL)) {
      synchronized (this) {
        mayAsk = apart(lastSignature, now, SIGNATURE_INTERVAL);
        fetch = mayAsk ? renew(kept) : running.get();
        if (mayAsk) {
          lastSignature = now; // last, or a thread could see the budget taken and no fetch yet
        }
      }
    } else {
      fetch = running.get(); // not before the budget is seen taken, for the same reason
    }
    KeySet latest = kept;
    if (fetch == null && latest != null) {
      return latest; // renewed since this one looked, or asked for shortly before
    }
    CompletableFuture<KeySet> answer = fetch == null ? renew(latest) : fetch;
    return mayAsk ? await(answer, MAX_WAIT) : awaitBriefly(answer);
  }

  private KeySet current(Instant now) {
    KeySet set = kept;
    if (set != null && !set.olderThan(TIME_TO_LIVE, now)) {
      return set;
    }
    boolean usable = set != null && !set.olderThan(TIME_TO_LIVE.plus(STALE_BOUND), now);
    try {
      requireRetryDue(now);
      return usable ? awaitBriefly(renew(set)) : await(renew(set), MAX_WAIT);
    } catch (AuthException e) {
      if (set != null && usable) {
        return set;
      }
      throw e;
    }
  }

  /** Starts a fetch where the budget allows one, else joins one that runs. */
  private KeySet askAgain(KeySet set, Instant now) {
    CompletableFuture<KeySet> fetch = takeUnknownBudget(now) ? renew(set) : running.get();
    if (fetch != null) {
      return awaitBriefly(fetch);
    }
    KeySet latest = kept;
    return latest == null ? set : latest;
  }

  private synchronized boolean takeUnknownBudget(Instant now) {
    if (!apart(lastUnknown, now, UNKNOWN_KID_INTERVAL)) {
      return false;
    }
    lastUnknown = now;
    return true;
  }

  /** No key, where a fetch that began after the request arrived has shown so; else nobody knows. */
  private static List<VerificationKey> missing(
      KeySet set, String wanted, long askedBefore, Instant now) {
    if (set.number() > askedBefore) {
      if (set.missing().size() < MAX_MISSING) {
        set.missing().add(wanted);
      }
      return List.of();
    }
    if (set.lacks(wanted, now)) {
      return List.of();
    }
    throw undecided(wanted);
  }

  private static AuthException undecided(String wanted) {
    return new AuthException(ReasonCode.KEY_NOT_KNOWN_YET, Map.of("key", wanted));
  }

  /** In either direction: a clock that is set back must not make anything last longer. */
  private static boolean apart(Instant then, Instant now, Duration distance) {
    return Duration.between(then, now).abs().compareTo(distance) >= 0;
  }

  /** After a failure nobody asks again at once, or an outage would get every request's load. */
  private void requireRetryDue(Instant now) {
    AuthException problem = lastProblem;
    if (problem != null && !apart(lastFailure, now, RETRY_INTERVAL) && running.get() == null) {
      throw problem;
    }
  }

  private void renewAhead(KeySet set, Instant now) {
    if (running.get() == null && (lastProblem == null || apart(lastFailure, now, RETRY_INTERVAL))) {
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
    runningSince = System.nanoTime();
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
    } catch (RuntimeException | Error e) { // no thread to be had: the next one may try again
      finish(mine, new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "no thread")));
    }
    return mine;
  }

  private void fetchInto(CompletableFuture<KeySet> result) {
    // The age counts from before the request: what the provider removed meanwhile is not missed.
    Instant start = clock.instant();
    long number = asked.incrementAndGet();
    try {
      List<VerificationKey> keys = fetch.get();
      long life = TIME_TO_LIVE.toMillis();
      // Renewed between 75 and 95 percent of its life, so that nodes do not ask in step.
      long renewAfter = life * 75 / 100 + belowAtRandom.applyAsLong(life / 5);
      KeySet fresh =
          new KeySet(
              number,
              keys,
              start,
              start.plusMillis(renewAfter),
              ConcurrentHashMap.newKeySet(),
              ConcurrentHashMap.newKeySet());
      kept = fresh;
      lastProblem = null;
      running.set(null);
      result.complete(fresh);
    } catch (AuthException e) {
      failures.incrementAndGet();
      finish(result, e);
    } catch (RuntimeException | Error e) {
      failures.incrementAndGet();
      finish(
          result,
          new AuthException(ReasonCode.INTERNAL_FAULT, Map.of("problem", e.getClass().getName())));
      throw e;
    }
  }

  private void finish(CompletableFuture<KeySet> result, AuthException problem) {
    lastFailure = clock.instant();
    lastProblem = problem;
    running.set(null);
    result.completeExceptionally(problem);
  }

  private KeySet awaitBriefly(CompletableFuture<KeySet> result) {
    Duration left = KEPT_WAIT.minusNanos(System.nanoTime() - runningSince);
    return await(result, left.isNegative() ? Duration.ZERO : left);
  }

  private static KeySet await(CompletableFuture<KeySet> result, Duration longest) {
    try {
      return result.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthException problem) {
        throw problem;
      }
      throw new AuthException(ReasonCode.INTERNAL_FAULT, Map.of("problem", e.getClass().getName()));
    } catch (TimeoutException e) {
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "still waiting"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "interrupted"));
    }
  }
}
