package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.policy.Actor;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a JWT, and then asks its server as well, which may have revoked it. The answer can take
 * away and not give: scopes that it leaves out, an earlier end, a binding or an actor that it
 * reveals.
 *
 * @param jwts verifies JWTs
 * @param introspector asks
 */
record AlsoIntrospection(JwtVerification jwts, Introspector introspector, Clock clock)
    implements TokenVerification {
  @Override
  public <T> T admitted(PresentedToken token, Supplier<T> work) {
    return introspector.admitted(token, work);
  }

  @Override
  public Verified verify(PresentedToken token, @Nullable Jwt jwt) {
    Verified verified = jwts.verify(token, jwt); // nobody is asked about a token that is forged
    try {
      TokenClaims answer = introspector.ask(token);
      JudgedClaims narrowed = narrowed(verified.claims(), answer);
      AnswerClaims.requireBinding(answer, narrowed.confirmation());
      introspector.accept(token);
      Evidence.SignedAndActive evidence =
          new Evidence.SignedAndActive(
              verified.evidence(),
              IntrospectionVerification.keptFor(introspector.how(), narrowed, clock.instant()));
      return new Verified(narrowed, evidence, verified.facts());
    } catch (AuthException e) {
      introspector.refuse(token, e);
      throw e;
    }
  }

  private JudgedClaims narrowed(JudgedClaims claims, TokenClaims answer) {
    AuthorizationServer server = claims.server();
    Object iss = answer.get("iss");
    if (iss != null && !isIssuer(server, iss, claims.issuer())) {
      throw ClaimsCheck.wrongIssuer(iss, Set.of(claims.issuer()));
    }
    TokenKind.requireAccessToken(answer, server.foreignMarks());
    if (answer.get("aud") != null) {
      boolean unused =
          new Audience(server, jwts.check().resource()).require(answer, claims.clientId());
    }
    String subject = ClaimValues.text(answer, "sub");
    if (subject != null && !subject.equals(claims.subject())) {
      throw new AuthException(ReasonCode.CLAIM_INVALID, Map.of("claim", "sub"));
    }
    return new JudgedClaims(
        server,
        claims.issuer(),
        claims.subject(),
        claims.clientId(),
        scopes(claims, answer),
        end(claims, answer),
        claims.issuedAt(),
        binding(claims.confirmation(), Confirmation.of(answer.get("cnf"))),
        actor(claims, ActorClaim.of(answer, claims.issuer())),
        claims.claims());
  }

  private static boolean isIssuer(AuthorizationServer server, Object iss, String ofToken) {
    return iss.equals(ofToken)
        || (server.template() == null
            && iss instanceof String name
            && server.acceptedIssuers().contains(name));
  }

  /** The earlier of both ends; nbf and iat are judged too. */
  private Instant end(JudgedClaims claims, TokenClaims answer) {
    Map<String, @Nullable Object> times = new LinkedHashMap<>(answer.members());
    if (times.get("exp") == null) {
      times.put("exp", claims.expiresAt().getEpochSecond());
    }
    Instant end = jwts.check().lifetime().require(times, clock.instant());
    return end.isBefore(claims.expiresAt()) ? end : claims.expiresAt();
  }

  private static Set<String> scopes(JudgedClaims claims, TokenClaims answer) {
    ProviderProfile profile = claims.server().profile();
    if (profile.scopeClaims().stream().allMatch(name -> answer.get(name) == null)) {
      return claims.scopes();
    }
    Set<String> left = new LinkedHashSet<>(claims.scopes());
    left.retainAll(ClaimValues.scopes(answer, profile, claims.server().scopePrefix()));
    return left;
  }

  private static @Nullable Actor actor(JudgedClaims claims, @Nullable Actor ofAnswer) {
    Actor ofToken = claims.actor();
    if (ofAnswer == null || (ofToken != null && ofToken.isSameAs(ofAnswer))) {
      return ofToken;
    }
    if (ofToken == null) {
      return ofAnswer;
    }
    throw new AuthException(ReasonCode.CLAIM_INVALID, Map.of("claim", "act"));
  }

  private static Confirmation binding(Confirmation ofToken, Confirmation ofAnswer) {
    if (ofAnswer.equals(Confirmation.NONE) || ofAnswer.equals(ofToken)) {
      return ofToken;
    }
    if (ofToken.equals(Confirmation.NONE)) {
      return ofAnswer;
    }
    throw Confirmation.missing(); // bound to two things, of which one is not known
  }
}
