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
 *
 * <pre>{@code
 * TokenVerifier verifier =
 *     token -> {
 *       Map<String, Object> login = logins.get(token.value());
 *       if (login == null) {
 *         throw new AuthException(ReasonCode.TOKEN_NOT_ACTIVE); // a 401; KEYS_UNAVAILABLE: a 503
 *       }
 *       return TokenClaims.of(
 *               Map.of(
 *                   "iss", "https://login.example.com",
 *                   "aud", "https://mcp.example.com/mcp", // what it was issued for, as you know it
 *                   "sub", login.get("user"),
 *                   "scope", login.get("scope"),
 *                   "exp", login.get("ends"))) // seconds since 1970
 *           .keptFor(Duration.ofSeconds(30)); // so long a login that ended may still be good
 *     };
 * AuthorizationServer server =
 *     AuthorizationServer.of("https://login.example.com").verifiedBy(verifier);
 * }</pre>
 *
 * <p>The {@code aud} has to be what the token was issued for. One that says {@code
 * token.resource()} for every token has no audience check left: a token for any other server would
 * be good here.
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
