package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.RequestStub;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.FakeProvider;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.testing.TestIssuer;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is known of a forged token after it was verified once. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ForgeriesTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final TestIssuer issuer = TestIssuer.start(clock);
  private final Forgeries forgeries = new Forgeries();

  @Test
  void forgedToken_isKnownByItsHashWhileItsKeysAreTheSame() {
    String token = issuer.token(RESOURCE).signedWith("RS256").mint();
    String other = issuer.token(RESOURCE).signedWith("RS256").claim("n", 1).mint();
    // Of the same name, and another key: to this provider both are forged.
    FakeProvider provider = new FakeProvider(String.valueOf(Jwt.parse(token).header().get("kid")));
    JwtVerification verification = verification(new IssuerKeys(provider, Runnable::run, clock));

    assertThat(forgeries.of(presented(token))).isNull();
    refused(verification, token);
    refused(verification, token); // by the answer that came because of the first one
    assertThat(forgeries.of(presented(token)))
        .extracting(Refusal::reason)
        .isEqualTo(ReasonCode.SIGNATURE_INVALID);
    assertThat(forgeries.of(presented(other))).isNull();

    int fetches = provider.fetches();
    clock.advance(Duration.ofSeconds(1));
    assertThat(forgeries.of(presented(token))).as("time to ask for other keys").isNull();
    assertThat(provider.fetches()).isEqualTo(fetches);
  }

  private JwtVerification verification(IssuerKeys keys) {
    ClaimsCheck check =
        new ClaimsCheck(
            ResourceIdentifier.of(RESOURCE), new Lifetime(Duration.ZERO, Duration.ofDays(1)));
    return new JwtVerification(
        AuthorizationServer.of(issuer.issuer()),
        keys,
        SignatureChecks.onHalfTheProcessors(),
        forgeries,
        check,
        clock);
  }

  private static void refused(JwtVerification verification, String token) {
    AuthException refusal =
        catchThrowableOfType(
            AuthException.class, () -> verification.verify(presented(token), Jwt.parse(token)));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.SIGNATURE_INVALID);
  }

  private static PresentedToken presented(String token) {
    String header = "Bearer " + token;
    return new PresentedToken(
        header, "Bearer ".length(), RequestStub.of("GET"), ResourceIdentifier.of(RESOURCE));
  }
}
