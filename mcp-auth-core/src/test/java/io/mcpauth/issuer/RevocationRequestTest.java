package io.mcpauth.issuer;

import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.pkce.CodeVerifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client ends by itself. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RevocationRequestTest {
  private final ServerInTest rig = new ServerInTest();
  private final CodeVerifier verifier = CodeVerifier.generate();

  @AfterEach
  void close() {
    rig.close();
  }

  private OAuthAnswer login() {
    rig.clock.advance(Duration.ofMillis(1)); // so that it is known which gives way
    return rig.token(
        "grant_type",
        "authorization_code",
        "client_id",
        "app",
        "code",
        rig.code("app", verifier, "files:read"),
        "code_verifier",
        verifier.value());
  }

  private OAuthAnswer revoke(String clientId, String token) {
    return rig.server()
        .answer(SentRequest.post(OAuthAddresses.REVOKE, "client_id", clientId, "token", token));
  }

  private int rules() {
    return AccessControl.on(rig.store).list().size();
  }

  private AuthorizationEvent last() {
    return rig.events.get(rig.events.size() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "refresh_token"})
  void revoked_isOneRuleAndOneEventThatSaysWhoseItWas(String kind) {
    OAuthAnswer tokens = login();
    int before = rig.events.size();
    String grant = rig.server().grants().ofUser("alice").get(0).id();

    assertThat(revoke("app", text(tokens, kind)).status()).isEqualTo(200);
    assertThat(rules()).isEqualTo(1);
    assertThat(rig.events).hasSize(before + 1);
    assertThat(last().kind()).isEqualTo(AuthorizationEvent.Kind.REVOCATION);
    assertThat(last().reason()).isNull();
    assertThat(last().clientId()).isEqualTo("app");
    assertThat(last().subject()).isEqualTo("alice");
    assertThat(last().grantId()).isEqualTo(grant);
    assertThat(last().scopes()).containsExactly("files:read");
    assertThat(rig.isGood(text(tokens, "access_token"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "refresh_token"})
  void revokedAgain_writesNothing(String kind) {
    OAuthAnswer tokens = login();
    OAuthAnswer unused = revoke("app", text(tokens, kind));
    int events = rig.events.size();
    var written = AccessControl.on(rig.store).list();
    rig.clock.advance(Duration.ofSeconds(1));

    assertThat(revoke("app", text(tokens, kind)).status()).isEqualTo(200);
    assertThat(AccessControl.on(rig.store).list()).isEqualTo(written);
    assertThat(rig.events).hasSize(events);
  }

  @Test
  void tokenOfAnotherClient_isNotEndedAndNotToldOf() {
    OAuthAnswer tokens = login();
    int events = rig.events.size();

    assertThat(revoke("other", text(tokens, "access_token")).status()).isEqualTo(200);
    assertThat(rules()).isZero();
    assertThat(rig.events).hasSize(events);
    assertThat(rig.isGood(text(tokens, "access_token"))).isTrue();
  }

  /** Each is a rule that every node has a copy of. */
  @Test
  void clientThatEndsTokensOfOneUserTooOften_is429() {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i <= RevocationEndpoint.MOST_ENDED; i++) {
      tokens.add(text(login(), "access_token"));
    }
    String last = tokens.remove(RevocationEndpoint.MOST_ENDED);
    int there = GrantShares.MOST_OF_A_CLIENT; // the older have given way
    for (String token : tokens) {
      assertThat(revoke("app", token).status()).isEqualTo(200);
    }
    assertThat(rules()).isEqualTo(there - 1);

    for (int i = there - 1; i < RevocationEndpoint.MOST_ENDED; i++) {
      assertThat(revoke("app", text(login(), "access_token")).status()).isEqualTo(200);
    }
    OAuthAnswer answer = revoke("app", last);
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.headers()).containsKey("Retry-After");
    assertThat(last().reason()).isEqualTo(ReasonCode.TOO_MANY_REQUESTS);
    assertThat(last().subject()).isEqualTo("alice");
    rig.clock.advance(Duration.ofMinutes(1));
    assertThat(revoke("app", last).status()).isEqualTo(200);
  }
}
