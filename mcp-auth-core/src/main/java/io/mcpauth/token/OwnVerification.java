package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Jwt;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the verifier of the application, and judges what it says as every other token is judged.
 *
 * @param server whose tokens
 * @param verifier the application's
 * @param check judges the claims
 */
record OwnVerification(
    AuthorizationServer server, TokenVerifier verifier, ClaimsCheck check, Clock clock)
    implements TokenVerification {
  @Override
  public Verified verify(PresentedToken token, @Nullable Jwt jwt) {
    if (jwt == null) {
      Jwt.requireVisible(token.value()); // it may be one of a form that nobody here knows
    }
    TokenClaims claims = verified(token).frozen();
    JudgedClaims judged = check.judge(server, claims, clock.instant());
    return new Verified(
        judged, new Evidence.Vouched(claims.keptFor(), claims.grantedAt()), token.facts());
  }

  @SuppressWarnings("ConstantValue") // an application need not check for null
  private TokenClaims verified(PresentedToken token) {
    try {
      TokenClaims claims = verifier.verify(token);
      if (claims == null) {
        throw new AuthException(
            ReasonCode.INTERNAL_FAULT, Map.of("problem", "the verifier returned null"));
      }
      return claims;
    } catch (AuthException e) {
      // A verifier says whether a token is authentic; scopes and requests are not its business.
      boolean itsBusiness = e.reason().status() == 401 || e.reason().status() == 503;
      throw itsBusiness
          ? e
          : new AuthException(
              ReasonCode.INTERNAL_FAULT, Map.of("verifier_reason", e.reason().name()));
    }
  }
}
