package io.mcpauth.internal.jose;

import static io.mcpauth.error.ReasonCode.CLAIM_INVALID;
import static io.mcpauth.error.ReasonCode.TOKEN_EXPIRED;
import static io.mcpauth.error.ReasonCode.TOKEN_LIFETIME_TOO_LONG;
import static io.mcpauth.error.ReasonCode.TOKEN_NOT_YET_VALID;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.NumericDate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a token is good (RFC 7519 section 4.1.4 to 4.1.6).
 *
 * @param clockSkew how far the clocks may differ
 * @param longest the longest that a token may last
 */
public record Lifetime(Duration clockSkew, Duration longest) {
  /** When the token ends, if it is good now. */
  public Instant require(Map<String, ? extends @Nullable Object> claims, Instant now) {
    Instant expiresAt = instant(claims, "exp");
    if (expiresAt == null) {
      throw invalid("exp"); // optional in RFC 7519, required by RFC 9068 section 2.2
    }
    requireNotExpired(expiresAt, now);
    for (String claim : List.of("nbf", "iat")) {
      Instant from = instant(claims, claim);
      if (from != null && from.isAfter(now.plus(clockSkew))) {
        throw timed(TOKEN_NOT_YET_VALID, claim, from, now);
      }
    }
    if (Duration.between(now, expiresAt).compareTo(longest.plus(clockSkew)) > 0) {
      throw timed(TOKEN_LIFETIME_TOO_LONG, "exp", expiresAt, now);
    }
    return expiresAt;
  }

  public void requireNotExpired(Instant expiresAt, Instant now) {
    if (!now.isBefore(goodUntil(expiresAt))) {
      throw timed(TOKEN_EXPIRED, "exp", expiresAt, now);
    }
  }

  /** The first instant at which a token is no longer good. */
  public Instant goodUntil(Instant expiresAt) {
    return expiresAt.plus(clockSkew);
  }

  /** The first instant of this clock at which the issuer's clock may have said so. */
  public Instant earliest(Instant issuedAt) {
    return issuedAt.minus(clockSkew);
  }

  private AuthException timed(ReasonCode reason, String claim, Instant at, Instant now) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(claim, at.toString());
    facts.put("now", now.toString());
    facts.put("clock_skew", clockSkew.toString());
    if (reason == TOKEN_LIFETIME_TOO_LONG) {
      facts.put("longest", longest.toString());
    }
    return new AuthException(reason, facts);
  }

  /** A NumericDate (RFC 7519 section 2), fractions allowed; null where the claim is absent. */
  public static @Nullable Instant instant(
      Map<String, ? extends @Nullable Object> claims, String name) {
    Object value = claims.get(name);
    if (value == null) {
      return null;
    }
    Instant at = NumericDate.of(value);
    if (at == null) {
      throw invalid(name);
    }
    return at;
  }

  private static AuthException invalid(String claim) {
    return new AuthException(CLAIM_INVALID, Map.of("claim", claim));
  }
}
