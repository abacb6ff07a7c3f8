package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static io.mcpauth.Answers.caller;
import static io.mcpauth.AskedServer.decide;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Actor;
import io.mcpauth.policy.Scheme;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.DpopProofs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JWTs that are verified, and asked about as well: what their server has revoked ends here. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AlsoIntrospectedTest {
  private static final String ACTIVE = "{\"active\":true}";
  private static final String THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final AskedServer asked = new AskedServer();
  @AutoClose private final TestIssuer issuer = TestIssuer.start(clock);
  @AutoClose private final ResourceServer server = resource();

  private ResourceServer resource() {
    return ProtectedServer.of(
            AuthorizationServer.of(issuer.issuer())
                .withJwksUri(issuer.jwksUri())
                .alsoIntrospectedBy(asked.how()),
            clock)
        .build();
  }

  private TestIssuer.Token jwt() {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp", "files:list");
  }

  @Test
  void tokenThatIsRevokedThere_endsBeforeItsTime() {
    asked.says(ACTIVE);
    String token = jwt().mint();
    assertThat(caller(decide(server, token)).scopes()).containsExactly("mcp", "files:list");
    asked.says("{\"active\":false}");
    clock.advance(Duration.ofSeconds(59));
    assertGranted(decide(server, token));
    assertThat(asked.asked()).containsExactly(token);

    clock.advance(Duration.ofSeconds(1));
    assertInvalidToken(decide(server, token), ReasonCode.TOKEN_NOT_ACTIVE);
    assertInvalidToken(decide(server, token), ReasonCode.TOKEN_NOT_ACTIVE);
    assertThat(asked.asked()).hasSize(2);
  }

  @Test
  void tokenThatIsNotGoodByItself_isAskedAboutNowhere() {
    asked.says(ACTIVE);
    String token = jwt().mint();
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + "AAAA";
    assertInvalidToken(decide(server, forged), ReasonCode.SIGNATURE_INVALID);
    assertInvalidToken(
        decide(server, issuer.token("https://other.example").mint()), ReasonCode.WRONG_AUDIENCE);
    assertInvalidToken(decide(server, "opaque-1"), ReasonCode.TOKEN_OPAQUE);

    assertThat(asked.asked()).isEmpty();
  }

  @Test
  void serverThatCannotBeAsked_isA503() {
    asked.answers(aResponse().withStatus(503));
    assertUnavailable(decide(server, jwt().mint()), ReasonCode.INTROSPECTION_FAILED);
  }

  @Test
  void answer_takesScopesAwayAndGivesNone() {
    asked.says(Map.of("active", true, "scope", "mcp files:read"));
    assertThat(caller(decide(server, jwt().mint())).scopes()).containsExactly("mcp");
  }

  @Test
  void answer_bindsTheToken() {
    asked.says(Map.of("active", true, "cnf", Map.of("jkt", THUMBPRINT)));
    assertInvalidToken(decide(server, jwt().mint()), ReasonCode.PROOF_OF_POSSESSION_MISSING);
  }

  /** RFC 9449 section 6: where the answer leaves the key out, the token has it. */
  @Test
  void answerOfTheTypeDpop_isJudgedWithTheBindingOfTheToken() {
    asked.says(Map.of("active", true, "token_type", "DPoP"));
    assertInvalidToken(decide(server, jwt().mint()), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    ProofKey key = ProofKey.es256();
    String bound = jwt().claim("cnf", key.confirmation()).mint();
    try (ResourceServer proven =
        ProtectedServer.of(
                AuthorizationServer.of(issuer.issuer())
                    .withJwksUri(issuer.jwksUri())
                    .alsoIntrospectedBy(asked.how()),
                clock)
            .accept(DpopProofs.accepted())
            .build()) {
      AccessDecision decision =
          proven.decide(
              RequestStub.post(Guarded.call("7", "list_files"))
                  .path("/mcp")
                  .header("Authorization", "DPoP " + bound)
                  .header("DPoP", key.proof(bound, clock.instant()).mint()));
      assertThat(caller(decision).scheme()).isEqualTo(Scheme.DPOP);
    }
  }

  /** RFC 8693 section 4.1. */
  @Test
  void answer_mayNameTheActorAndNoOther() {
    Map<String, Object> agent = Map.of("client_id", "agent");
    asked.says(Map.of("active", true, "act", agent));
    for (TestIssuer.Token good : List.of(jwt(), jwt().claim("act", agent))) {
      Actor actor = caller(decide(server, good.mint())).actor();
      assertThat(actor).isEqualTo(new Actor(issuer.issuer(), null, "agent", null));
    }
    String other = jwt().claim("act", Map.of("client_id", "other")).mint();
    assertInvalidToken(decide(server, other), ReasonCode.CLAIM_INVALID);
    asked.says(Map.of("active", true, "act", "agent"));
    assertInvalidToken(decide(server, jwt().mint()), ReasonCode.CLAIM_INVALID);
  }

  @Test
  void answer_shortensTheToken() {
    asked.says(Map.of("active", true, "exp", clock.instant().plusSeconds(30).getEpochSecond()));
    assertThat(caller(decide(server, jwt().mint())).expiresAt())
        .isEqualTo(clock.instant().plusSeconds(30));
    asked.says(Map.of("active", true, "exp", clock.instant().plusSeconds(3000).getEpochSecond()));
    assertThat(caller(decide(server, jwt().mint())).expiresAt())
        .isEqualTo(clock.instant().plusSeconds(300));
  }

  @ParameterizedTest
  @CsvSource({
    "iss, https://other.example, WRONG_ISSUER",
    "aud, https://other.example, WRONG_AUDIENCE",
    "sub, mallory, CLAIM_INVALID",
    "token_type, refresh_token, NOT_AN_ACCESS_TOKEN",
    "typ, Refresh, REFRESH_TOKEN_NOT_ACCEPTED"
  })
  void answerAboutAnotherToken_isNotForThisOne(String member, String value, ReasonCode reason) {
    asked.says(Map.of("active", true, member, value));
    assertInvalidToken(decide(server, jwt().mint()), reason);
  }

  @Test
  void answerThatRepeatsTheToken_changesNothing() {
    asked.says(
        Map.of(
            "active",
            true,
            "iss",
            issuer.issuer(),
            "aud",
            List.of(ProtectedServer.RESOURCE),
            "sub",
            "alice",
            "scope",
            "mcp files:list",
            "token_type",
            "Bearer"));
    assertThat(caller(decide(server, jwt().mint())).scopes()).containsExactly("mcp", "files:list");
  }

  /** Both have to hold: that the key is still the issuer's, and that the answer is young. */
  @Test
  void keyThatIsWithdrawn_endsAKeptAnswer() {
    asked.says(ACTIVE);
    String token = jwt().mint();
    assertGranted(decide(server, token));
    issuer.rotateKey();
    clock.advance(Duration.ofSeconds(2));
    assertGranted(decide(server, jwt().mint())); // has the new keys fetched
    clock.advance(Duration.ofSeconds(2));

    assertInvalidToken(decide(server, token), ReasonCode.KEY_NOT_FOUND);
  }
}
