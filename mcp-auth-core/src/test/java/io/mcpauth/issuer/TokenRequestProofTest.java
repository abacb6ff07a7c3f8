package io.mcpauth.issuer;

import static io.mcpauth.issuer.ServerInTest.json;
import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.ProofKey;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.DpopProofs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are bound to a key (RFC 9449 sections 5 and 10). */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TokenRequestProofTest {
  private static final String ENDPOINT = "https://auth.test/oauth/token";

  private final ServerInTest rig = new ServerInTest();
  private final CodeVerifier verifier = CodeVerifier.generate();
  private final ProofKey key = ProofKey.es256();

  @AfterEach
  void close() {
    rig.close();
  }

  private ProofKey.Proof proof(ProofKey of) {
    return of.proof("", rig.clock.instant()).claim("htu", ENDPOINT).claim("ath", null);
  }

  private String proof() {
    return proof(key).mint();
  }

  private OAuthAnswer redeem(String clientId, String code, String... proofs) {
    return rig.tokenWith(List.of(proofs), redeeming(clientId, code));
  }

  private String[] redeeming(String clientId, String code) {
    return form(
        clientId,
        "grant_type",
        "authorization_code",
        "code",
        code,
        "code_verifier",
        verifier.value());
  }

  private OAuthAnswer refresh(String clientId, String token, String... proofs) {
    return rig.tokenWith(
        List.of(proofs), form(clientId, "grant_type", "refresh_token", "refresh_token", token));
  }

  /** The secret of those that have one. */
  private static String[] form(String clientId, String... fields) {
    List<String> all = new ArrayList<>(List.of("client_id", clientId));
    if (!clientId.equals("app") && !clientId.equals("bound")) {
      all.addAll(List.of("client_secret", ServerInTest.SECRET));
    }
    all.addAll(Arrays.asList(fields));
    return all.toArray(String[]::new);
  }

  private String code(String clientId, String... more) {
    return rig.code(clientId, verifier, "files:read", more);
  }

  private void assertRefused(OAuthAnswer answer, ReasonCode reason) {
    assertRefused(answer, "invalid_dpop_proof", reason);
  }

  private void assertRefused(OAuthAnswer answer, String error, ReasonCode reason) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(text(answer, "error")).isEqualTo(error);
    assertThat(answer.headers()).doesNotContainKey("WWW-Authenticate");
    assertThat(rig.events.get(rig.events.size() - 1).reason()).isEqualTo(reason);
  }

  private Map<String, @Nullable Object> introspected(String token) {
    return json(
        rig.server()
            .answer(SentRequest.post(OAuthAddresses.INTROSPECT, form("asks", "token", token))));
  }

  private void assertBound(OAuthAnswer answer, ProofKey to) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(text(answer, "token_type")).isEqualTo("DPoP");
    assertThat(introspected(text(answer, "access_token")))
        .containsEntry("active", true)
        .containsEntry("token_type", "DPoP")
        .containsEntry("cnf", to.confirmation());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ES256", "EdDSA", "Ed25519", "PS256", "RS256"})
  void codeWithAProof_givesATokenBoundToItsKey(String algorithm) {
    ProofKey client = ProofKey.of(algorithm);

    assertBound(redeem("app", code("app"), proof(client).mint()), client);
  }

  @Test
  void codeWithoutAProof_givesATokenBoundToNothing() {
    OAuthAnswer answer = redeem("app", code("app"));

    assertThat(text(answer, "token_type")).isEqualTo("Bearer");
    assertThat(introspected(text(answer, "access_token")))
        .containsEntry("token_type", "Bearer")
        .doesNotContainKey("cnf");
  }

  static Stream<Arguments> badProofs() {
    return Stream.of(
        bad("no jti", p -> p.claim("jti", null)),
        bad("another method", p -> p.claim("htm", "GET")),
        bad("no htu", p -> p.claim("htu", null)),
        bad("the resource", p -> p.claim("htu", ServerInTest.RESOURCE)),
        bad("another endpoint", p -> p.claim("htu", ServerInTest.ISSUER + "/oauth/revoke")),
        bad("a part of the path", p -> p.claim("htu", ServerInTest.ISSUER + "/token")),
        bad("another scheme", p -> p.claim("htu", "http://auth.test/oauth/token")),
        bad("another host", p -> p.claim("htu", "https://auth.test.evil.test/oauth/token")),
        bad("no iat", p -> p.claim("iat", null)),
        bad("an old iat", p -> p.claim("iat", 1)),
        bad("another type", p -> p.header("typ", "JWT")),
        bad("alg none", p -> p.header("alg", "none")),
        bad("an alg that is not offered", p -> p.header("alg", "ES384")),
        bad("no jwk", p -> p.header("jwk", null)),
        bad("a private jwk", p -> p.header("jwk", ProofKey.es256().privateJwk())),
        bad("a signature of another key", p -> p.signedBy(ProofKey.es256())));
  }

  private static Arguments bad(String what, UnaryOperator<ProofKey.Proof> change) {
    return Arguments.of(what, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badProofs")
  void badProof_isRefusedAndSpendsNothing(String what, UnaryOperator<ProofKey.Proof> change) {
    String code = code("app");

    assertRefused(
        redeem("app", code, change.apply(proof(key)).mint()), ReasonCode.DPOP_PROOF_INVALID);
    assertThat(redeem("app", code, proof()).status()).as(what).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x", "a.b.c"})
  void whatIsNoProof_isRefused(String text) {
    assertRefused(redeem("app", code("app"), text), ReasonCode.DPOP_PROOF_INVALID);
  }

  @Test
  void proofTooLarge_isRefused() {
    assertRefused(redeem("app", code("app"), "x".repeat(9_000)), ReasonCode.DPOP_PROOF_INVALID);
  }

  @Test
  void twoProofs_areRefused() {
    String code = code("app");

    assertRefused(redeem("app", code, proof(), proof()), ReasonCode.DPOP_PROOF_INVALID);
    assertThat(redeem("app", code, proof()).status()).isEqualTo(200);
  }

  @Test
  void endpointAsClientsNormaliseIt_isTheSame() {
    for (String url :
        List.of(
            "HTTPS://Auth.Test:443/oauth/token",
            ENDPOINT + "?x=1",
            "https://auth.test/oauth/%74oken")) {
      String proof = proof(key).claim("htu", url).mint();
      assertThat(redeem("app", code("app"), proof).status()).as(url).isEqualTo(200);
    }
  }

  @Test
  void proofThatComesAgain_isRefused() {
    String proof = proof();
    OAuthAnswer first = redeem("app", code("app"), proof);
    assertThat(first.status()).isEqualTo(200);

    assertRefused(
        refresh("app", text(first, "refresh_token"), proof), ReasonCode.DPOP_PROOF_REPLAYED);
    assertThat(refresh("app", text(first, "refresh_token"), proof()).status()).isEqualTo(200);
  }

  /** One that somebody has made ahead, or kept. */
  @Test
  void proofOfFiveMinutesAgo_isRefused() {
    String proof = proof();
    rig.clock.advance(Duration.ofMinutes(5).plusSeconds(1));

    assertRefused(redeem("app", code("app"), proof), ReasonCode.DPOP_PROOF_INVALID);
  }

  @Test
  void strangersProof_costsNoSignatureCheck() {
    String forged = proof(key).signedBy(ProofKey.es256()).mint();

    assertRefused(
        redeem("app", "mcpco_" + "x".repeat(59), forged), "invalid_grant", ReasonCode.CODE_INVALID);
    assertRefused(refresh("app", "x", forged), "invalid_grant", ReasonCode.REFRESH_TOKEN_INVALID);
    String code = code("other");
    assertRefused(redeem("app", code, forged), "invalid_grant", ReasonCode.CODE_INVALID);
  }

  @Test
  void refreshTokenOfAPublicClient_isForItsKeyAlone() {
    String token = text(redeem("app", code("app"), proof()), "refresh_token");

    assertRefused(refresh("app", token), ReasonCode.DPOP_PROOF_INVALID);
    assertRefused(
        refresh("app", token, proof(ProofKey.es256()).mint()), ReasonCode.DPOP_PROOF_INVALID);
    String forged = proof(key).signedBy(ProofKey.es256()).mint();
    assertRefused(refresh("app", token, forged), ReasonCode.DPOP_PROOF_INVALID);
    OAuthAnswer next = refresh("app", token, proof());
    assertBound(next, key);
    assertBound(refresh("app", text(next, "refresh_token"), proof()), key);
  }

  /** RFC 9449 section 5: a refresh token that it gets with a proof is bound. */
  @Test
  void publicClientThatBeginsWithProofs_isBoundFromThenOn() {
    String token = text(redeem("app", code("app")), "refresh_token");
    OAuthAnswer next = refresh("app", token, proof());

    assertBound(next, key);
    assertRefused(refresh("app", text(next, "refresh_token")), ReasonCode.DPOP_PROOF_INVALID);
  }

  /** The race of two tabs is one of the same key. */
  @Test
  void refreshTokenAgainAtOnce_isForTheSameKey() {
    String token = text(redeem("app", code("app"), proof()), "refresh_token");
    String next = text(refresh("app", token, proof()), "refresh_token");

    assertRefused(refresh("app", token), ReasonCode.DPOP_PROOF_INVALID);
    assertRefused(
        refresh("app", token, proof(ProofKey.es256()).mint()), ReasonCode.DPOP_PROOF_INVALID);
    OAuthAnswer again = refresh("app", token, proof());
    assertBound(again, key);
    assertThat(text(again, "refresh_token")).isEqualTo(next);
  }

  @Test
  void refreshTokenOfAClientWithASecret_isForAnyKeyAndNotForNone() {
    String token = text(redeem("web", code("web"), proof()), "refresh_token");

    assertRefused(refresh("web", token), ReasonCode.DPOP_PROOF_INVALID);
    ProofKey other = ProofKey.es256();
    OAuthAnswer next = refresh("web", token, proof(other).mint());
    assertBound(next, other);
    assertBound(refresh("web", text(next, "refresh_token"), proof()), key);
  }

  @Test
  void codeForAKey_isForThatKeyAlone() {
    String[] bound = {"dpop_jkt", key.thumbprint()};

    assertBound(redeem("app", code("app", bound), proof()), key);
    assertRefused(redeem("app", code("app", bound)), ReasonCode.DPOP_PROOF_INVALID);
    assertRefused(
        redeem("app", code("app", bound), proof(ProofKey.es256()).mint()),
        ReasonCode.DPOP_PROOF_INVALID);
    assertRefused(redeem("web", code("web", bound)), ReasonCode.DPOP_PROOF_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4", "a b"})
  void whatIsNoThumbprint_isToldToTheClient(String thumbprint) {
    OAuthAnswer answer =
        new Visitor(rig.server(), "alice")
            .open(
                ServerInTest.query(
                    "app", verifier, "files:read", ServerInTest.RESOURCE, "dpop_jkt", thumbprint));

    assertThat(answer.status()).isEqualTo(303);
    assertThat(ServerInTest.header(answer, "Location")).contains("error=invalid_request");
    assertThat(rig.events.get(rig.events.size() - 1).reason())
        .isEqualTo(ReasonCode.PARAMETER_INVALID);
  }

  @Test
  void clientThatWantsBoundTokens_getsNoOthers() {
    rig.enter(
        NewClient.withId("bound")
            .authMethod("none")
            .redirectUris(ServerInTest.PLACE)
            .dpopBoundTokens());
    rig.restart();
    assertThat(rig.clients.find("bound")).matches(client -> client.dpopBoundTokens());
    String code = code("bound");

    assertRefused(redeem("bound", code), ReasonCode.DPOP_PROOF_INVALID);
    assertBound(redeem("bound", code, proof()), key);
  }

  @Test
  void clientThatRegisteredForBoundTokens_getsNoOthers() {
    OAuthAnswer registered =
        rig.server()
            .answer(
                ClientRequest.json(
                    OAuthAddresses.REGISTER,
                    "{\"redirect_uris\":[\"https://app.test/callback\"],"
                        + "\"token_endpoint_auth_method\":\"none\","
                        + "\"dpop_bound_access_tokens\":true}"));
    assertThat(json(registered)).containsEntry("dpop_bound_access_tokens", true);
    String id = text(registered, "client_id");
    String code = code(id);
    String[] form = {
      "grant_type",
      "authorization_code",
      "client_id",
      id,
      "code",
      code,
      "code_verifier",
      verifier.value()
    };

    assertRefused(rig.token(form), ReasonCode.DPOP_PROOF_INVALID);
    assertBound(rig.tokenWith(List.of(proof()), form), key);
  }

  @Test
  void clientForItself_isBoundToItsKey() {
    rig.enter(
        NewClient.withId("job")
            .secret(ServerInTest.SECRET)
            .grantTypes("client_credentials")
            .scopes("files:read"));
    rig.restart();
    String[] form =
        form("job", "grant_type", "client_credentials", "resource", ServerInTest.RESOURCE);

    assertBound(rig.tokenWith(List.of(proof()), form), key);
    assertThat(text(rig.token(form), "token_type")).isEqualTo("Bearer");
  }

  @Test
  void metadataAndPreflight_nameProofs() {
    OAuthAnswer metadata =
        rig.server().answer(SentRequest.of("GET", "/.well-known/oauth-authorization-server", null));
    assertThat(json(metadata))
        .containsEntry(
            "dpop_signing_alg_values_supported",
            List.of("ES256", "EdDSA", "Ed25519", "PS256", "RS256"));
    OAuthAnswer preflight =
        rig.server().answer(SentRequest.of("OPTIONS", ServerInTest.TOKEN, null));
    assertThat(ServerInTest.header(preflight, "Access-Control-Allow-Headers")).contains("DPoP");
  }

  private AccessDecision call(ResourceServer server, String scheme, String token, ProofKey of) {
    String proof = of.proof(token, rig.clock.instant()).claim("htu", ServerInTest.RESOURCE).mint();
    return server.decide(
        RequestStub.post(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                    + "\"params\":{\"name\":\"read_file\"}}")
            .path("/mcp")
            .header("Authorization", scheme + " " + token)
            .header("DPoP", proof));
  }

  /** The resource server in the same process asks nobody, and wants the proof each time. */
  @Test
  void boundToken_isOfUseWithAProofOfItsKeyAlone() {
    try (ResourceServer server =
        ResourceServer.builder(
                ServerInTest.RESOURCE,
                rig.server().authorizationServer(),
                ToolPolicy.builder().tool("read_file", "files:read").build())
            .store(rig.store)
            .accept(DpopProofs.accepted())
            .clock(rig.clock)
            .build()) {
      String bound = text(redeem("app", code("app"), proof()), "access_token");
      String plain = text(redeem("app", code("app")), "access_token");

      for (int i = 0; i < 2; i++) {
        assertThat(call(server, "DPoP", bound, key)).isInstanceOf(AccessDecision.Granted.class);
        assertRefused(call(server, "Bearer", bound, key), ReasonCode.PROOF_OF_POSSESSION_MISSING);
        assertRefused(call(server, "DPoP", bound, ProofKey.es256()), ReasonCode.DPOP_KEY_WRONG);
        assertRefused(call(server, "DPoP", plain, key), ReasonCode.TOKEN_NOT_BOUND);
        assertThat(call(server, "Bearer", plain, key)).isInstanceOf(AccessDecision.Granted.class);
      }
    }
  }

  private static void assertRefused(AccessDecision decision, ReasonCode reason) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            AccessDecision.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(reason));
  }
}
