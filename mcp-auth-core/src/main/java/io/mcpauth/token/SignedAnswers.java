package io.mcpauth.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.internal.jose.VerificationKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens signed answers about tokens (RFC 9701 section 5): type, issuer, audience, time, and the
 * signature by a key of the issuer.
 *
 * @param server whose answers
 * @param clientId who asked, which is their audience; null for nobody
 * @param keys of the issuer
 * @param checks tries them
 * @param clockSkew how far the clocks may differ
 */
record SignedAnswers(
    AuthorizationServer server,
    @Nullable String clientId,
    IssuerKeys keys,
    SignatureChecks checks,
    Duration clockSkew,
    Clock clock) {
  /** RFC 9701 section 4. */
  static final String MEDIA_TYPE = "application/token-introspection+jwt";

  /** Without the prefix, which may be left out (RFC 7515 section 4.1.9). */
  private static final Set<String> TYPES = Set.of("token-introspection+jwt");

  /** An answer is made for its question: an older one is somebody's copy. */
  private static final Duration OLDEST = Duration.ofMinutes(1);

  /**
   * What an answer says.
   *
   * @throws AuthException INTROSPECTION_FAILED if it is not this server's answer to this client
   */
  Map<String, @Nullable Object> open(byte[] body) {
    try {
      Jwt jwt = Jwt.parse(new String(body, ISO_8859_1));
      String algorithm = JwtHeaderCheck.algorithm(jwt.header());
      JwtHeaderCheck.requireType(jwt.header(), TYPES);
      Map<String, @Nullable Object> answer = answer(jwt.claims());
      VerificationKey unused =
          keys.signer(
              checks.search(
                  jwt, algorithm, JwtHeaderCheck.keyId(jwt.header()), JwtVerification.MOST_CHECKS));
      return answer;
    } catch (AuthException e) {
      if (e.reason().status() == 503) {
        throw e; // its keys cannot be had
      }
      throw Introspector.failed("the signed answer: " + e.reason(), null);
    }
  }

  private Map<String, @Nullable Object> answer(Map<String, @Nullable Object> claims) {
    Object iss = claims.get("iss");
    boolean its = server.issuer().equals(iss) || server.metadataIssuer().equals(iss);
    if (!its && !(iss instanceof String name && server.acceptedIssuers().contains(name))) {
      throw Introspector.failed("the signed answer is another issuer's", null);
    }
    Object aud = claims.get("aud");
    if (clientId == null
        || !(aud instanceof List<?> list ? list : List.of(text(aud))).contains(clientId)) {
      throw Introspector.failed("the signed answer is for somebody else", null);
    }
    Instant issuedAt = Lifetime.instant(claims, "iat");
    Instant now = clock.instant();
    if (issuedAt == null
        || issuedAt.isAfter(now.plus(clockSkew))
        || issuedAt.isBefore(now.minus(clockSkew).minus(OLDEST))) {
      throw Introspector.failed("the signed answer is not of now", null);
    }
    if (!(claims.get("token_introspection") instanceof Map<?, ?> found)) {
      throw Introspector.failed("the signed answer has no token_introspection", null);
    }
    return members(found);
  }

  private static String text(@Nullable Object aud) {
    return aud instanceof String text ? text : "";
  }

  @SuppressWarnings("unchecked") // of a JSON object
  private static Map<String, @Nullable Object> members(Map<?, ?> object) {
    return (Map<String, @Nullable Object>) object;
  }
}
