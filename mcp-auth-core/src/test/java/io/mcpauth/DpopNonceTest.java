package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.DpopProofs;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Nonces of the server in DPoP proofs (RFC 9449 sections 8.2 and 9). */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class DpopNonceTest {
  private final MutableClock clock = new MutableClock();
  @AutoClose private final TestIssuer issuer = TestIssuer.start(clock);
  private final ProofKey key = ProofKey.es256();
  private final SealKeys keys = SealKeys.generated();
  @AutoClose private final ResourceServer server = node(keys);
  private final String token =
      issuer
          .token(ProtectedServer.RESOURCE)
          .scopes("mcp", "files:list")
          .claim("cnf", key.confirmation())
          .expiresIn(Duration.ofHours(1))
          .mint();

  private ResourceServer node(SealKeys nonces) {
    return ProtectedServer.of(AuthorizationServer.of(issuer.issuer()), clock)
        .accept(DpopProofs.accepted().withNonces(nonces))
        .allowOrigins("https://app.example.com")
        .build();
  }

  private RequestStub call(@Nullable Object nonce) {
    return RequestStub.post(Guarded.call("7", "list_files"))
        .path("/mcp")
        .header("Authorization", "DPoP " + token)
        .header("DPoP", key.proof(token, clock.instant()).claim("nonce", nonce).mint());
  }

  private String nonceOf(Map<String, String> headers) {
    String nonce = headers.getOrDefault("DPoP-Nonce", "");
    assertThat(nonce).matches("[!#-\\[\\]-~]{1,1024}"); // section 8.1
    return nonce;
  }

  /** What a client gets that has none, or one that is not good. */
  private String refused(ResourceServer by, @Nullable Object nonce) {
    AccessDecision.Refused refused =
        assertRefused(by.decide(call(nonce)), 401, ReasonCode.DPOP_NONCE_NEEDED);
    assertThat(refused.headers().get("WWW-Authenticate")).startsWith("Bearer scope=");
    assertThat(refused.furtherChallenges().get(0)).startsWith("DPoP error=\"use_dpop_nonce\", ");
    return nonceOf(refused.headers());
  }

  private static Map<String, String> granted(AccessDecision decision) {
    assertGranted(decision);
    return ((AccessDecision.Granted) decision).answerHeaders();
  }

  @Test
  void proofWithoutTheNonce_getsItAndIsGoodWithIt() {
    String nonce = refused(server, null);
    assertThat(nonceOf(granted(server.decide(call(nonce))))).isEqualTo(nonce);
    refused(server, 7);
    refused(server, "");
    refused(server, nonce.substring(1));
  }

  @Test
  void firstChallenge_bringsTheNonceAlready() {
    AccessDecision.Refused refused =
        assertRefused(server.decide(RequestStub.post("{}")), 401, ReasonCode.CREDENTIAL_MISSING);
    assertGranted(server.decide(call(nonceOf(refused.headers()))));
  }

  @Test
  void nonce_isRenewedInTimeAndEnds() {
    String first = refused(server, null);
    clock.advance(Duration.ofMinutes(3));
    String second = nonceOf(granted(server.decide(call(first))));
    assertThat(second).isNotEqualTo(first);
    clock.advance(Duration.ofSeconds(121));
    refused(server, first);
    assertGranted(server.decide(call(second)));
  }

  @Test
  void clockThatIsSetBack_makesNoNonceLastLonger() {
    String nonce = refused(server, null);
    clock.advance(Duration.ofMinutes(-2));
    refused(server, nonce);
  }

  @Test
  void nonceOfAnotherNode_isGoodWithTheSameKeys() {
    try (ResourceServer same = node(keys);
        ResourceServer stranger = node(SealKeys.generated())) {
      assertGranted(same.decide(call(refused(server, null))));
      refused(stranger, refused(server, null));
    }
  }

  @Test
  void nonce_isNoWordForOthersAndReadableForPages() {
    String bearer = issuer.token(ProtectedServer.RESOURCE).scopes("mcp", "files:list").mint();
    RequestStub plain = RequestStub.post(Guarded.call("7", "list_files")).bearer(bearer);
    assertThat(granted(server.decide(plain))).isEmpty();
    String nonce = refused(server, null);
    assertThat(granted(server.decide(call(nonce).header("Origin", "https://app.example.com"))))
        .containsEntry("DPoP-Nonce", nonce)
        .hasEntrySatisfying(
            "Access-Control-Expose-Headers", exposed -> assertThat(exposed).contains("DPoP-Nonce"));
  }

  @Test
  void withoutNonces_noneIsSent() {
    try (ResourceServer plain =
        ProtectedServer.of(AuthorizationServer.of(issuer.issuer()), clock)
            .accept(DpopProofs.accepted())
            .build()) {
      assertThat(granted(plain.decide(call(null)))).isEmpty();
      assertThat(granted(plain.decide(call("anything")))).isEmpty();
    }
  }
}
