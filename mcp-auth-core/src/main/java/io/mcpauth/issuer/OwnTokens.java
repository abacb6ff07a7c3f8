package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.LocalVerifier;
import io.mcpauth.token.PresentedToken;
import io.mcpauth.token.TokenClaims;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Verifies the access tokens of this server for resource servers in the same process. What it says
 * may be kept until the token ends, as long as the library keeps anything ({@code
 * TokenClaims.keptFor}): whatever ends it sooner is a rule of access, which beats that.
 */
final class OwnTokens implements LocalVerifier {
  private final String issuer;
  private final Grants grants;
  private final Predicate<Grants.Issued> may;
  private final Clock clock;

  /**
   * Those of an issuer.
   *
   * @param may whether a client may have a token still
   */
  OwnTokens(String issuer, Grants grants, Predicate<Grants.Issued> may, Clock clock) {
    this.issuer = issuer;
    this.grants = grants;
    this.may = may;
    this.clock = clock;
  }

  @Override
  public TokenClaims verify(PresentedToken token) {
    Grants.Issued issued = grants.find(token.value());
    if (issued == null || !may.test(issued)) {
      throw new AuthException(ReasonCode.TOKEN_NOT_ACTIVE);
    }
    TokenClaims claims =
        TokenClaims.of(IntrospectionEndpoint.claims(issuer, issued, false))
            .grantedAt(issued.grant().createdAt());
    Duration left = Duration.between(clock.instant(), issued.expiresAt());
    return left.isNegative() || left.isZero() ? claims : claims.keptFor(left);
  }
}
