package io.mcpauth.examples.walkthrough;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ElisionTest {
  private final Elision elision = new Elision();

  @Test
  void secretParameter_isNamedInsteadOfShown() {
    assertThat(elision.value("code_verifier", "abcdefgh12345678"))
        .isEqualTo("[code verifier elided]");
  }

  @Test
  void harmlessParameter_isShown() {
    assertThat(elision.value("scope", "files:read")).isEqualTo("files:read");
  }

  @Test
  void secretSeenBefore_isElidedAnywhere() {
    elision.value("password", "a/secret=password");
    assertThat(elision.text("wrong password a/secret=password, or a%2Fsecret%3Dpassword"))
        .isEqualTo("wrong password [password elided], or [password elided]");
  }

  @Test
  void unknownJwt_isElidedBySight() {
    assertThat(elision.text("came: eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln!"))
        .isEqualTo("came: [token elided]!");
  }

  @Test
  void authorizationHeader_keepsTheSchemeOnly() {
    assertThat(elision.header("Authorization", "Bearer some-opaque-token"))
        .isEqualTo("Bearer [access token elided]");
  }

  @Test
  void setCookie_keepsNameAndAttributes() {
    assertThat(elision.header("Set-Cookie", "session=node0abc; Path=/; HttpOnly"))
        .isEqualTo("session=[cookie elided]; Path=/; HttpOnly");
  }

  @Test
  void nestedMember_isElidedAndNumbersStay() {
    JsonNode json = Answer.parse("{\"a\":[{\"refresh_token\":\"opaque-value\"}],\"code\":-32001}");
    elision.json(json);
    assertThat(json.toString())
        .isEqualTo("{\"a\":[{\"refresh_token\":\"[refresh token elided]\"}],\"code\":-32001}");
  }
}
