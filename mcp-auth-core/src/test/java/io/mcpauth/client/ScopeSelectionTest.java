package io.mcpauth.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.BearerChallenge;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScopeSelectionTest {
  private static final URI RESOURCE = URI.create("https://m.test/mcp");

  @Test
  void scopesOfTheChallenge_comeBeforeThoseOfTheResource() {
    assertThat(ScopeSelection.initial(challenge("scope=\"b a\""), List.of("c")).scopes())
        .containsExactly("b", "a");
  }

  @Test
  void challengeWithoutScope_takesAllThatTheResourceSupports() {
    assertThat(ScopeSelection.initial(challenge("error=x"), List.of("c", "d")).scopes())
        .containsExactly("c", "d");
    assertThat(ScopeSelection.initial(null, List.of("c", "no scope", "")).scopes())
        .containsExactly("c");
  }

  @Test
  void nothingSaid_isNoScope() {
    assertThat(ScopeSelection.initial(null, null).scopes()).isEmpty();
  }

  @Test
  void offlineAccess_isAddedWhereTheServerHasIt() {
    ScopeSelection selection = ScopeSelection.initial(null, List.of("a"));

    assertThat(selection.withOfflineAccess(server("\"a\",\"offline_access\"")).scopes())
        .containsExactly("a", "offline_access");
    assertThat(selection.withOfflineAccess(server("\"a\"")).scopes()).containsExactly("a");
  }

  /** OpenID Connect Core section 3.1.2.1: {@code acr_values} and {@code max_age} are its own. */
  @Test
  void openId_isAddedWhereTheServerHasIt() {
    ScopeSelection selection = ScopeSelection.initial(null, List.of("a"));

    assertThat(selection.withOpenId(server("\"openid\",\"a\"")).scopes())
        .containsExactly("a", "openid");
    assertThat(selection.withOpenId(server("\"a\"")).scopes()).containsExactly("a");
  }

  @Test
  void stepUp_keepsWhatWasAskedForBefore() {
    ScopeSelection selection = ScopeSelection.initial(challenge("scope=\"a b\""), null);

    assertThat(selection.stepUp(challenge("scope=\"c a\"")).scopes())
        .containsExactly("a", "b", "c");
    assertThat(selection.stepUp(challenge("error=insufficient_scope")).scopes())
        .containsExactly("a", "b");
  }

  @Test
  void attempts_endForTheSameOperationOnly() {
    ScopeSelection.StepUpAttempts attempts = ScopeSelection.StepUpAttempts.few();

    assertThat(attempts.mayTry(RESOURCE, "write")).isTrue();
    assertThat(attempts.mayTry(RESOURCE, "write")).isTrue();
    assertThat(attempts.mayTry(RESOURCE, "write")).isFalse();
    assertThat(attempts.mayTry(RESOURCE, "read")).isTrue();
    assertThat(attempts.mayTry(URI.create("https://n.test"), "write")).isTrue();
    attempts.succeeded(RESOURCE, "write");
    assertThat(attempts.mayTry(RESOURCE, "write")).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> new ScopeSelection.StepUpAttempts(0));
  }

  private static BearerChallenge challenge(String parameters) {
    return BearerChallenge.of(List.of("Bearer " + parameters)).orElseThrow();
  }

  private static AuthorizationServerMetadata server(String scopes) {
    String json = "{\"issuer\":\"https://i.test\",\"scopes_supported\":[" + scopes + "]}";
    return AuthorizationServerMetadata.parse(json.getBytes(UTF_8), "https://i.test");
  }
}
