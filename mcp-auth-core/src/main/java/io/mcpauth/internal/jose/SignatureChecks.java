package io.mcpauth.internal.jose;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Tries keys on signatures, a few at one time: a check is the dearest thing that a stranger can ask
 * for, and those that need none must not wait for it. A key that did not make a signature is
 * remembered for a while and not tried on it again. That stays true for ever, whatever keys come
 * and go, so the memory can refuse nothing that would be good; it holds no good verdict, so filling
 * it evicts none.
 */
public final class SignatureChecks {
  /** Each of them holds a thread. */
  private static final int LEAST_WAITING = 32;

  private static final int YIELDS = 16;

  private static final int MOST_REMEMBERED = 10_000;

  private final Semaphore running;
  private final int mostWaiting;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder made = new LongAdder();
  private final Cache<NotSignedBy, Boolean> failed =
      Caffeine.newBuilder()
          .maximumSize(MOST_REMEMBERED)
          .expireAfterAccess(Duration.ofMinutes(10))
          .executor(Runnable::run)
          .build();

  /**
   * A key that did not make a signature.
   *
   * @param jwt the SHA-256 of the JWT, signature included
   * @param thumbprint of the key
   */
  private record NotSignedBy(String jwt, String thumbprint) implements Comparable<NotSignedBy> {
    /** For a map in which somebody has found many of one hash code. */
    @Override
    public int compareTo(NotSignedBy other) {
      int order = jwt.compareTo(other.jwt);
      return order == 0 ? thumbprint.compareTo(other.thumbprint) : order;
    }
  }

  private SignatureChecks(int atOnce) {
    this.running = new Semaphore(atOnce);
    this.mostWaiting = Math.max(LEAST_WAITING, 8 * atOnce);
  }

  /** On a half of the processors of this machine. */
  public static SignatureChecks onHalfTheProcessors() {
    return atOnce(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  static SignatureChecks atOnce(int checks) {
    return new SignatureChecks(checks);
  }

  /**
   * A search for the key that made the signature of a JWT.
   *
   * @param algorithm {@code alg} of the header
   * @param kid that of the header, or null
   * @param most how many keys are tried
   */
  public SignerSearch search(Jwt jwt, String algorithm, @Nullable String kid, int most) {
    return new SignerSearch(this, jwt, algorithm, kid, most);
  }

  /** Whether it is known that the key did not make the signature. */
  boolean hasFailed(SignerSearch search, VerificationKey key) {
    return failed.estimatedSize() > 0
        && failed.getIfPresent(new NotSignedBy(search.digest(), key.thumbprint())) != null;
  }

  /**
   * Whether the key made the signature.
   *
   * @throws AuthException OVER_LIMIT where so many checks run that this one had to wait too long
   */
  boolean verifies(SignerSearch search, VerificationKey key) {
    boolean signed;
    begin(search);
    made.increment();
    try {
      signed = key.verifies(search.algorithm(), search.jwt());
    } finally {
      running.release();
    }
    if (!signed) {
      failed.put(new NotSignedBy(search.digest(), key.thumbprint()), true);
    }
    return signed;
  }

  /** How many checks were made. */
  public long made() {
    return made.sum();
  }

  private void begin(SignerSearch search) {
    if (running.tryAcquire() || hasItsTurnSoon()) {
      return;
    }
    if (waiting.incrementAndGet() > mostWaiting) {
      waiting.decrementAndGet();
      throw overLimit();
    }
    long start = System.nanoTime();
    try {
      if (!running.tryAcquire(search.patience(), TimeUnit.NANOSECONDS)) {
        throw overLimit();
      }
      search.waited(System.nanoTime() - start);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw overLimit();
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** A check is shorter than it takes to put a thread to sleep and to wake it up. */
  @SuppressWarnings("ThreadPriorityCheck") // saves work where it helps, and nothing rests on it
  private boolean hasItsTurnSoon() {
    for (int i = 0; i < YIELDS; i++) {
      Thread.yield(); // not a spin: on few processors another request has work meanwhile
      if (running.tryAcquire()) {
        return true;
      }
    }
    return false;
  }

  private static AuthException overLimit() {
    return new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", "signature checks"));
  }
}
