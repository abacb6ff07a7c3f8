package io.mcpauth;

import static io.mcpauth.Answers.assertInvalidToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ProviderProfile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that is no JWT names no issuer: the operator is told what each provider needs. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OpaqueTokenTest {
  private static final String OPAQUE = "gho_16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String ENCRYPTED = "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA";

  private final List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {OPAQUE, ENCRYPTED})
  void everyProviderThatMaySendIt_hasItsRemedyTold(String token) {
    try (ResourceServer server =
        ProtectedServer.of(provider("https://github.example", "github"))
            .authorizationServer(provider("https://auth0.example", "auth0"))
            .authorizationServer(provider("https://keycloak.example", "keycloak"))
            .events(events::add)
            .build()) {
      assertInvalidToken(server.decide(FakeRequest.get().bearer(token)), reason(token));

      assertThat(events.get(0).facts()).containsOnlyKeys("github", "auth0");
      assertThat(events.get(0).facts().get("auth0"))
          .isNotEmpty()
          .isSubstringOf(ProviderProfile.named("auth0").remedy());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OPAQUE, ENCRYPTED})
  void providerOfJwtsOnly_hasNoRemedy(String token) {
    try (ResourceServer server =
        ProtectedServer.of(AuthorizationServer.of("https://login.example"))
            .events(events::add)
            .build()) {
      assertInvalidToken(server.decide(FakeRequest.get().bearer(token)), reason(token));

      assertThat(events.get(0).facts()).isEmpty();
    }
  }

  @Test
  void client_isToldNeitherTheProviderNorTheToken() {
    try (ResourceServer server =
        ProtectedServer.of(provider("https://github.example", "github"))
            .events(events::add)
            .build()) {
      AccessDecision decision = server.decide(FakeRequest.get().bearer(OPAQUE));
      assertInvalidToken(decision, ReasonCode.TOKEN_OPAQUE);
      AccessDecision.Refused refused = (AccessDecision.Refused) decision;

      assertThat(refused.headers().toString() + new String(refused.body(), StandardCharsets.UTF_8))
          .doesNotContainIgnoringCase("github")
          .doesNotContain(OPAQUE);
      assertThat(events.toString()).doesNotContain(OPAQUE);
    }
  }

  private static ReasonCode reason(String token) {
    return token.equals(OPAQUE) ? ReasonCode.TOKEN_OPAQUE : ReasonCode.TOKEN_ENCRYPTED;
  }

  private static AuthorizationServer provider(String issuer, String profile) {
    return AuthorizationServer.of(issuer).withProfile(profile);
  }
}
