package io.mcpauth.internal.jose;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of one party, at hand or at an address, and the proof that a JWT is its own.
 *
 * <p>Keys that may verify: RSA of 2048 to 4096 bits, EC on P-256, P-384 or P-521, Ed25519, unless
 * {@code use} or {@code key_ops} say another purpose (RFC 7517 sections 4.2 and 4.3). Others are
 * passed over. Keys at an address are kept for 5 minutes, and for an hour more while it cannot be
 * reached; an unknown key id asks again, once a second at most. Of the keys that fit a signature
 * two are tried.
 */
public final class PublishedKeys {
  /** A party publishes what it likes, and one key before and one after a change are enough. */
  private static final int MOST_CHECKS = 2;

  private final Source source;

  private PublishedKeys(Source source) {
    this.source = source;
  }

  private interface Source {
    VerificationKey signer(SignerSearch search);
  }

  private record AtHand(List<VerificationKey> keys) implements Source {
    @Override
    public VerificationKey signer(SignerSearch search) {
      List<VerificationKey> fitting =
          VerificationKey.fitting(keys, search.algorithm(), search.kid());
      VerificationKey signer =
          search.among(
              fitting.isEmpty() ? VerificationKey.onlyUnnamed(keys, search.algorithm()) : fitting);
      if (signer == null) {
        throw search.failed(); // there is nobody to ask for others
      }
      return signer;
    }
  }

  private record Fetched(IssuerKeys keys) implements Source {
    @Override
    public VerificationKey signer(SignerSearch search) {
      return keys.signer(search);
    }
  }

  /**
   * The keys of a JWK set (RFC 7517 section 5).
   *
   * @param jwkSet with {@code keys}, values as JSON has them
   * @throws IllegalArgumentException if it has no key that may verify
   */
  public static PublishedKeys of(Map<String, ? extends @Nullable Object> jwkSet) {
    List<VerificationKey> keys = JwkSet.of(jwkSet, VerificationKey.DEFAULT_MAX_RSA_BITS).keys();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "The JWK set has no key that may verify a signature. Publish the public half of an RSA"
              + " (2048 to 4096 bits), EC or Ed25519 key.");
    }
    return new PublishedKeys(new AtHand(keys));
  }

  /**
   * The keys of a JWK set that is fetched when it is needed.
   *
   * @param fetch gets the set within limits of its own; throws {@link AuthException} where it
   *     cannot, which then is what {@link #requireSigned} throws
   * @param executor runs at most one fetch of this set at a time
   */
  public static PublishedKeys fetched(
      Supplier<? extends Map<String, ? extends @Nullable Object>> fetch,
      Executor executor,
      Clock clock) {
    return new PublishedKeys(
        new Fetched(new IssuerKeys(() -> usable(fetch.get()), executor, clock)));
  }

  private static List<VerificationKey> usable(Map<String, ? extends @Nullable Object> jwkSet) {
    List<VerificationKey> keys = JwkSet.of(jwkSet, VerificationKey.DEFAULT_MAX_RSA_BITS).keys();
    if (keys.isEmpty()) {
      throw new AuthException(
          ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "no usable key in the answer"));
    }
    return keys;
  }

  /**
   * Refuses a JWT that none of these keys signed. Without a {@code kid} two keys of its algorithm
   * are tried (RFC 7515 appendix D), and one with a {@code kid} that no key has may be of the only
   * key without.
   *
   * @param checks tries keys
   * @throws AuthException {@code KEY_NOT_FOUND} or {@code SIGNATURE_INVALID}; {@code
   *     KEYS_UNAVAILABLE}, {@code KEY_NOT_KNOWN_YET} or {@code OVER_LIMIT} where that cannot be
   *     told now
   */
  public void requireSigned(SignedJwt jwt, SignatureChecks checks) {
    VerificationKey unused =
        source.signer(checks.search(jwt.jwt(), jwt.algorithm(), jwt.keyId(), MOST_CHECKS));
  }
}
