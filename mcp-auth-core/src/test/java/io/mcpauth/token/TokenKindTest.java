package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenKindTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "token_use | \"id\"            | ID_TOKEN_NOT_ACCEPTED",
        "typ       | \"ID\"            | ID_TOKEN_NOT_ACCEPTED",
        "at_hash   | \"x\"             | ID_TOKEN_NOT_ACCEPTED",
        "c_hash    | \"x\"             | ID_TOKEN_NOT_ACCEPTED",
        "typ       | \"Refresh\"       | REFRESH_TOKEN_NOT_ACCEPTED",
        "typ       | \"Offline\"       | REFRESH_TOKEN_NOT_ACCEPTED",
        "tokenType | \"refresh-token\" | REFRESH_TOKEN_NOT_ACCEPTED",
        "TokenType | \"refresh-token\" | REFRESH_TOKEN_NOT_ACCEPTED",
        "typ       | \"Logout\"        | LOGOUT_TOKEN_NOT_ACCEPTED",
        "events    | {\"http://schemas.openid.net/event/backchannel-logout\":{}}"
            + " | LOGOUT_TOKEN_NOT_ACCEPTED"
      })
  void markOfAnotherKind_isRefusedWithItsReason(String claim, String json, ReasonCode reason) {
    assertThat(Claims.good().json(claim, json).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "token_use | \"access\"",
        "typ       | \"Bearer\"",
        "tokenType | \"access-token\"",
        "nonce     | \"n-1\"", // Casdoor's access token has one
        "events    | {}",
        "at_hash   | null"
      })
  void markOfAnAccessToken_passes(String claim, String json) {
    assertThat(Claims.good().json(claim, json).mint().subject()).isEqualTo("alice");
  }

  /** Casdoor's JWT-Custom refresh token keeps the mark of an access token beside its own. */
  @Test
  void bothMarks_areRefused() {
    Claims claims =
        Claims.good().java("tokenType", "access-token").java("TokenType", "refresh-token");

    assertThat(claims.reason()).isEqualTo(ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED);
  }

  @Test
  void expiredRefreshToken_isARefreshToken() {
    assertThat(Claims.good().java("typ", "Refresh").at("exp", -999).reason())
        .isEqualTo(ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED);
  }
}
