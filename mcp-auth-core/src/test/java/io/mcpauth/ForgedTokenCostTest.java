package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What somebody who cannot sign makes this side compute. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ForgedTokenCostTest {
  private final MutableClock clock = new MutableClock();
  @AutoClose private final TestIssuer issuer = TestIssuer.start(clock);

  @AutoClose
  private final ResourceServer server =
      ProtectedServer.of(
              AuthorizationServer.of(issuer.issuer()).withJwksUri(issuer.jwksUri()), clock)
          .build();

  @Test
  void forgedTokenOfAKnownKey_isCheckedOnce() {
    String good = token();
    assertGranted(decide(good));
    assertThat(checks()).isOne();

    assertInvalidToken(decide(forged(good)), ReasonCode.SIGNATURE_INVALID);
    assertThat(checks()).isEqualTo(2); // the keys were asked for again, and are the same
  }

  @Test
  void repeatedForgery_isNotCheckedAgain() {
    String good = token();
    assertGranted(decide(good));
    String forged = forged(good);
    for (int i = 0; i < 20; i++) {
      assertInvalidToken(decide(forged), ReasonCode.SIGNATURE_INVALID);
    }

    assertThat(checks()).isEqualTo(2);
    assertGranted(decide(token())); // a flood of bad ones evicts no good one, and stops no new one
    assertGranted(decide(good));
    assertThat(checks()).isEqualTo(3);
  }

  @Test
  void keptToken_isNotCheckedAgain() {
    String good = token();
    assertGranted(decide(good));
    assertGranted(decide(good));

    assertThat(checks()).isOne();
  }

  private String token() {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp").mint();
  }

  private static String forged(String token) {
    int signature = token.lastIndexOf('.') + 1;
    char other = token.charAt(signature) == 'A' ? 'B' : 'A';
    return token.substring(0, signature) + other + token.substring(signature + 1);
  }

  private AccessDecision decide(String token) {
    return server.decide(RequestStub.of("GET").bearer(token));
  }

  private long checks() {
    return server.keyStatus().get(0).signatureChecks();
  }
}
