package io.mcpauth.token;

import static io.mcpauth.error.ReasonCode.CLAIM_INVALID;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsCheckScopesTest {
  @Test
  void noScopeClaim_isNoScope() {
    assertThat(Claims.good().mint().scopes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\" \"", "[]", "[\"\"]", "null"})
  void emptyScope_isNoScope(String json) {
    assertThat(Claims.good().json("scope", json).mint().scopes()).isEmpty();
    assertThat(Claims.good().json("scp", json).mint().scopes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"b a\"", "\" b  a b \"", "[\"b\",\"a\"]", "[\"b\",\"\",\"a\",\"b\"]"})
  void scopes_areReadInTheirOrder(String json) {
    assertThat(Claims.good().json("scope", json).mint().scopes()).containsExactly("b", "a");
    assertThat(Claims.good().json("scp", json).mint().scopes()).containsExactly("b", "a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "true", "{}", "{\"admin\":true}", "[1]", "[\"a\",null]", "[[\"a\"]]"})
  void malformedScope_isRefused(String json) {
    assertThat(Claims.good().json("scope", json).reason()).isEqualTo(CLAIM_INVALID);
    assertThat(Claims.good().json("scp", json).reason()).isEqualTo(CLAIM_INVALID);
  }

  @Test
  void scopeBesideScp_isUnitedWithIt() {
    assertThat(Claims.good().java("scope", "a").java("scp", "b a").mint().scopes())
        .containsExactly("a", "b");
    assertThat(Claims.good().java("scope", "").java("scp", "b").mint().scopes())
        .containsExactly("b");
    assertThat(Claims.good().java("scope", "a").java("scp", "").mint().scopes())
        .containsExactly("a");
    assertThat(Claims.good().json("scope", "null").java("scp", "b").mint().scopes())
        .containsExactly("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"files:read\\tfiles:write\"",
        "[\"files:read files:write\"]",
        "\"files:read,files:write\"",
        "\"FILES:READ\"",
        "\"files:read\\u0000\""
      })
  void anythingButASpaceSeparatedToken_isNoKnownScope(String json) {
    assertThat(Claims.good().json("scope", json).mint().scopes())
        .doesNotContain("files:read", "files:write");
  }
}
