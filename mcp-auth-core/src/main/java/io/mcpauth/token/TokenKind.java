package io.mcpauth.token;

import static io.mcpauth.error.ReasonCode.ID_TOKEN_NOT_ACCEPTED;
import static io.mcpauth.error.ReasonCode.LOGOUT_TOKEN_NOT_ACCEPTED;
import static io.mcpauth.error.ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.Map;

/**
 * The marks by which tokens of another kind give themselves away. An audience check alone does not
 * catch them where a provider signs every kind with one key for one audience.
 */
final class TokenKind {
  /**
   * A claim value that only another kind of token has.
   *
   * @param claim the claim
   * @param value its value
   * @param reason what the token is then
   */
  private record Mark(String claim, String value, ReasonCode reason) {}

  private static final List<Mark> MARKS =
      List.of(
          new Mark("token_use", "id", ID_TOKEN_NOT_ACCEPTED), // Cognito
          new Mark("typ", "ID", ID_TOKEN_NOT_ACCEPTED), // Keycloak
          new Mark("typ", "Refresh", REFRESH_TOKEN_NOT_ACCEPTED),
          new Mark("typ", "Offline", REFRESH_TOKEN_NOT_ACCEPTED),
          new Mark("typ", "Logout", LOGOUT_TOKEN_NOT_ACCEPTED),
          new Mark("tokenType", "refresh-token", REFRESH_TOKEN_NOT_ACCEPTED), // Casdoor
          new Mark("TokenType", "refresh-token", REFRESH_TOKEN_NOT_ACCEPTED)); // its JWT-Custom

  private static final String LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

  private TokenKind() {}

  static void requireAccessToken(TokenClaims claims) {
    for (Mark mark : MARKS) {
      if (mark.value().equals(claims.get(mark.claim()))) {
        throw new AuthException(mark.reason(), Map.of("claim", mark.claim()));
      }
    }
    // OpenID Connect Core section 3.1.3.6 and 3.3.2.11: only ID tokens carry these hashes. A nonce
    // proves nothing: Casdoor's access token has one.
    if (claims.get("at_hash") != null || claims.get("c_hash") != null) {
      throw new AuthException(ID_TOKEN_NOT_ACCEPTED, Map.of("claim", "at_hash, c_hash"));
    }
    // OpenID Connect Back-Channel Logout section 2.4.
    if (claims.get("events") instanceof Map<?, ?> events && events.containsKey(LOGOUT_EVENT)) {
      throw new AuthException(LOGOUT_TOKEN_NOT_ACCEPTED, Map.of("claim", "events"));
    }
  }
}
