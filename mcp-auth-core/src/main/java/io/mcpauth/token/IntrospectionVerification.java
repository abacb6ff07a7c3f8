package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import io.mcpauth.internal.jose.Lifetime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the authorization server about its tokens, and judges what it says as every other token is
 * judged. What a token says by itself grants nothing here; it may only refuse.
 *
 * @param server whose tokens
 * @param introspector asks
 * @param check judges the claims
 */
record IntrospectionVerification(
    AuthorizationServer server, Introspector introspector, ClaimsCheck check, Clock clock)
    implements TokenVerification {
  /** To what a token is bound, and by what rules of access name it and its session. */
  private static final List<String> ONLY_REFUSING = List.of("cnf", "jti", "sid");

  @Override
  public <T> T admitted(PresentedToken token, Supplier<T> work) {
    return introspector.admitted(token, work);
  }

  @Override
  public Verified verify(PresentedToken token, @Nullable Jwt jwt) {
    if (jwt == null) {
      Jwt.requireVisible(token.value());
    } else {
      requireWorthAsking(jwt); // whatever it is, it costs its server nothing
    }
    try {
      TokenClaims claims = withOwnWords(introspector.ask(token), jwt);
      requireSameActor(claims, jwt);
      JudgedClaims judged = check.judge(server, claims, clock.instant());
      AnswerClaims.requireBinding(claims, judged.confirmation());
      requireSameAudience(claims, jwt, judged);
      introspector.accept(token);
      Duration keptFor = keptFor(introspector.how(), judged, clock.instant());
      return new Verified(judged, new Evidence.Vouched(keptFor), RequestFacts.NONE);
    } catch (AuthException e) {
      introspector.refuse(token, e);
      throw e;
    }
  }

  /** An answer is never kept past the end of its token. */
  static Duration keptFor(Introspection how, JudgedClaims judged, Instant now) {
    Duration left = Duration.between(now, judged.expiresAt());
    Duration some = left.isNegative() ? Duration.ZERO : left;
    return some.compareTo(how.keptFor()) < 0 ? some : how.keptFor();
  }

  private void requireWorthAsking(Jwt jwt) {
    requireNoOtherKind(jwt);
    TokenKind.requireAccessToken(
        TokenClaims.ofFrozen(jwt.claims()), server.profile().foreignMarks());
    Instant expiresAt = Lifetime.instant(jwt.claims(), "exp");
    if (expiresAt != null) {
      check.lifetime().requireNotExpired(expiresAt, clock.instant());
    }
  }

  /** What says of itself that it is another kind of token is nobody's access token. */
  static void requireNoOtherKind(Jwt jwt) {
    JwtHeaderCheck.requireNoOtherKind(jwt.header());
    if (jwt.header().get("typ") instanceof String type && JwtHeaderCheck.isOtherKind(type)) {
      throw new AuthException(ReasonCode.TOKEN_TYPE_NOT_ACCEPTED, Map.of("typ", type));
    }
  }

  /** A server need not repeat what the token says and by which it can only be refused. */
  private static TokenClaims withOwnWords(TokenClaims answer, @Nullable Jwt jwt) {
    if (jwt == null) {
      return answer;
    }
    Map<String, @Nullable Object> all = new LinkedHashMap<>(answer.members());
    for (String name : ONLY_REFUSING) {
      Object said = jwt.claims().get(name);
      if (said != null && all.get(name) == null) {
        all.put(name, said);
      }
    }
    return TokenClaims.ofFrozen(all);
  }

  /** Rules on who acts may refuse a caller and let one in: one whom the server hides is no one. */
  private static void requireSameActor(TokenClaims answer, @Nullable Jwt jwt) {
    if (jwt != null && jwt.claims().get("act") != null && answer.get("act") == null) {
      throw new AuthException(ReasonCode.CLAIM_INVALID, Map.of("claim", "act"));
    }
  }

  /** A token that names another server is for that one, whatever is left out about it. */
  private void requireSameAudience(TokenClaims answer, @Nullable Jwt jwt, JudgedClaims judged) {
    if (jwt != null && answer.get("aud") == null && jwt.claims().get("aud") != null) {
      boolean unused =
          new Audience(server, check.resource())
              .require(TokenClaims.ofFrozen(jwt.claims()), judged.clientId());
    }
  }
}
