package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.ProofKey;
import io.mcpauth.RequestStub;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a proof costs, which whoever sends it chooses. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class DpopCostTest {
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of("https://mcp.example.com/mcp");

  private final MutableClock clock = new MutableClock();
  private final ProofKey key = ProofKey.es256();
  private final AtomicInteger remembered = new AtomicInteger();
  private final DpopPossession possession =
      new DpopPossession(
          new DpopPossession.Rules(false, List.of("ES256"), Duration.ofMinutes(5)),
          new RequestUrl(RESOURCE),
          null,
          (thumbprint, id, until) -> remembered.incrementAndGet() > 0,
          clock);

  private @Nullable AuthException require(String bound, String proof) {
    RequestStub request =
        RequestStub.post("{}").path("/mcp").header("Authorization", "DPoP t").header("DPoP", proof);
    return catchThrowableOfType(
        AuthException.class,
        () ->
            possession.require(
                bound,
                new Credential.Dpop(new PresentedToken("DPoP t", 5, request, RESOURCE)),
                request));
  }

  private ProofKey.Proof proof() {
    return key.proof("t", clock.instant());
  }

  @Test
  void badProof_costsNoCheckAndAForgedOneASingle() {
    ProofKey stranger = ProofKey.es256();
    Map<String, UnaryOperator<ProofKey.Proof>> bad =
        Map.of(
            "htm",
            p -> p.claim("htm", "GET"),
            "htu",
            p -> p.claim("htu", "https://other.example.com/mcp"),
            "ath is not the hash of the token",
            p -> p.claim("ath", "x"),
            "iat",
            p -> p.claim("iat", 1),
            "jti is missing, no string, or too long",
            p -> p.claim("jti", null),
            "TOKEN_TYPE_NOT_ACCEPTED",
            p -> p.header("typ", "JWT"));
    bad.forEach(
        (problem, change) -> {
          AuthException refused = require(key.thumbprint(), change.apply(proof()).mint());
          assertThat(refused).as(problem).isNotNull();
          assertThat(refused.reason()).as(problem).isEqualTo(ReasonCode.DPOP_PROOF_INVALID);
          assertThat(refused.facts()).containsEntry("problem", problem);
        });
    AuthException foreign = require(key.thumbprint(), stranger.proof("t", clock.instant()).mint());
    assertThat(foreign).isNotNull();
    assertThat(foreign.reason()).isEqualTo(ReasonCode.DPOP_KEY_WRONG);
    assertThat(possession.signatureChecks()).isZero();

    String forged = proof().signedBy(stranger).mint();
    for (int i = 0; i < 3; i++) {
      AuthException refused = require(key.thumbprint(), forged);
      assertThat(refused).isNotNull();
      assertThat(refused.reason()).isEqualTo(ReasonCode.DPOP_PROOF_INVALID);
    }
    assertThat(possession.signatureChecks()).isEqualTo(1);
    assertThat(remembered).as("nothing is remembered of what was not proven").hasValue(0);

    assertThat(require(key.thumbprint(), proof().mint())).isNull();
    assertThat(remembered).hasValue(1);
  }

  /** Accepts every proof, and counts them. */
  private static final class Counting extends CredentialScheme implements Possession {
    private int asked;

    @Override
    Set<Scheme> schemes() {
      return Set.of(Scheme.DPOP);
    }

    @Override
    void read(CredentialReader.Rules rules) {
      rules.dpop();
    }

    @Override
    Running start(Parts parts) {
      return new Running(List.of(), List.of(this), List.of(), () -> {});
    }

    @Override
    public String confirms() {
      return Confirmation.JKT;
    }

    @Override
    public boolean isRequired() {
      return false;
    }

    @Override
    public void require(String jkt, Credential.OfToken credential, AccessRequest request) {
      asked++;
    }
  }

  private static void assertNotProven(Authenticator.Outcome outcome, ReasonCode reason) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Authenticator.NotProven.class,
            not -> assertThat(not.refusal().reason()).isEqualTo(reason));
  }

  /** Whatever is beside a token that is not good, nobody looks at it. */
  @Test
  void proofBesideABadToken_costsNothing() {
    Counting proofs = new Counting();
    try (TestIssuer issuer = TestIssuer.start(clock);
        Authenticator authenticator = authenticator(issuer, proofs)) {
      TestIssuer.Token token = issuer.token(RESOURCE.value()).claim("cnf", key.confirmation());
      String good = token.mint();
      String forged = good.replaceAll("[A-Za-z0-9_-]{6}$", "AAAAAA");
      String expired = token.expiresIn(Duration.ofMinutes(-9)).mint();

      assertNotProven(authenticate(authenticator, expired), ReasonCode.TOKEN_EXPIRED);
      assertNotProven(authenticate(authenticator, forged), ReasonCode.SIGNATURE_INVALID);
      assertNotProven(authenticate(authenticator, forged), ReasonCode.SIGNATURE_INVALID);
      assertThat(proofs.asked).isZero();
      assertThat(authenticate(authenticator, good)).isInstanceOf(Authenticator.Proven.class);
      assertThat(proofs.asked).isEqualTo(1);
    }
  }

  private Authenticator authenticator(TestIssuer issuer, CredentialScheme scheme) {
    return new Authenticator(
        new Authenticator.Expectations(
            List.of(AuthorizationServer.of(issuer.issuer())),
            RESOURCE,
            RESOURCE,
            Duration.ofMinutes(1),
            Duration.ofDays(1),
            1_000_000,
            OutboundConnections.defaults(),
            List.of(scheme),
            Store.inMemory()),
        clock);
  }

  private static Authenticator.Outcome authenticate(Authenticator authenticator, String token) {
    return authenticator.authenticate(
        RequestStub.post("{}").header("Authorization", "DPoP " + token),
        new LivePolicy.Generation(0, Set.of()));
  }
}
