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
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a token says: kind, issuer, audience, lifetime; and makes the {@link McpPrincipal} of
 * one that was verified, here and nowhere else. Pure: no I/O, and the time is an argument.
 *
 * @param resource what tokens have to be for, where a server says nothing else
 * @param lifetime how exp, nbf and iat are judged
 * @param revocations what is cut off
 */
record ClaimsCheck(ResourceIdentifier resource, Lifetime lifetime, Revocations revocations) {

  /**
   * Judges claims, proven or not: passing grants nothing.
   *
   * @param server whose token it has to be
   */
  JudgedClaims judge(AuthorizationServer server, TokenClaims claims, Instant now) {
    Object iss = claims.get("iss");
    if (!(iss instanceof String issuer) || !server.acceptedIssuers().contains(issuer)) {
      // RFC 9068 section 4: exact, and one string
      throw wrongIssuer(iss, server.acceptedIssuers());
    }
    ProviderProfile profile = server.profile();
    TokenKind.requireAccessToken(claims, server.foreignMarks());
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
    return new JudgedClaims(
        server,
        issuer,
        subject,
        clientId,
        ClaimValues.scopes(claims, profile, server.scopePrefix()),
        expiresAt,
        Lifetime.instant(claims.members(), "iat"),
        claims);
  }

  /**
   * Makes the principal of a verified token: only for what a {@link TokenVerification} answered.
   *
   * @param exposed the names of the claims that it keeps
   */
  McpPrincipal mint(JudgedClaims claims, Scheme scheme, Set<String> exposed) {
    return new McpPrincipal(
        claims.issuer(),
        claims.subject(),
        claims.clientId(),
        claims.scopes(),
        scheme,
        claims.expiresAt(),
        exposed(claims.claims(), exposed));
  }

  /** Requires that a verdict still stands: its end, and whether it was cut off. */
  void requireStillGood(KeptVerdicts.Verdict verdict, Instant now) {
    McpPrincipal principal = verdict.principal();
    lifetime.requireNotExpired(principal.expiresAt(), now);
    revocations.requireNotCut(principal, verdict.evidence().keyId(), earliest(verdict));
  }

  /** What was proven, with the same facts to ask for cut-offs again. */
  Authenticator.Proven proven(KeptVerdicts.Verdict verdict, PresentedToken token) {
    McpPrincipal principal = verdict.principal();
    String keyId = verdict.evidence().keyId();
    Instant issuedAt = earliest(verdict);
    return new Authenticator.Proven(
        principal,
        lifetime.goodUntil(principal.expiresAt()),
        () -> revocations.isCut(principal, keyId, issuedAt),
        verdict.server().issuer(), // not the iss of the token: it may be one of several spellings
        token);
  }

  /** By our clock: that of the issuer may be ahead. */
  private @Nullable Instant earliest(KeptVerdicts.Verdict verdict) {
    Instant issuedAt = verdict.issuedAt();
    return issuedAt == null ? null : lifetime.earliest(issuedAt);
  }

  static AuthException wrongIssuer(@Nullable Object found, Set<String> expected) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("expected", new TreeSet<>(expected).toString());
    facts.put("found", ClaimValues.shown(found));
    return new AuthException(WRONG_ISSUER, facts);
  }

  private static Map<String, Object> exposed(TokenClaims claims, Set<String> names) {
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
