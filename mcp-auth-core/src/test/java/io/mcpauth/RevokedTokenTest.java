package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.TokenClaims;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Cut-offs through the whole decision, for tokens that were granted a moment before. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RevokedTokenTest {
  private final MutableClock clock = new MutableClock();
  private final TestIssuer one = TestIssuer.start(clock);
  private final TestIssuer two = TestIssuer.start(clock);
  private final ResourceServer server =
      ProtectedServer.of(AuthorizationServer.of(one.issuer()), clock)
          .authorizationServer(AuthorizationServer.of(two.issuer()))
          .build();

  @AfterEach
  void stop() {
    server.close();
    one.close();
    two.close();
  }

  @Test
  void subjectOfOneIssuer_isAnotherThanTheSameNameAtAnother() {
    String ours = token(one);
    String theirs = token(two);
    assertGranted(decide(ours));
    assertGranted(decide(theirs));
    server.access().cutOff(AccessTarget.subject(one.issuer(), "alice"));

    assertInvalidToken(decide(ours), ReasonCode.TOKEN_REVOKED);
    assertGranted(decide(theirs));
  }

  @Test
  void revokedKey_takesEffectAtOnceAndOnlyAtItsIssuer() {
    String ours = token(one);
    String theirs = token(two); // its key has the same id
    assertGranted(decide(ours));
    assertGranted(decide(theirs));
    server.access().deny(AccessTarget.key(one.issuer(), "test-key-1"));

    assertInvalidToken(decide(ours), ReasonCode.TOKEN_REVOKED);
    assertInvalidToken(decide(token(one)), ReasonCode.TOKEN_REVOKED);
    assertGranted(decide(theirs));
  }

  /** Who holds the key leaves its id out. */
  @Test
  void revokedKey_isRevokedForTokensThatDoNotNameIt() {
    String unnamed = one.token(ProtectedServer.RESOURCE).scopes("mcp").withoutHeader("kid").mint();
    assertGranted(decide(unnamed));
    server.access().deny(AccessTarget.key(one.issuer(), "test-key-1"));

    assertInvalidToken(decide(unnamed), ReasonCode.TOKEN_REVOKED);
  }

  @Test
  void revokedClient_isRevokedForTokensNeverSeenBefore() {
    server.access().cutOff(AccessTarget.client(one.issuer(), "test-client"));

    assertInvalidToken(decide(token(one)), ReasonCode.TOKEN_REVOKED);
    assertGranted(
        decide(one.token(ProtectedServer.RESOURCE).scopes("mcp").claim("client_id", "b").mint()));
  }

  @Test
  void sessionsEndedNow_leaveLaterTokensGood() {
    String before = token(one);
    assertGranted(decide(before));
    clock.advance(Duration.ofSeconds(5));
    server.access().cutOff(AccessTarget.subject(one.issuer(), "alice"));

    assertInvalidToken(decide(before), ReasonCode.TOKEN_REVOKED);
    clock.advance(Duration.ofSeconds(60));
    assertInvalidToken(decide(token(one)), ReasonCode.TOKEN_REVOKED);
    clock.advance(Duration.ofSeconds(1));
    assertGranted(decide(token(one)));
  }

  @Test
  void cutOffForAnotherIssuer_throwsAtAServer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.access().cutOff(AccessTarget.issuer("https://other.example")))
        .withMessageContaining("No authorization server is configured")
        .withMessageContaining(one.issuer());
  }

  @Test
  void cutOff_appliesToAnApplicationsOwnVerifier() {
    try (ResourceServer own =
        ProtectedServer.of(
                one,
                token ->
                    TokenClaims.of(
                        Map.of(
                            "iss",
                            one.issuer(),
                            "sub",
                            "alice",
                            "aud",
                            ProtectedServer.RESOURCE,
                            "scope",
                            "mcp",
                            "exp",
                            clock.instant().plusSeconds(300).getEpochSecond())))
            .build()) {
      assertGranted(own.decide(FakeRequest.get().bearer("any")));
      own.access().cutOff(AccessTarget.issuer(one.issuer()));

      assertInvalidToken(own.decide(FakeRequest.get().bearer("any")), ReasonCode.TOKEN_REVOKED);
    }
  }

  /** A revoked token is a reason to log in again, a policy's refusal none. */
  @Test
  void revokedAndUnderScoped_isRevoked() {
    String token = one.token(ProtectedServer.RESOURCE).mint();
    assertRefused(
        server.decide(FakeRequest.toolCall("read_file").bearer(token)),
        403,
        ReasonCode.INSUFFICIENT_SCOPE);
    server.access().cutOff(AccessTarget.issuer(one.issuer()));

    assertInvalidToken(
        server.decide(FakeRequest.toolCall("read_file").bearer(token)), ReasonCode.TOKEN_REVOKED);
  }

  private static String token(TestIssuer issuer) {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp").mint();
  }

  private AccessDecision decide(String token) {
    return server.decide(FakeRequest.get().bearer(token));
  }
}
