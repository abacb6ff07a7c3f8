package io.mcpauth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.mcpauth.access.AccessFacts;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a while which tokens were good, so that a busy caller's is verified once. Bounded,
 * keyed by the SHA-256 of the token, which itself is not kept. Refusals are not remembered. Of
 * threads that bring one token at once, one verifies it.
 *
 * <p>Does not check: whether what it remembers is still true. {@link TokenPath} does, each time.
 */
final class KeptVerdicts {
  /** The longest that a verdict is kept, whatever the token's end is. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Duration MAX_WAIT = Duration.ofSeconds(15);

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final Clock clock;
  private final Cache<TokenHash, Kept> verdicts;
  private final CommonParts common = new CommonParts();
  private final LongAdder used = new LongAdder();
  private final LongAdder made = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  /**
   * Verifications that run; empty where a thread gave up for a reason of its own. Apart from the
   * cache, so that tokens that turn out to be bad push no good one out of it.
   */
  private final ConcurrentMap<TokenHash, CompletableFuture<Optional<Verdict>>> running =
      new ConcurrentHashMap<>();

  /**
   * Nothing is known yet.
   *
   * @param bytes the most memory that verdicts take, as far as that can be told
   */
  KeptVerdicts(Clock clock, long bytes) {
    this.clock = clock;
    verdicts =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((TokenHash hash, Kept kept) -> kept.size())
            // of real time, whatever the clock does
            .expireAfter(
                Expiry.writing((TokenHash hash, Kept kept) -> kept.verdict().evidence().keptFor()))
            .executor(Runnable::run) // no thread of the common pool for a few removals
            .build();
  }

  /**
   * A token that was good.
   *
   * @param server whose token it is
   * @param principal its caller
   * @param evidence why it is authentic
   * @param facts what else of a request that rests on
   * @param issuedAt when it was issued, or null where it does not say
   * @param tokenMark of its {@code jti} ({@link AccessFacts#mark})
   * @param sessionMark of its {@code sid}
   * @param confirmation what it is bound to: asked for on each request
   * @param generation the number of the generation that the principal is of
   */
  record Verdict(
      AuthorizationServer server,
      McpPrincipal principal,
      Evidence evidence,
      RequestFacts facts,
      @Nullable Instant issuedAt,
      long tokenMark,
      long sessionMark,
      Confirmation confirmation,
      long generation) {
    @SuppressWarnings("ReferenceEquality") // the very one: nothing to make anew
    private Verdict of(McpPrincipal same) {
      return same == principal
          ? this
          : new Verdict(
              server,
              same,
              evidence,
              facts,
              issuedAt,
              tokenMark,
              sessionMark,
              confirmation,
              generation);
    }
  }

  /**
   * A verdict that is kept.
   *
   * @param size the bytes that it takes
   */
  private record Kept(Verdict verdict, Instant since, int size) {}

  /** SHA-256 (FIPS 180-4) of a token. */
  record TokenHash(long a, long b, long c, long d) implements Comparable<TokenHash> {
    /** Of the token that a header has from some place to its end. */
    static TokenHash of(String header, int start) {
      byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
      // In front of the token there is only what a scheme and white space are made of: ASCII.
      byte[] hash = Opaque.sha256(bytes, start, bytes.length - start);
      return new TokenHash(word(hash, 0), word(hash, 8), word(hash, 16), word(hash, 24));
    }

    private static long word(byte[] hash, int at) {
      return (long) WORDS.get(hash, at);
    }

    /** In base64url, as rules of access name a token. */
    String text() {
      byte[] hash = ByteBuffer.allocate(32).putLong(a).putLong(b).putLong(c).putLong(d).array();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    /** For a map in which somebody has found many of one hash code. */
    @Override
    public int compareTo(TokenHash other) {
      int order = Long.compare(a, other.a);
      order = order == 0 ? Long.compare(b, other.b) : order;
      order = order == 0 ? Long.compare(c, other.c) : order;
      return order == 0 ? Long.compare(d, other.d) : order;
    }

    /** It is a hash already. */
    @Override
    public int hashCode() {
      return (int) a;
    }
  }

  /** The verdict that is kept on a token and holds for its request, or null. */
  @Nullable Verdict kept(PresentedToken token) {
    Verdict verdict = fresh(token.hash());
    return verdict != null && verdict.facts().matches(token) ? verdict : null;
  }

  /** Keeps a verdict for as long as its evidence allows; the one to go on with. */
  Verdict keep(PresentedToken token, Verdict verdict) {
    return keep(token.hash(), verdict);
  }

  /**
   * The verdict on a token: the kept one, or that of a verification, which may be another thread's
   * for the same token. Only for verdicts that rest on the token alone.
   */
  Verdict get(PresentedToken token, Function<PresentedToken, Verdict> verification) {
    TokenHash hash = token.hash();
    while (true) {
      Verdict kept = fresh(hash);
      if (kept != null) {
        return kept;
      }
      CompletableFuture<Optional<Verdict>> mine = new CompletableFuture<>();
      CompletableFuture<Optional<Verdict>> other = running.putIfAbsent(hash, mine);
      if (other == null) {
        return verify(hash, mine, () -> verification.apply(token));
      }
      Optional<Verdict> verdict = await(other);
      if (verdict.isPresent()) {
        return verdict.get();
      }
    }
  }

  /** Forgets a token, so that the next request with it is verified anew. */
  void forget(PresentedToken token) {
    verdicts.invalidate(token.hash());
  }

  /** Counts that a verdict which was kept was enough. */
  void used() {
    used.increment();
  }

  /** Counts a verification. */
  void madeIn(long nanoseconds) {
    made.increment();
    nanos.add(nanoseconds);
  }

  /** What was counted. */
  Verifications counted() {
    return new Verifications(used.sum(), made.sum(), Duration.ofNanos(nanos.sum()));
  }

  /** How many verdicts are kept. */
  long size() {
    verdicts.cleanUp();
    return verdicts.estimatedSize();
  }

  /** How many verdicts are kept on the tokens of each of these servers, by its issuer. */
  Map<String, Long> sizes(List<AuthorizationServer> servers) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    servers.forEach(server -> sizes.put(server.issuer(), 0L));
    verdicts.cleanUp();
    verdicts
        .asMap()
        .values()
        .forEach(kept -> sizes.merge(kept.verdict().server().issuer(), 1L, Long::sum));
    return Collections.unmodifiableMap(sizes);
  }

  /** In either direction: a clock that is set back must not make a verdict last longer. */
  private @Nullable Verdict fresh(TokenHash hash) {
    Kept kept = verdicts.getIfPresent(hash);
    if (kept == null) {
      return null;
    }
    Duration age = Duration.between(kept.since(), clock.instant()).abs();
    return age.compareTo(kept.verdict().evidence().keptFor()) >= 0 ? null : kept.verdict();
  }

  private Verdict keep(TokenHash hash, Verdict verdict) {
    if (verdict.evidence().keptFor().isZero()) {
      return verdict;
    }
    CommonParts.Shared shared = common.share(verdict.principal());
    Verdict kept = verdict.of(shared.principal());
    int size = shared.ownBytes() + verdict.facts().bytes();
    verdicts.put(hash, new Kept(kept, clock.instant(), size));
    return kept;
  }

  private Verdict verify(
      TokenHash hash, CompletableFuture<Optional<Verdict>> mine, Supplier<Verdict> verification) {
    try {
      Verdict kept = fresh(hash); // by a thread that ended since this one looked
      Verdict verdict = kept == null ? keep(hash, verification.get()) : kept;
      running.remove(hash, mine);
      mine.complete(Optional.of(verdict));
      return verdict;
    } catch (AuthException e) {
      giveUp(hash, mine, e);
      throw e;
    } catch (RuntimeException | Error e) {
      giveUp(hash, mine, new AuthException(ReasonCode.INTERNAL_FAULT));
      throw e;
    }
  }

  private void giveUp(
      TokenHash hash, CompletableFuture<Optional<Verdict>> mine, AuthException problem) {
    running.remove(hash, mine);
    if (Thread.currentThread().isInterrupted()) {
      mine.complete(Optional.empty()); // this request was called off, not those that wait
    } else {
      mine.completeExceptionally(problem);
    }
  }

  private static Optional<Verdict> await(CompletableFuture<Optional<Verdict>> verdict) {
    try {
      return verdict.get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthException problem) {
        throw problem;
      }
      throw new AuthException(ReasonCode.INTERNAL_FAULT, Map.of("problem", "verification"));
    } catch (TimeoutException e) {
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "still waiting"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "interrupted"));
    }
  }
}
