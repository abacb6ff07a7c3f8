package io.mcpauth.error;

import static io.mcpauth.error.ClientException.Reason.AUTHORIZATION_ENDED;
import static io.mcpauth.error.ClientException.Reason.REFUSED;
import static io.mcpauth.error.ClientException.Reason.URL_NOT_ACCEPTED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientExceptionTest {
  private static final String ISSUER = "https://login.example.com";

  @Test
  void everyFailure_saysWhomItIsAboutAndWhy() {
    for (ClientException failure :
        List.of(
            ClientException.of(REFUSED, ISSUER, "no"),
            ClientException.noCode(REFUSED, ISSUER),
            ClientException.noRegistration(REFUSED, ISSUER, "no"),
            ClientException.noToken(REFUSED, ISSUER, 400, "invalid_scope", null))) {
      assertThat(failure.issuer()).isEqualTo(ISSUER);
      assertThat(failure.reason()).isEqualTo(REFUSED);
      assertThat(failure).hasMessageContaining(ISSUER + ": REFUSED").hasNoCause();
      assertThat(failure.getStackTrace()).isEmpty();
    }
  }

  @Test
  void wordsOfAnAnswer_areKeptOnOneLine() {
    ClientException failure = ClientException.noCode(REFUSED, ISSUER + "\n", "a\nb", "c\rd");

    assertThat(failure.issuer()).isEqualTo(ISSUER + "?");
    assertThat(failure.error()).isEqualTo("a?b");
    assertThat(failure.errorDescription()).isEqualTo("c?d");
    assertThat(failure).hasMessage("No code from " + ISSUER + "?: REFUSED, a?b: c?d");
  }

  @Test
  void refusedRefreshToken_keepsWhatTheServerSaid() {
    ClientException refusal = ClientException.noToken(REFUSED, ISSUER, 400, "invalid_grant", "old");
    ClientException ended = ClientException.authorizationEnded(ISSUER, refusal);

    assertThat(ended.reason()).isEqualTo(AUTHORIZATION_ENDED);
    assertThat(ended.error()).isEqualTo("invalid_grant");
    assertThat(ended.errorDescription()).isEqualTo("old");
    assertThat(ClientException.authorizationEnded(ISSUER, null).error()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://me:pass@a.example.com/mcp",
        "me:p/ass@a.example.com/mcp",
        "\n:pass@a.example.com/mcp"
      })
  void refusedUrl_isKnownWithoutItsUserInfo(String url) {
    ClientException failure = ClientException.ofUrl("The MCP URL", url, "has user-info");

    assertThat(failure.reason()).isEqualTo(URL_NOT_ACCEPTED);
    assertThat(failure).hasMessage("The MCP URL: URL_NOT_ACCEPTED, has user-info");
    assertThat(failure.issuer()).isEqualTo("...@a.example.com/mcp");
  }
}
