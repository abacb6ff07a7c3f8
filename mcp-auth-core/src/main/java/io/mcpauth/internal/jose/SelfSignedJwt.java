package io.mcpauth.internal.jose;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JWT whose header has the key that signed it, such as a DPoP proof: it proves that its sender
 * has that key, and nothing else. Whose key it is has to be known from elsewhere.
 *
 * <p>Taken apart as strictly as an access token, and not yet proven: canonical base64url, strict
 * JSON, an asymmetric algorithm (RFC 8725 section 3.1), no {@code crit}, {@code b64} or {@code cty}
 * in its header, and in {@code jwk} a public key that fits the algorithm: RSA of 2048 to 4096 bits,
 * EC on P-256, P-384 or P-521, or Ed25519. Addresses and certificates there are not read.
 *
 * <p>Does not check: claims, and the signature until it is asked to.
 */
public final class SelfSignedJwt {
  private final Jwt jwt;
  private final String algorithm;
  private final VerificationKey key;

  private SelfSignedJwt(Jwt jwt, String algorithm, VerificationKey key) {
    this.jwt = jwt;
    this.algorithm = algorithm;
    this.key = key;
  }

  /**
   * Takes a compact JWS apart.
   *
   * @param type the {@code typ} that it has to have, in lower case
   * @param algorithms those that it may be signed with
   * @throws AuthException with the reasons that an access token has for the same fault, such as
   *     {@code TOKEN_MALFORMED}, {@code TOKEN_TYPE_NOT_ACCEPTED} or {@code ALGORITHM_NOT_ALLOWED};
   *     {@code TOKEN_HEADER_NOT_ACCEPTED} where the key is none
   */
  public static SelfSignedJwt parse(String compact, String type, Collection<String> algorithms) {
    Jwt jwt = Jwt.parse(compact);
    JwtHeaderCheck.requireType(jwt.header(), Set.of(type));
    String algorithm = JwtHeaderCheck.algorithmBesideItsKey(jwt.header());
    if (!algorithms.contains(algorithm)) {
      throw new AuthException(ReasonCode.ALGORITHM_NOT_ALLOWED, Map.of("alg", algorithm));
    }
    return new SelfSignedJwt(jwt, algorithm, key(jwt.header().get("jwk"), algorithm));
  }

  private static VerificationKey key(@Nullable Object jwk, String algorithm) {
    if (!(jwk instanceof Map<?, ?> given)) {
      throw refused("jwk is missing or no object");
    }
    Map<String, Object> members = new HashMap<>();
    given.forEach((name, value) -> members.put(String.valueOf(name), value));
    if (VerificationKey.isSecret(given)) {
      throw refused("jwk is no public key"); // a private key that was sent proves nothing any more
    }
    VerificationKey key = VerificationKey.of(members, VerificationKey.DEFAULT_MAX_RSA_BITS);
    if (key == null || !key.fits(algorithm, null)) {
      throw refused("jwk is no key for " + algorithm + ", or too weak or too large");
    }
    return key;
  }

  private static AuthException refused(String problem) {
    return new AuthException(ReasonCode.TOKEN_HEADER_NOT_ACCEPTED, Map.of("problem", problem));
  }

  /** Whether that is an algorithm with which such a JWT may be signed. */
  public static boolean isAlgorithm(String name) {
    return JwtHeaderCheck.isAlgorithm(name);
  }

  /** The SHA-256 thumbprint of its key (RFC 7638). */
  public String thumbprint() {
    return key.thumbprint();
  }

  /** The claims, as JSON has them. Nobody has vouched for them. */
  public Map<String, @Nullable Object> claims() {
    return jwt.claims();
  }

  /**
   * Refuses a JWT that its key did not sign.
   *
   * @param checks tries the key, once for each JWT
   * @throws AuthException {@code SIGNATURE_INVALID}; {@code OVER_LIMIT} where that cannot be told
   *     now
   */
  public void requireSigned(SignatureChecks checks) {
    SignerSearch search = checks.search(jwt, algorithm, null, 1);
    if (search.among(List.of(key)) == null) {
      throw search.failed();
    }
  }

  @Override
  public String toString() {
    return "SelfSignedJwt[elided]";
  }
}
