package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The marks by which tokens of another kind give themselves away. An audience check alone does not
 * catch them where a provider signs every kind with one key for one audience.
 */
final class TokenKind {
  /** RFC claim names and the values that known providers use, by claim. */
  private static final Map<String, Map<String, ReasonCode>> MARKS =
      Map.of(
          "token_use", Map.of("id", ReasonCode.ID_TOKEN_NOT_ACCEPTED), // Cognito
          "typ", // Keycloak
              Map.of(
                  "ID", ReasonCode.ID_TOKEN_NOT_ACCEPTED,
                  "Refresh", ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED,
                  "Offline", ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED,
                  "Logout", ReasonCode.LOGOUT_TOKEN_NOT_ACCEPTED),
          "tokenType", Map.of("refresh-token", ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED), // Casdoor
          "TokenType", Map.of("refresh-token", ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED)); // Casdoor

  private static final String LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

  private TokenKind() {}

  static void requireAccessToken(TokenClaims claims) {
    MARKS.forEach(
        (claim, kinds) -> {
          ReasonCode reason = reasonOf(kinds, claims.get(claim));
          if (reason != null) {
            throw new AuthException(reason, Map.of("claim", claim));
          }
        });
    // OpenID Connect Core section 3.1.3.6 and 3.3.2.11: only ID tokens carry these hashes. A nonce
    // proves nothing: Casdoor's access token has one.
    if (claims.get("at_hash") != null || claims.get("c_hash") != null) {
      throw new AuthException(ReasonCode.ID_TOKEN_NOT_ACCEPTED, Map.of("claim", "at_hash, c_hash"));
    }
    // OpenID Connect Back-Channel Logout section 2.4.
    if (claims.get("events") instanceof Map<?, ?> events && events.containsKey(LOGOUT_EVENT)) {
      throw new AuthException(ReasonCode.LOGOUT_TOKEN_NOT_ACCEPTED, Map.of("claim", "events"));
    }
  }

  private static @Nullable ReasonCode reasonOf(
      Map<String, ReasonCode> kinds, @Nullable Object value) {
    return value instanceof String text ? kinds.get(text) : null;
  }
}
