package io.mcpauth.token;

import static io.mcpauth.error.ReasonCode.CLAIM_INVALID;
import static io.mcpauth.error.ReasonCode.PROOF_OF_POSSESSION_MISSING;
import static io.mcpauth.error.ReasonCode.TOKEN_EXPIRED;
import static io.mcpauth.error.ReasonCode.TOKEN_NOT_YET_VALID;
import static io.mcpauth.error.ReasonCode.WRONG_AUDIENCE;
import static io.mcpauth.error.ReasonCode.WRONG_ISSUER;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges what an authentic token says: issuer, audience, lifetime and kind. The only place that
 * makes a {@link McpPrincipal}. Pure: no I/O, and the time is an argument.
 *
 * @param issuers the accepted {@code iss} values of all authorization servers
 * @param audience whether an {@code aud} value is this resource
 * @param clockSkew how far the clocks may differ
 * @param exposeClaims the claims that the principal keeps
 */
record ClaimsCheck(
    Set<String> issuers, Predicate<String> audience, Duration clockSkew, Set<String> exposeClaims) {
  /** A day short of what an Instant holds, so that the clock skew can be added. */
  private static final BigDecimal LAST_SECOND =
      BigDecimal.valueOf(Instant.MAX.minus(Duration.ofDays(1)).getEpochSecond());

  McpPrincipal mint(TokenClaims claims, Instant now) {
    TokenKind.requireAccessToken(claims);
    String issuer = requireIssuer(claims);
    requireAudience(claims);
    Instant expiresAt = requireLifetime(claims, now);
    if (claims.get("cnf") != null) {
      // RFC 7800 section 3.1: who cannot check the confirmation must not treat it as a bearer
      // token.
      throw new AuthException(PROOF_OF_POSSESSION_MISSING);
    }
    String subject = text(claims, "sub");
    String clientId = firstText(claims, List.of("client_id", "azp", "appid", "cid"));
    if (subject == null && clientId == null) {
      throw invalid("sub");
    }
    return new McpPrincipal(
        issuer, subject, clientId, scopes(claims), Scheme.BEARER, expiresAt, exposed(claims));
  }

  private String requireIssuer(TokenClaims claims) {
    Object iss = claims.get("iss");
    if (iss instanceof String issuer && issuers.contains(issuer)) {
      return issuer; // RFC 9068 section 4: exact, and one string
    }
    throw wrongIssuer(iss, issuers);
  }

  static AuthException wrongIssuer(@Nullable Object found, Set<String> expected) {
    return new AuthException(
        WRONG_ISSUER, Map.of("expected", expected.toString(), "found", shown(found)));
  }

  /** A claim for the operator: strings alone, because an object may hold anything. */
  private static String shown(@Nullable Object claim) {
    if (claim instanceof String text) {
      return text;
    }
    if (claim instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.toString();
    }
    return claim == null ? "none" : "neither a string nor strings";
  }

  /** RFC 9068 section 4, RFC 8707 section 2: the token was issued for this resource. */
  private void requireAudience(TokenClaims claims) {
    Object aud = claims.get("aud");
    List<?> values = aud instanceof List<?> list ? list : aud == null ? List.of() : List.of(aud);
    boolean ours = false;
    for (Object value : values) {
      if (!(value instanceof String text)) {
        throw wrongAudience(aud); // RFC 7519 section 4.1.3: strings only
      }
      ours |= audience.test(text);
    }
    if (!ours) {
      throw wrongAudience(aud);
    }
  }

  private static AuthException wrongAudience(@Nullable Object found) {
    return new AuthException(WRONG_AUDIENCE, Map.of("found", shown(found)));
  }

  private Instant requireLifetime(TokenClaims claims, Instant now) {
    Instant expiresAt = instant(claims, "exp");
    if (expiresAt == null) {
      throw invalid("exp"); // optional in RFC 7519, required by RFC 9068 section 2.2
    }
    if (!now.isBefore(expiresAt.plus(clockSkew))) {
      throw timed(TOKEN_EXPIRED, "exp", expiresAt, now);
    }
    for (String claim : List.of("nbf", "iat")) {
      Instant from = instant(claims, claim);
      if (from != null && from.isAfter(now.plus(clockSkew))) {
        throw timed(TOKEN_NOT_YET_VALID, claim, from, now);
      }
    }
    return expiresAt;
  }

  private AuthException timed(ReasonCode reason, String claim, Instant at, Instant now) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(claim, at.toString());
    facts.put("now", now.toString());
    facts.put("clock_skew", clockSkew.toString());
    return new AuthException(reason, facts);
  }

  /** A NumericDate (RFC 7519 section 2), fractions allowed. */
  private static @Nullable Instant instant(TokenClaims claims, String name) {
    Object value = claims.get(name);
    if (value == null) {
      return null;
    }
    BigDecimal seconds =
        value instanceof BigDecimal decimal
            ? decimal
            : value instanceof Long whole ? BigDecimal.valueOf(whole) : number(value, name);
    // Compared before it is expanded: 1e300 has three hundred digits.
    if (seconds.signum() < 0 || seconds.compareTo(LAST_SECOND) > 0) {
      throw invalid(name);
    }
    return Instant.ofEpochSecond(seconds.longValue());
  }

  /** A number as a verifier of the application's own may give it. */
  private static BigDecimal number(Object value, String name) {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return BigDecimal.valueOf(number.doubleValue());
    }
    throw invalid(name);
  }

  /** {@code scope} as a string (RFC 9068 section 2.2.3), {@code scp} as providers send it. */
  private static Set<String> scopes(TokenClaims claims) {
    String name = claims.get("scope") != null ? "scope" : "scp";
    Object value = claims.get(name);
    if (value == null) {
      return Set.of();
    }
    List<String> scopes = new ArrayList<>();
    if (value instanceof String text) {
      scopes.addAll(List.of(text.split(" ", -1)));
    } else if (value instanceof List<?> list) {
      for (Object scope : list) {
        if (!(scope instanceof String text)) {
          throw invalid(name);
        }
        scopes.add(text);
      }
    } else {
      throw invalid(name);
    }
    scopes.removeIf(String::isEmpty);
    return new LinkedHashSet<>(scopes);
  }

  private Map<String, Object> exposed(TokenClaims claims) {
    Map<String, Object> exposed = new LinkedHashMap<>();
    for (String name : exposeClaims) {
      Object value = claims.get(name);
      if (value != null) {
        exposed.put(name, value);
      }
    }
    return exposed;
  }

  private static @Nullable String firstText(TokenClaims claims, List<String> names) {
    for (String name : names) {
      String value = text(claims, name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static @Nullable String text(TokenClaims claims, String name) {
    Object value = claims.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof String text
        && !text.isEmpty()
        && text.chars().noneMatch(Character::isISOControl)) {
      return text; // it becomes the caller's name, in logs and as a key
    }
    throw invalid(name);
  }

  private static AuthException invalid(String claim) {
    return new AuthException(CLAIM_INVALID, Map.of("claim", claim));
  }
}
