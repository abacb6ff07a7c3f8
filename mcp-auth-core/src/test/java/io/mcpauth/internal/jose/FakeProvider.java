package io.mcpauth.internal.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An issuer's key endpoint that a test rotates, breaks and stalls. */
public final class FakeProvider implements Supplier<List<VerificationKey>> {
  private static final Map<String, Object> PUBLIC_KEY = publicKey();

  private final AtomicInteger fetches = new AtomicInteger();
  private volatile List<VerificationKey> keys = List.of();
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable Stall stall;

  /** A fetch that hangs: {@code entered} says that it has begun, {@code release} lets it end. */
  public record Stall(CountDownLatch entered, CountDownLatch release) {}

  public FakeProvider(String... kids) {
    publish(kids);
  }

  /** Keys of these ids; an empty one is a key without an id. */
  public void publish(String... kids) {
    keys = Arrays.stream(kids).map(FakeProvider::key).toList();
    failure = null;
  }

  public void fail(RuntimeException problem) {
    failure = problem;
  }

  public Stall stallNext() {
    Stall next = new Stall(new CountDownLatch(1), new CountDownLatch(1));
    stall = next;
    return next;
  }

  public int fetches() {
    return fetches.get();
  }

  @Override
  public List<VerificationKey> get() {
    fetches.incrementAndGet();
    List<VerificationKey> answer = keys;
    Stall hang = stall;
    if (hang != null) {
      stall = null;
      hang.entered().countDown();
      await(hang.release());
    }
    RuntimeException problem = failure;
    if (problem != null) {
      throw problem;
    }
    return answer;
  }

  public static void await(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The test is stuck");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE);
    }
  }

  private static VerificationKey key(String kid) {
    Map<String, Object> jwk = new HashMap<>(PUBLIC_KEY);
    if (!kid.isEmpty()) {
      jwk.put("kid", kid);
    }
    return Objects.requireNonNull(VerificationKey.of(jwk, VerificationKey.DEFAULT_MAX_RSA_BITS));
  }

  private static Map<String, Object> publicKey() {
    try {
      RSAKey key = new RSAKeyGenerator(2048).generate();
      return key.toPublicJWK().toJSONObject();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
