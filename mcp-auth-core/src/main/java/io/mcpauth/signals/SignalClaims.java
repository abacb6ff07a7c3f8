package io.mcpauth.signals;

import static io.mcpauth.error.ReasonCode.CLAIM_INVALID;
import static io.mcpauth.error.ReasonCode.SIGNAL_INVALID;
import static io.mcpauth.error.ReasonCode.TOKEN_EXPIRED;
import static io.mcpauth.error.ReasonCode.TOKEN_NOT_YET_VALID;
import static io.mcpauth.error.ReasonCode.WRONG_AUDIENCE;
import static io.mcpauth.error.ReasonCode.WRONG_ISSUER;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Lifetime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The claims that every signal has (RFC 8417 section 2.2; OpenID Connect Back-Channel Logout
 * section 2.4), judged as far as that can be without knowing who says them.
 *
 * @param issuer {@code iss}
 * @param tokenId {@code jti}
 * @param issuedAt {@code iat}
 * @param goodUntil when it is too old
 * @param events {@code events}
 * @param all every claim
 */
record SignalClaims(
    String issuer,
    String tokenId,
    Instant issuedAt,
    Instant goodUntil,
    Map<String, @Nullable Object> events,
    Map<String, @Nullable Object> all) {
  /** Transmitters try again for hours where nobody answers; what is older is nobody's news. */
  static final Duration OLDEST = Duration.ofDays(1);

  private static final int LONGEST_ID = 1_024;

  /**
   * What a signal has to fit.
   *
   * @param issuers whose they may be
   * @param audiences one of which it has to name
   * @param clockSkew how far clocks may differ
   */
  record Expected(Predicate<String> issuers, Set<String> audiences, Duration clockSkew) {}

  /**
   * Judges claims.
   *
   * @throws AuthException for the first that does not fit
   */
  static SignalClaims judge(Map<String, @Nullable Object> claims, Expected expected, Instant now) {
    if (!(claims.get("iss") instanceof String issuer) || !expected.issuers().test(issuer)) {
      throw new AuthException(WRONG_ISSUER, Map.of("found", shown(claims.get("iss"))));
    }
    requireAudience(claims.get("aud"), expected.audiences());
    Instant issuedAt = requireTimes(claims, expected.clockSkew(), now);
    if (!(claims.get("jti") instanceof String id) || id.isEmpty() || id.length() > LONGEST_ID) {
      throw invalid("jti");
    }
    return new SignalClaims(
        issuer,
        id,
        issuedAt,
        issuedAt.plus(OLDEST).plus(expected.clockSkew()),
        object(claims.get("events"), "events"), // RFC 8417 section 2.2: required
        claims);
  }

  private static void requireAudience(@Nullable Object aud, Set<String> audiences) {
    boolean named =
        aud instanceof String one
            ? audiences.contains(one)
            : aud instanceof List<?> list
                && list.stream().allMatch(String.class::isInstance)
                && list.stream().anyMatch(audiences::contains);
    if (!named) {
      throw new AuthException(
          WRONG_AUDIENCE, Map.of("expected", audiences.toString(), "found", shown(aud)));
    }
  }

  /** RFC 7519 section 4.1.4 to 4.1.6. A SET has no {@code exp}, so it is its age that ends it. */
  private static Instant requireTimes(
      Map<String, @Nullable Object> claims, Duration skew, Instant now) {
    Instant issuedAt = Lifetime.instant(claims, "iat");
    if (issuedAt == null) {
      throw invalid("iat");
    }
    Instant notBefore = Lifetime.instant(claims, "nbf");
    if (issuedAt.isAfter(now.plus(skew))
        || (notBefore != null && notBefore.isAfter(now.plus(skew)))) {
      throw timed(TOKEN_NOT_YET_VALID, "iat", issuedAt, now);
    }
    if (now.isAfter(issuedAt.plus(OLDEST).plus(skew))) {
      throw timed(TOKEN_EXPIRED, "iat", issuedAt, now);
    }
    Instant expiresAt = Lifetime.instant(claims, "exp");
    if (expiresAt != null && !now.isBefore(expiresAt.plus(skew))) {
      throw timed(TOKEN_EXPIRED, "exp", expiresAt, now);
    }
    return issuedAt;
  }

  /** A claim that is an object. */
  @SuppressWarnings("unchecked") // a parsed object has string keys
  static Map<String, @Nullable Object> object(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw invalid(name);
  }

  /** What a description tells whoever made it; the name is one of a few here, and no value. */
  static AuthException invalid(String claim) {
    return new AuthException(
        CLAIM_INVALID, "The claim " + claim + " is missing or malformed", Map.of("claim", claim));
  }

  /** What is wrong beside single claims. */
  static AuthException invalid(String problem, Map<String, String> facts) {
    return new AuthException(SIGNAL_INVALID, problem, facts);
  }

  private static AuthException timed(ReasonCode reason, String claim, Instant at, Instant now) {
    return new AuthException(reason, Map.of(claim, at.toString(), "now", now.toString()));
  }

  private static String shown(@Nullable Object value) {
    return value instanceof String || value instanceof List<?>
        ? value.toString()
        : "neither a string nor strings";
  }

  @Override
  public String toString() {
    return "SignalClaims[elided]";
  }
}
