package io.mcpauth.token;

import io.mcpauth.error.AuthException;

/**
 * Answers one question about a token: is it authentic, and what does it say?
 *
 * <p>What it returns is still unproven: issuer, audience, lifetime and kind are judged afterwards,
 * by the library, whatever the verifier did, and for the one authorization server that it was set
 * for ({@link AuthorizationServer#verifiedBy}). Called by many threads at once; limits on time and
 * calls are its own business. It is asked for each request, unless it says {@link
 * TokenClaims#keptFor}.
 */
@FunctionalInterface
public interface TokenVerifier {
  /**
   * Verifies a token.
   *
   * @return its claims
   * @throws AuthException if it is not authentic ({@code invalid_token}), or if that cannot be
   *     found out at the moment ({@code temporarily_unavailable}). Any other exception refuses the
   *     request as a fault of this side (503), never as a bad token.
   */
  TokenClaims verify(PresentedToken token);
}
