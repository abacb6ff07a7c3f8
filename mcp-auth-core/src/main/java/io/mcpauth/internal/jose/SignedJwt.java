package io.mcpauth.internal.jose;

import io.mcpauth.error.AuthException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A signed JWT that is no access token, such as a client's assertion: taken apart as strictly as an
 * access token, and not yet proven. {@link PublishedKeys#requireSigned} proves it.
 *
 * <p>At most 16 KiB, canonical base64url, strict JSON, an asymmetric algorithm (RFC 8725 section
 * 3.1), and no {@code crit}, {@code b64}, {@code cty} or {@code jwk} in its header: a key of the
 * sender's choice proves nothing. Addresses and certificates there are not read.
 *
 * <p>Does not check: type, claims and signature, until it is asked to.
 */
public final class SignedJwt {
  private final Jwt jwt;
  private final String algorithm;
  private final @Nullable String keyId;

  private SignedJwt(Jwt jwt) {
    this.jwt = jwt;
    this.algorithm = JwtHeaderCheck.algorithm(jwt.header());
    this.keyId = JwtHeaderCheck.keyId(jwt.header());
  }

  /**
   * Takes a compact JWS apart.
   *
   * @throws AuthException with the reasons that an access token has for the same fault, such as
   *     {@code TOKEN_MALFORMED}, {@code TOKEN_TOO_LARGE} or {@code ALGORITHM_NOT_ALLOWED}
   */
  public static SignedJwt parse(String compact) {
    return new SignedJwt(Jwt.parse(compact));
  }

  /** Whether that is an algorithm with which such a JWT may be signed. */
  public static boolean isAlgorithm(String name) {
    return JwtHeaderCheck.isAlgorithm(name);
  }

  /** {@code alg} of the header, one of the asymmetric ones. */
  public String algorithm() {
    return algorithm;
  }

  /** A claim as JSON has it, or null where it is absent or null. Nobody has vouched for it. */
  public @Nullable Object claim(String name) {
    return jwt.claims().get(name);
  }

  /**
   * Refuses another {@code typ} than the accepted ones (RFC 8725 section 3.11).
   *
   * @param accepted in lower case, without {@code application/}; the empty string where it may be
   *     absent
   * @throws AuthException {@code TOKEN_TYPE_NOT_ACCEPTED}
   */
  public void requireType(Set<String> accepted) {
    JwtHeaderCheck.requireType(jwt.header(), accepted);
  }

  /**
   * Refuses what is not good now (RFC 7519 section 4.1.4 to 4.1.6): {@code exp} is required, {@code
   * nbf} and {@code iat} are judged where they are there.
   *
   * @param clockSkew how far the clocks may differ
   * @param longest how far ahead {@code exp} may be
   * @return {@code exp}
   * @throws AuthException {@code TOKEN_EXPIRED}, {@code TOKEN_NOT_YET_VALID}, {@code
   *     TOKEN_LIFETIME_TOO_LONG} or {@code CLAIM_INVALID}
   */
  public Instant requireGoodAt(Instant now, Duration clockSkew, Duration longest) {
    return new Lifetime(clockSkew, longest).require(jwt.claims(), now);
  }

  Jwt jwt() {
    return jwt;
  }

  /** {@code kid} of the header, or null where it has none. */
  public @Nullable String keyId() {
    return keyId;
  }

  @Override
  public String toString() {
    return "SignedJwt[elided]";
  }
}
