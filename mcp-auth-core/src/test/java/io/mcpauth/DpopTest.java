package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.DpopProofs;
import io.mcpauth.token.TokenClaims;
import io.mcpauth.token.TokenVerifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are bound to a key, and the proofs beside them (RFC 9449 sections 4.3, 7 and 11). */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class DpopTest {
  private static final String ALGS = "algs=\"ES256 EdDSA Ed25519 PS256 RS256\"";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final TestIssuer issuer = TestIssuer.start(clock);
  private final ProofKey key = ProofKey.es256();
  @AutoClose private final ResourceServer server = server(DpopProofs.accepted()).build();

  private ResourceServerBuilder server(DpopProofs proofs) {
    return ProtectedServer.of(AuthorizationServer.of(issuer.issuer()), clock).accept(proofs);
  }

  private String bound() {
    return bound(key);
  }

  private String bound(ProofKey to) {
    return issuer
        .token(ProtectedServer.RESOURCE)
        .scopes("mcp", "files:list")
        .claim("cnf", to.confirmation())
        .mint();
  }

  private String unbound() {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp", "files:list").mint();
  }

  private ProofKey.Proof proof(String token) {
    return key.proof(token, clock.instant());
  }

  private static RequestStub call(String authorization, String... proofs) {
    return RequestStub.post(Guarded.call("7", "list_files"))
        .path("/mcp")
        .header("Authorization", authorization)
        .header("DPoP", proofs);
  }

  private AccessDecision decide(String token, String... proofs) {
    return server.decide(call("DPoP " + token, proofs));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ES256", "EdDSA", "Ed25519", "PS256", "RS256"})
  void proofOfEachAlgorithm_isAccepted(String algorithm) {
    ProofKey client = ProofKey.of(algorithm);
    String token = bound(client);
    AccessDecision decision = decide(token, client.proof(token, clock.instant()).mint());

    assertThat(caller(decision).scheme()).isEqualTo(Scheme.DPOP);
    assertThat(caller(decision).subject()).isEqualTo("alice");
  }

  /** A client proves what it calls; a proxy in front may have taken a prefix of it away. */
  @Test
  void endpointOfAnOrigin_isWhatAProofIsFor() {
    try (ResourceServer ofOrigin =
        ProtectedServer.at(
                "https://mcp.example.com", AuthorizationServer.of(issuer.issuer()), clock)
            .endpointPath("/api/mcp")
            .accept(DpopProofs.accepted())
            .build()) {
      String token =
          issuer
              .token("https://mcp.example.com")
              .scopes("mcp", "files:list")
              .claim("cnf", key.confirmation())
              .mint();
      String authorization = "DPoP " + token;
      for (String path : new String[] {"/api/mcp", "/mcp", null}) {
        String good = proof(token).claim("htu", "https://mcp.example.com/api/mcp").mint();
        assertGranted(ofOrigin.decide(call(authorization, good).path(path)));
        String other = proof(token).claim("htu", "https://mcp.example.com/").mint();
        assertRefused(
            ofOrigin.decide(call(authorization, other).path(path)),
            401,
            ReasonCode.DPOP_PROOF_INVALID);
      }
    }
  }

  @Test
  void schemeInAnyCase_isAccepted() {
    String token = bound();
    assertGranted(server.decide(call("dpop " + token, proof(token).mint())));
  }

  /** As jose and the WebCrypto API of browsers write their keys. */
  @Test
  void keyWithWhatExportersAdd_isAccepted() {
    String token = bound();
    Map<String, Object> jwk = new HashMap<>(key.publicJwk());
    jwk.put("key_ops", List.of("verify"));
    jwk.put("ext", true);
    assertGranted(decide(token, proof(token).header("jwk", jwk).mint()));
    assertGranted(decide(token, proof(token).header("kid", "k").claim("exp", 1).mint()));
  }

  static Stream<Arguments> badProofs() {
    ProofKey weak = ProofKey.rsa("RS256", 1024);
    return Stream.of(
        bad("no jti", p -> p.claim("jti", null)),
        bad("an empty jti", p -> p.claim("jti", "")),
        bad("a number as jti", p -> p.claim("jti", 7)),
        bad("a jti too long", p -> p.claim("jti", "x".repeat(257))),
        bad("no htm", p -> p.claim("htm", null)),
        bad("another method", p -> p.claim("htm", "GET")),
        bad("the method in another case", p -> p.claim("htm", "post")),
        bad("no htu", p -> p.claim("htu", null)),
        bad("a list as htu", p -> p.claim("htu", List.of(ProtectedServer.RESOURCE))),
        bad("another URL", p -> p.claim("htu", "https://other.example.com/mcp")),
        bad("another path", p -> p.claim("htu", "https://mcp.example.com/other")),
        bad("another scheme", p -> p.claim("htu", "http://mcp.example.com/mcp")),
        bad("no iat", p -> p.claim("iat", null)),
        bad("a text as iat", p -> p.claim("iat", "now")),
        bad("a huge iat", p -> p.claim("iat", 1e300)),
        bad("no ath", p -> p.claim("ath", null)),
        bad("the hash of another token", p -> p.claim("ath", "x".repeat(43))),
        bad("another type", p -> p.header("typ", "JWT")),
        bad("no type", p -> p.header("typ", null)),
        bad("alg none", p -> p.header("alg", "none")),
        bad("a symmetric alg", p -> p.header("alg", "HS256")),
        bad("an alg that is not offered", p -> p.header("alg", "ES384")),
        bad("the alg of another kind of key", p -> p.header("alg", "RS256")),
        bad("no jwk", p -> p.header("jwk", null)),
        bad("a text as jwk", p -> p.header("jwk", "k")),
        bad("a symmetric jwk", p -> p.header("jwk", Map.of("kty", "oct", "k", "AAAA"))),
        bad("a weak jwk", p -> p.header("alg", "RS256").header("jwk", weak.publicJwk())),
        bad("crit", p -> p.header("crit", List.of("exp")).header("exp", 1)),
        bad("b64", p -> p.header("b64", false)),
        bad("a signature of another key", p -> p.signedBy(ProofKey.es256())));
  }

  private static Arguments bad(String what, UnaryOperator<ProofKey.Proof> change) {
    return Arguments.of(what, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badProofs")
  void badProof_isRefused(String what, UnaryOperator<ProofKey.Proof> change) {
    String token = bound();
    assertInvalidProof(
        decide(token, change.apply(proof(token)).mint()), ReasonCode.DPOP_PROOF_INVALID);
  }

  @Test
  void privateKeyInTheProof_isRefused() {
    String token = bound();
    assertInvalidProof(
        decide(token, proof(token).header("jwk", key.privateJwk()).mint()),
        ReasonCode.DPOP_PROOF_INVALID);
    ProofKey rsa = ProofKey.of("RS256");
    String other = bound(rsa);
    assertInvalidProof(
        decide(other, rsa.proof(other, clock.instant()).header("jwk", rsa.privateJwk()).mint()),
        ReasonCode.DPOP_PROOF_INVALID);
  }

  @Test
  void signatureOfZeros_isRefused() {
    String token = bound();
    assertInvalidProof(
        decide(token, proof(token).mint(new byte[64])), ReasonCode.DPOP_PROOF_INVALID);
    assertInvalidProof(
        decide(token, proof(token).mint(new byte[0])), ReasonCode.DPOP_PROOF_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a.b", "a.b.c", "a.b.c.d.e", "{}"})
  void whatIsNoJws_isRefused(String header) {
    assertInvalidProof(decide(bound(), header), ReasonCode.DPOP_PROOF_INVALID);
  }

  /** Section 4.3, item 1. */
  @Test
  void noProofOrTwo_areRefused() {
    String token = bound();
    assertInvalidProof(decide(token), ReasonCode.DPOP_PROOF_INVALID);
    assertInvalidProof(
        decide(token, proof(token).mint(), proof(token).mint()), ReasonCode.DPOP_PROOF_INVALID);
    assertInvalidProof(
        decide(token, proof(token).mint() + ", " + proof(token).mint()),
        ReasonCode.DPOP_PROOF_INVALID);
  }

  @Test
  void hugeProof_isRefused() {
    String token = bound();
    assertInvalidProof(
        decide(token, proof(token).claim("x", "x".repeat(9_000)).mint()),
        ReasonCode.DPOP_PROOF_INVALID);
  }

  @Test
  void keyOfSomebodyElse_isNoProof() {
    String token = bound();
    ProofKey thief = ProofKey.es256();
    assertInvalidToken(
        decide(token, thief.proof(token, clock.instant()).mint()), ReasonCode.DPOP_KEY_WRONG);
  }

  /** Section 11.1; SEP-1932: five minutes before and after. */
  @Test
  void proofOfAnotherTime_isRefused() {
    String token =
        issuer
            .token(ProtectedServer.RESOURCE)
            .scopes("mcp", "files:list")
            .claim("cnf", key.confirmation())
            .expiresIn(Duration.ofHours(1))
            .mint();
    long now = clock.instant().getEpochSecond();
    assertGranted(decide(token, proof(token).claim("iat", now - 300).mint()));
    assertGranted(decide(token, proof(token).claim("iat", now + 300).mint()));
    assertInvalidProof(
        decide(token, proof(token).claim("iat", now - 301).mint()), ReasonCode.DPOP_PROOF_INVALID);
    assertInvalidProof(
        decide(token, proof(token).claim("iat", now + 301).mint()), ReasonCode.DPOP_PROOF_INVALID);
    try (ResourceServer strict =
        server(DpopProofs.accepted().withProofLifetime(Duration.ofSeconds(10))).build()) {
      assertGranted(
          strict.decide(call("DPoP " + token, proof(token).claim("iat", now - 10).mint())));
      assertInvalidProof(
          strict.decide(call("DPoP " + token, proof(token).claim("iat", now - 11).mint())),
          ReasonCode.DPOP_PROOF_INVALID);
    }
  }

  @Test
  void proofThatComesAgain_isRefused() {
    String token = bound();
    String once = proof(token).mint();
    assertGranted(decide(token, once));
    assertInvalidProof(decide(token, once), ReasonCode.DPOP_PROOF_REPLAYED);
    clock.advance(Duration.ofMinutes(4));
    assertInvalidProof(decide(token, once), ReasonCode.DPOP_PROOF_REPLAYED);
    // The id alone counts, not what else is signed with it.
    String id = "the-same";
    assertGranted(decide(token, proof(token).claim("jti", id).mint()));
    assertInvalidProof(
        decide(token, proof(token).claim("jti", id).claim("x", 1).mint()),
        ReasonCode.DPOP_PROOF_REPLAYED);
  }

  @Test
  void idOfAnotherKey_isAnotherOne() {
    ProofKey other = ProofKey.es256();
    String token = bound();
    String theirs = bound(other);
    assertGranted(decide(token, proof(token).claim("jti", "1").mint()));
    assertGranted(decide(theirs, other.proof(theirs, clock.instant()).claim("jti", "1").mint()));
  }

  @Test
  void proofThatComesTwiceAtOnce_isGoodOnce() throws Exception {
    String token = bound();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      String once = proof(token).mint();
      List<Callable<AccessDecision>> calls = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        calls.add(() -> decide(token, once));
      }
      int granted = 0;
      for (Future<AccessDecision> outcome : pool.invokeAll(calls)) {
        if (outcome.get() instanceof AccessDecision.Granted) {
          granted++;
        } else {
          assertInvalidProof(outcome.get(), ReasonCode.DPOP_PROOF_REPLAYED);
        }
      }
      assertThat(granted).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  /** A bad proof must not use up the id that its owner is about to use. */
  @Test
  void idOfABadProof_isNotUsedUp() {
    String token = bound();
    ProofKey.Proof good = proof(token).claim("jti", "mine");
    assertInvalidProof(
        decide(token, proof(token).claim("jti", "mine").signedBy(ProofKey.es256()).mint()),
        ReasonCode.DPOP_PROOF_INVALID);
    assertGranted(decide(token, good.mint()));
  }

  /** The verdict on the token is kept; possession is asked for each time. */
  @Test
  void keptVerdict_needsAProofEachTime() {
    String token = bound();
    assertGranted(decide(token, proof(token).mint()));
    assertInvalidProof(decide(token), ReasonCode.DPOP_PROOF_INVALID);
    assertInvalidToken(
        server.decide(call("Bearer " + token, proof(token).mint())),
        ReasonCode.PROOF_OF_POSSESSION_MISSING);
    assertGranted(decide(token, proof(token).mint()));
  }

  /** Section 7.2. */
  @Test
  void boundTokenAsBearer_isRefused() {
    String token = bound();
    assertInvalidToken(
        server.decide(call("Bearer " + token)), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    assertInvalidToken(
        server.decide(call("Bearer " + token, proof(token).mint())),
        ReasonCode.PROOF_OF_POSSESSION_MISSING);
  }

  @Test
  void bindingThatOnlyItsIssuerKnows_countsAsWell() {
    TokenVerifier introspection =
        token ->
            TokenClaims.of(
                    Map.of(
                        "iss",
                        issuer.issuer(),
                        "sub",
                        "alice",
                        "aud",
                        ProtectedServer.RESOURCE,
                        "scope",
                        "mcp files:list",
                        "exp",
                        clock.instant().plusSeconds(300).getEpochSecond(),
                        "cnf",
                        key.confirmation()))
                .keptFor(Duration.ofMinutes(1));
    try (ResourceServer opaque =
        ProtectedServer.of(AuthorizationServer.of(issuer.issuer()).verifiedBy(introspection), clock)
            .accept(DpopProofs.accepted())
            .build()) {
      for (int round = 0; round < 2; round++) { // the second time by the kept verdict
        assertInvalidToken(
            opaque.decide(call("Bearer opaque")), ReasonCode.PROOF_OF_POSSESSION_MISSING);
        assertGranted(opaque.decide(call("DPoP opaque", proof("opaque").mint())));
      }
    }
  }

  @Test
  void unboundTokenAsDpop_isRefused() {
    String token = unbound();
    assertInvalidToken(decide(token, proof(token).mint()), ReasonCode.TOKEN_NOT_BOUND);
  }

  @Test
  void unboundTokenAsBearer_isGoodWhateverTheProofHeaderSays() {
    String token = unbound();
    AccessDecision decision = server.decide(call("Bearer " + token, "nonsense", "twice"));
    assertThat(caller(decision).scheme()).isEqualTo(Scheme.BEARER);
  }

  @Test
  void tokenThatIsNotGood_isRefusedAsAnyOther() {
    String forged = bound().replaceAll("[A-Za-z0-9_-]{6}$", "AAAAAA");
    assertInvalidToken(decide(forged, proof(forged).mint()), ReasonCode.SIGNATURE_INVALID);
    String foreign =
        issuer.token("https://other.example.com/mcp").claim("cnf", key.confirmation()).mint();
    assertInvalidToken(decide(foreign, proof(foreign).mint()), ReasonCode.WRONG_AUDIENCE);
  }

  @Test
  void boundTokenWhereProofsAreNotAccepted_isRefused() {
    String token = bound();
    try (ResourceServer plain =
        ProtectedServer.of(AuthorizationServer.of(issuer.issuer()), clock).build()) {
      assertInvalidToken(
          plain.decide(call("Bearer " + token)), ReasonCode.PROOF_OF_POSSESSION_MISSING);
      AccessDecision.Refused refused =
          assertRefused(
              plain.decide(call("DPoP " + token, proof(token).mint())),
              401,
              ReasonCode.CREDENTIAL_NOT_ACCEPTED);
      assertThat(refused.furtherChallenges()).isEmpty();
    }
  }

  @Test
  void whereProofsAreNotAccepted_nobodyLooksForThem() {
    RequestStub request = call("Bearer " + unbound(), "nonsense");
    try (ResourceServer plain =
        ProtectedServer.of(AuthorizationServer.of(issuer.issuer()), clock).build()) {
      assertGranted(plain.decide(request));
    }
    assertThat(request.looked()).contains("Authorization").doesNotContain("DPoP");
  }

  @Test
  void required_refusesWhatIsBoundToNothing() {
    try (ResourceServer strict = server(DpopProofs.required()).build()) {
      assertInvalidToken(
          strict.decide(call("Bearer " + unbound())), ReasonCode.PROOF_OF_POSSESSION_MISSING);
      String token = bound();
      assertGranted(strict.decide(call("DPoP " + token, proof(token).mint())));
      assertThat(strict.metadata().dpopBoundAccessTokensRequired()).isTrue();
    }
    assertThat(server.metadata().dpopBoundAccessTokensRequired()).isFalse();
    assertThat(server.metadata().dpopSigningAlgValuesSupported())
        .containsExactly("ES256", "EdDSA", "Ed25519", "PS256", "RS256");
  }

  @Test
  void ruleForBoundTokens_refusesOthers() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("list_files", Access.scopes("files:list").scheme(Scheme.DPOP))
            .build();
    try (ResourceServer byRule =
        ResourceServer.builder(
                ProtectedServer.RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
            .clock(clock)
            .accept(DpopProofs.accepted())
            .build()) {
      assertRefused(byRule.decide(call("Bearer " + unbound())), 403, ReasonCode.SCHEME_NOT_ALLOWED);
      String token = bound();
      assertGranted(byRule.decide(call("DPoP " + token, proof(token).mint())));
    }
  }

  /** Section 7.1; a client that reads the Bearer challenge finds it first. */
  @Test
  void challenges_areTwoLinesAndNameTheAlgorithms() {
    String scope = "scope=\"mcp files:list\", resource_metadata=\"" + ProtectedServer.METADATA;
    AccessDecision.Refused first =
        assertRefused(
            server.decide(RequestStub.post(Guarded.call("7", "list_files"))),
            401,
            ReasonCode.CREDENTIAL_MISSING);
    assertThat(first.headers().get("WWW-Authenticate")).isEqualTo("Bearer " + scope + "\"");
    assertThat(first.furtherChallenges()).containsExactly("DPoP " + scope + "\", " + ALGS);

    String token = bound();
    AccessDecision.Refused stepUp =
        assertRefused(
            server.decide(
                RequestStub.post(Guarded.call("7", "read_file"))
                    .path("/mcp")
                    .header("Authorization", "DPoP " + token)
                    .header("DPoP", proof(token).mint())),
            403,
            ReasonCode.INSUFFICIENT_SCOPE);
    assertThat(stepUp.furtherChallenges())
        .singleElement()
        .asString()
        .startsWith("DPoP error=\"insufficient_scope\", scope=\"")
        .endsWith(ALGS);
  }

  @Test
  void signingAlgs_areThoseThatAreOffered() {
    try (ResourceServer one = server(DpopProofs.accepted().withSigningAlgs("RS256")).build()) {
      String token = bound();
      AccessDecision.Refused refused =
          assertInvalidProof(
              one.decide(call("DPoP " + token, proof(token).mint())),
              ReasonCode.DPOP_PROOF_INVALID);
      assertThat(refused.furtherChallenges().get(0)).endsWith("algs=\"RS256\"");
    }
  }

  @Test
  void storeThatFails_isA503AndNeverAccess() {
    LastingStore store = LastingStore.over(Store.inMemory(clock));
    try (ResourceServer shared = server(DpopProofs.accepted()).store(store.node()).build()) {
      String token = bound();
      String once = proof(token).mint();
      store.fail(new StoreException("down"));
      Answers.assertUnavailable(
          shared.decide(call("DPoP " + token, once)), ReasonCode.STORE_UNAVAILABLE);
      store.fail(null);
      store.asked().clear();
      assertGranted(shared.decide(call("DPoP " + token, once)));
      assertThat(store.asked()).as("one insert for a proof").containsExactly("create");
    }
  }

  /** 401, and the error of the proof in the challenge of proofs alone. */
  private static AccessDecision.Refused assertInvalidProof(
      AccessDecision decision, ReasonCode reason) {
    AccessDecision.Refused refused = assertRefused(decision, 401, reason);
    assertThat(refused.headers().get("WWW-Authenticate")).startsWith("Bearer scope=");
    assertThat(refused.furtherChallenges())
        .singleElement()
        .asString()
        .startsWith("DPoP error=\"invalid_dpop_proof\", scope=");
    return refused;
  }
}
