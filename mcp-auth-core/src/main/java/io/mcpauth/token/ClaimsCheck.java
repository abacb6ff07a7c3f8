package io.mcpauth.token;

import static io.mcpauth.error.ReasonCode.CLAIM_INVALID;
import static io.mcpauth.error.ReasonCode.NOT_AN_ACCESS_TOKEN;
import static io.mcpauth.error.ReasonCode.WRONG_ISSUER;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.internal.net.WebAddress;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
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
 */
record ClaimsCheck(ResourceIdentifier resource, Lifetime lifetime) {

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
    requireTenant(server, issuer, claims);
    ProviderProfile profile = server.profile();
    TokenKind.requireAccessToken(claims, server.foreignMarks());
    String clientId = ClaimValues.first(claims, profile.clientClaims());
    Audience audience = new Audience(server, resource);
    boolean namesResource = audience.require(claims, clientId);
    Instant expiresAt = lifetime.require(claims.members(), now);
    // Where aud is the id of a client, one whose id is the resource gets ID tokens for it too.
    boolean notByAudience = !namesResource || !profile.resourceAsAudience();
    if (notByAudience && !TokenKind.hasMarks(claims, profile.ownMarks())) {
      throw new AuthException(
          NOT_AN_ACCESS_TOKEN, Map.of("expected", profile.ownMarks().toString()));
    }
    Confirmation confirmation = Confirmation.of(claims.get("cnf"));
    boolean noUser =
        "".equals(claims.get("sub")) && profile.has(ProviderProfile.Trait.EMPTY_SUBJECT);
    String subject = noUser ? null : ClaimValues.text(claims, "sub");
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
        confirmation,
        ActorClaim.of(claims, issuer),
        claims);
  }

  /** Both are signed, but only a key of the tenant's own says whose they are. */
  private static void requireTenant(AuthorizationServer server, String iss, TokenClaims claims) {
    IssuerTemplate template = server.template();
    if (template != null && !template.isTenantOf(iss, claims.get("tid"))) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("claim", "tid");
      facts.put("found", ClaimValues.shown(claims.get("tid")));
      facts.put("iss", iss);
      throw new AuthException(WRONG_ISSUER, facts);
    }
  }

  /**
   * Makes the principal of a verified token: only for what a {@link TokenVerification} answered.
   *
   * @param generation which claims it keeps, and what its roles give
   */
  McpPrincipal mint(JudgedClaims claims, Scheme scheme, LivePolicy.Generation generation) {
    Map<String, Object> kept = exposed(claims.claims(), generation.claimNames());
    return new McpPrincipal(
        claims.issuer(),
        claims.subject(),
        claims.clientId(),
        generation.given().with(claims.issuer(), claims.scopes(), kept),
        scheme,
        claims.actor(),
        claims.expiresAt(),
        kept);
  }

  /** Requires that a verdict still stands: whether its token has ended. */
  void requireStillGood(KeptVerdicts.Verdict verdict, Instant now) {
    lifetime.requireNotExpired(verdict.principal().expiresAt(), now);
  }

  /** What was proven, with the facts that rules of access ask for. */
  Authenticator.Proven proven(
      KeptVerdicts.Verdict verdict, PresentedToken token, LivePolicy.Generation generation) {
    McpPrincipal principal = verdict.principal();
    return new Authenticator.Proven(
        principal,
        lifetime.goodUntil(principal.expiresAt()),
        new TokenFacts(verdict, token, earliest(verdict), generation),
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
    if (found instanceof String iss
        && expected.stream().anyMatch(one -> WebAddress.differByASlash(iss, one))) {
      facts.put("difference", "differs by a slash at the end");
    }
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
