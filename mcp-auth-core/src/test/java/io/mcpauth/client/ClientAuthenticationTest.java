package io.mcpauth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAuthenticationTest {
  @Test
  void secret_isNotPrinted() {
    assertThat(ClientAuthentication.secretBasic("guard", "hush-hush"))
        .hasToString("ClientAuthentication[client_secret_basic, guard]");
    assertThat(ClientAuthentication.secretPost("guard", "hush-hush"))
        .hasToString("ClientAuthentication[client_secret_post, guard]");
    assertThat(ClientAuthentication.none("guard")).hasToString("ClientAuthentication[none, guard]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "hush-hush\n", "hush\thush"})
  void secretOfAFileOrBlank_isRefusedUnquoted(String secret) {
    assertThatThrownBy(() -> ClientAuthentication.secretBasic("guard", secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Write the secret alone")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> ClientAuthentication.secretPost("guard", secret))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "guard\r\n"})
  void blankOrBrokenId_isRefused(String id) {
    assertThatThrownBy(() -> ClientAuthentication.none(id))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ClientAuthentication.secretBasic(id, "s"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
