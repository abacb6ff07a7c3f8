package io.mcpauth.examples.walkthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerChallengeTest {
  @Test
  void quotedParameters_areRead() {
    assertThat(BearerChallenge.parse("Bearer error=\"invalid_token\", scope=\"a b\""))
        .isEqualTo(new BearerChallenge(Map.of("error", "invalid_token", "scope", "a b")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Basic realm=\"x\"",
        "Bearer error=invalid_token",
        "Bearer error=\"a\" scope=\"b\"",
        "Bearer error=\"a\", error=\"b\"",
        "Bearer error=\"a"
      })
  void anythingElse_isNoChallenge(String value) {
    assertThat(BearerChallenge.parse(value)).isNull();
  }
}
