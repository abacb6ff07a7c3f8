package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.McpPrincipal;

/** What the tests expect of decisions. */
final class Answers {
  private Answers() {}

  /** One 401 with {@code invalid_token} and the reason for the operator. */
  static void assertInvalidToken(AccessDecision decision, ReasonCode reason) {
    AccessDecision.Refused refused = assertRefused(decision, 401, reason);
    assertThat(refused.headers().get("WWW-Authenticate"))
        .startsWith("Bearer error=\"invalid_token\", scope=")
        .contains("resource_metadata=\"" + ProtectedServer.METADATA + "\"");
  }

  /** A 503 that invites another try and no login. */
  static void assertUnavailable(AccessDecision decision, ReasonCode reason) {
    AccessDecision.Refused refused = assertRefused(decision, 503, reason);
    assertThat(refused.headers())
        .containsEntry("Retry-After", "1")
        .doesNotContainKey("WWW-Authenticate");
  }

  static AccessDecision.Refused assertRefused(
      AccessDecision decision, int status, ReasonCode reason) {
    assertThat(decision).isInstanceOf(AccessDecision.Refused.class);
    AccessDecision.Refused refused = (AccessDecision.Refused) decision;
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.status()).isEqualTo(status);
    return refused;
  }

  static void assertGranted(AccessDecision decision) {
    assertThat(decision).isInstanceOf(AccessDecision.Granted.class);
  }

  /** The caller of a request that must have been granted, and not to just anybody. */
  static McpPrincipal caller(AccessDecision decision) {
    assertGranted(decision);
    McpPrincipal caller = ((AccessDecision.Granted) decision).principal();
    assertThat(caller).isNotNull();
    return caller;
  }
}
