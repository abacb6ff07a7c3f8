package io.mcpauth.token;

import static io.mcpauth.error.ReasonCode.CLAIM_INVALID;
import static io.mcpauth.error.ReasonCode.NOT_AN_ACCESS_TOKEN;
import static io.mcpauth.error.ReasonCode.PROOF_OF_POSSESSION_MISSING;
import static io.mcpauth.error.ReasonCode.WRONG_ISSUER;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.Scheme;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges what an authentic token says: kind, issuer, audience, lifetime, and whether it was cut
 * off. The only place that makes a {@link McpPrincipal}. Pure: no I/O, and the time is an argument.
 *
 * @param servers the authorization servers by the {@code iss} values accepted from them
 * @param resource what tokens have to be for, where a server says nothing else
 * @param lifetime how exp, nbf and iat are judged
 * @param revocations what is cut off
 */
record ClaimsCheck(
    Map<String, AuthorizationServer> servers,
    ResourceIdentifier resource,
    Lifetime lifetime,
    Revocations revocations) {

  /**
   * Makes the principal.
   *
   * @param claims of an authentic token
   * @param keyId the key that signed it, or null where none did
   * @param exposed the names of the claims that the principal keeps
   */
  McpPrincipal mint(TokenClaims claims, @Nullable String keyId, Set<String> exposed, Instant now) {
    McpPrincipal principal = judge(claims, exposed, now);
    revocations.requireNotCut(principal, keyId, Lifetime.instant(claims.members(), "iat"));
    return principal;
  }

  /**
   * Judges claims that nobody has proven yet, so that hostile tokens do not buy a signature check.
   * Passing grants nothing.
   */
  void requireWorthVerifying(TokenClaims claims, Instant now) {
    McpPrincipal unused = judge(claims, Set.of(), now);
  }

  /** The principal of a token that was verified before, as long as it lasts. */
  void requireStillGood(
      McpPrincipal principal, @Nullable String keyId, @Nullable Instant issuedAt, Instant now) {
    lifetime.requireNotExpired(principal.expiresAt(), now);
    revocations.requireNotCut(principal, keyId, issuedAt);
  }

  /** What was proven, with the same facts to ask for cut-offs again. */
  Authenticator.Proven proven(
      PresentedToken token,
      McpPrincipal principal,
      @Nullable String keyId,
      @Nullable Instant issuedAt) {
    // Not the iss of the token, which may be one of several spellings.
    AuthorizationServer server = Objects.requireNonNull(servers.get(principal.issuer()));
    return new Authenticator.Proven(
        principal,
        lifetime.goodUntil(principal.expiresAt()),
        () -> revocations.isCut(principal, keyId, issuedAt),
        server.issuer(),
        token);
  }

  private McpPrincipal judge(TokenClaims claims, Set<String> exposed, Instant now) {
    Object iss = claims.get("iss");
    AuthorizationServer server = iss instanceof String name ? servers.get(name) : null;
    if (server == null) {
      throw wrongIssuer(iss, servers.keySet()); // RFC 9068 section 4: exact, and one string
    }
    ProviderProfile profile = server.profile();
    TokenKind.requireAccessToken(claims, profile.foreignMarks());
    String clientId = ClaimValues.first(claims, profile.clientClaims());
    Audience audience = new Audience(server, resource);
    boolean ours = audience.require(claims, clientId);
    Instant expiresAt = lifetime.require(claims.members(), now);
    if (!ours && !TokenKind.hasMarks(claims, profile.ownMarks())) {
      throw new AuthException(
          NOT_AN_ACCESS_TOKEN, Map.of("expected", profile.ownMarks().toString()));
    }
    if (claims.get("cnf") != null) {
      // RFC 7800 section 3.1: who cannot check the confirmation must not treat it as a bearer
      // token.
      throw new AuthException(PROOF_OF_POSSESSION_MISSING);
    }
    String subject = ClaimValues.text(claims, "sub");
    if (subject == null && clientId == null) {
      throw new AuthException(CLAIM_INVALID, Map.of("claim", "sub"));
    }
    return new McpPrincipal(
        String.valueOf(iss),
        subject,
        clientId,
        ClaimValues.scopes(claims, profile, server.scopePrefix()),
        Scheme.BEARER,
        expiresAt,
        exposed(claims, exposed));
  }

  static AuthException wrongIssuer(@Nullable Object found, Set<String> expected) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("expected", new TreeSet<>(expected).toString());
    facts.put("found", ClaimValues.shown(found));
    return new AuthException(WRONG_ISSUER, facts);
  }

  private Map<String, Object> exposed(TokenClaims claims, Set<String> names) {
    Map<String, Object> exposed = new LinkedHashMap<>();
    for (String name : names) {
      Object value = claims.get(name);
      if (value != null) {
        exposed.put(name, value);
      }
    }
    return exposed;
  }
}
