package io.mcpauth.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import io.mcpauth.MutableClock;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import io.mcpauth.internal.json.Json;
import java.net.InetAddress;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to a token endpoint, one for each call. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TokenClientTest {
  private static final URI RESOURCE = URI.create("https://m.test/mcp");
  private static final URI REDIRECT = URI.create("http://127.0.0.1:8976/callback");
  private static final JwtAssertion ASSERTION =
      JwtAssertion.of("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ3b3JrbG9hZCJ9.c2lnbmF0dXJl");

  private final MutableClock clock = new MutableClock();
  private final TokenServer server = new TokenServer();
  private final List<TokenClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(TokenClient::close);
    server.close();
  }

  @Test
  void code_isRedeemedWithWhatItWasAskedForWith() throws Exception {
    server.answer(
        TokenServer.good("t1").replace("}", ",\"refresh_token\":\"r 1\",\"scope\":\"a\"}"));
    AuthorizationCode code = code("client");

    TokenSet tokens = publicClient(null).redeem(code);

    assertThat(form())
        .containsOnly(
            Map.entry("grant_type", "authorization_code"),
            Map.entry("code", "c0de"),
            Map.entry("client_id", "client"),
            Map.entry("redirect_uri", REDIRECT.toString()),
            Map.entry("resource", RESOURCE.toString()),
            Map.entry("code_verifier", code.pending().verifier().value()));
    assertThat(tokens.accessToken().authorization()).isEqualTo("Bearer t1");
    assertThat(tokens.accessToken().scopes()).containsExactly("a");
    assertThat(tokens.toString()).doesNotContain("t1", "r 1");
    assertThat(TokenSet.parse(tokens.toText()).toText()).isEqualTo(tokens.toText());
  }

  /** The mix-up: nothing is sent. */
  @Test
  void codeOfAnotherIssuerOrClient_isNotSent() throws Exception {
    AuthorizationCode code = code("client");
    TokenClient other =
        client(
            TokenEndpoint.of(
                "https://evil.example.com", server.uri(), ClientAuthentication.none("client")));
    TokenClient otherClient = client(ClientAuthentication.none("client-2"), null);

    assertThatIllegalStateException().isThrownBy(() -> other.redeem(code));
    assertThatIllegalStateException().isThrownBy(() -> otherClient.redeem(code));
    assertThatIllegalStateException().isThrownBy(() -> other.refresh(tokens("r1"), null));
    assertThatIllegalStateException().isThrownBy(() -> other.revoke(tokens("r1")));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void refresh_keepsTheTokenThatIsNotReplaced() throws Exception {
    TokenClient client = publicClient(null);
    TokenSet.RefreshToken kept = client.refresh(tokens("r1"), RESOURCE).refreshToken();

    assertThat(kept).isNotNull();
    assertThat(kept.value()).isEqualTo("r1");
    assertThat(form())
        .containsEntry("refresh_token", "r1")
        .containsEntry("resource", RESOURCE.toString())
        .doesNotContainKey("scope");

    server.answer(TokenServer.good("t2").replace("}", ",\"refresh_token\":\"r2\"}"));
    TokenSet.RefreshToken replaced = client.refresh(tokens("r1"), null).refreshToken();
    assertThat(replaced).isNotNull();
    assertThat(replaced.value()).isEqualTo("r2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r1", "r"}) // one of which is a part of the code
  void invalidGrant_endsTheAuthorization(String refreshToken) {
    server.answer(
        TokenServer.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"us\\nage\"}"));

    ClientException problem = failed(() -> publicClient(null).refresh(tokens(refreshToken), null));

    assertThat(problem.reason()).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(problem.errorDescription()).isEqualTo("us?age");
    assertThat(failed(() -> publicClient(null).refresh(tokens(null), null)).reason())
        .isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c0de", "r-secret-refresh-token", "c2lnbmF0dXJl"})
  void serverThatRepeatsASecret_isNotQuoted(String secret) throws Exception {
    server.answer(TokenServer.json(400, "{\"error\":\"no " + secret + "\"}"));
    TokenClient client = publicClient(null);
    AuthorizationCode code = code("client");

    List<ClientException> problems =
        List.of(
            failed(() -> client.redeem(code)),
            failed(() -> client.refresh(tokens("r-secret-refresh-token"), null)),
            failed(() -> client.jwtBearer(ASSERTION, TokenTarget.unnamed())));

    assertThat(problems)
        .anyMatch(problem -> String.valueOf(problem.error()).startsWith("(withheld"));
    assertThat(code.toString() + ASSERTION + tokens(secret)).doesNotContain(secret);
  }

  @Test
  void workloadsAssertion_isTheGrantAndARefusalIsFinal() throws Exception {
    TokenTarget target = TokenTarget.unnamed().withScopes("a").withResource(RESOURCE);
    publicClient(null).jwtBearer(ASSERTION, target);

    assertThat(form())
        .containsOnly(
            Map.entry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            Map.entry("assertion", ASSERTION.value()),
            Map.entry("client_id", "client"),
            Map.entry("scope", "a"),
            Map.entry("resource", RESOURCE.toString()));

    server.answer(TokenServer.json(400, "{\"error\":\"unauthorized_client\"}"));
    ClientException problem = failed(() -> publicClient(null).jwtBearer(ASSERTION, target));
    assertThat(problem.error()).isEqualTo("unauthorized_client");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void idToken_isExchangedForAnIdentityAssertion() throws Exception {
    String jag =
        "{\"issued_token_type\":\"urn:ietf:params:oauth:token-type:id-jag\",\"token_type\":\"N_A\","
            + "\"access_token\":\"aa.bb.cc\"}";
    server.answer(jag);
    TokenTarget target =
        TokenTarget.unnamed().withAudience("https://as.test").withResource(RESOURCE);

    assertThat(publicClient(null).identityAssertion(ASSERTION, target).value())
        .isEqualTo("aa.bb.cc");
    assertThat(form())
        .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .containsEntry("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")
        .containsEntry("requested_token_type", "urn:ietf:params:oauth:token-type:id-jag")
        .containsEntry("audience", "https://as.test")
        .containsEntry("resource", RESOURCE.toString());

    for (String wrong :
        List.of(jag.replace("id-jag", "access_token"), jag.replace("N_A", "Bearer"), "{}")) {
      server.answer(wrong);
      assertThat(failed(() -> publicClient(null).identityAssertion(ASSERTION, target)).reason())
          .isEqualTo(Reason.RESPONSE_INVALID);
    }
  }

  @Test
  void clientAssertion_isForTheIssuerAndLastsAMinute() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    ClientKey key = ClientKey.ofPem(pem(pair), "ES256", "k1");
    client(ClientAuthentication.privateKeyJwt("client", key), null)
        .clientCredentials(TokenTarget.unnamed());

    assertThat(form())
        .containsEntry(
            "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    SignedJWT jwt = SignedJWT.parse(form().get("client_assertion"));
    assertThat(jwt.verify(new ECDSAVerifier((ECPublicKey) pair.getPublic()))).isTrue();
    assertThat(jwt.getHeader().getKeyID()).isEqualTo("k1");
    assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly(server.issuer());
    assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo("client");
    assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo("client");
    assertThat(jwt.getJWTClaimsSet().getExpirationTime().toInstant())
        .isEqualTo(clock.instant().plusSeconds(60));

    client(ClientAuthentication.privateKeyJwtForTheTokenEndpointUrl("client", key), null)
        .clientCredentials(TokenTarget.unnamed());
    SignedJWT second = SignedJWT.parse(form().get("client_assertion"));
    assertThat(second.getJWTClaimsSet().getAudience()).containsExactly(server.uri().toString());
    assertThat(second.getJWTClaimsSet().getJWTID()).isNotEqualTo(jwt.getJWTClaimsSet().getJWTID());
    assertThat(key.toString()).isEqualTo("ClientKey[...]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256"})
  void rsaKey_signs(String algorithm) throws Exception {
    KeyPair pair = rsa(2048);
    String signed =
        ClientKey.of(pair.getPrivate(), algorithm, null).assertion("c", "a", clock.instant());

    assertThat(SignedJWT.parse(signed).getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
    assertThat(SignedJWT.parse(signed).verify(new RSASSAVerifier((RSAPublicKey) pair.getPublic())))
        .isTrue();
  }

  @Test
  void keyThatDoesNotDo_isRefusedAndNotRepeated() throws Exception {
    KeyPair weak = rsa(1024);
    KeyPair good = rsa(2048);
    String secret = Base64.getEncoder().encodeToString(weak.getPrivate().getEncoded());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientKey.of(weak.getPrivate(), "RS256", null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientKey.of(good.getPrivate(), "none", null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientKey.of(good.getPrivate(), "HS256", null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientKey.ofPem(pem(good), "ES256", null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientKey.ofPem(secret, "RS256", null))
        .withMessageNotContaining(secret.substring(0, 20));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientKey.ofJwk("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}"))
        .withMessageNotContaining("c2VjcmV0");
  }

  @Test
  void dpop_provesTheKeyAndRetriesOnceWithTheNonce() throws Exception {
    DpopKey key = DpopKey.parse(DpopKey.generate().toJwk());
    List<SignedJWT> proofs = new CopyOnWriteArrayList<>();
    server.answer(
        exchange -> {
          SignedJWT proof = SignedJWT.parse(exchange.getRequestHeaders().getFirst("DPoP"));
          proofs.add(proof);
          exchange.getResponseHeaders().set("DPoP-Nonce", "n-1");
          boolean known = "n-1".equals(proof.getJWTClaimsSet().getClaim("nonce"));
          TokenServer.Answer answer =
              known
                  ? TokenServer.json(200, TokenServer.good("t1").replace("Bearer", "DPoP"))
                  : TokenServer.json(400, "{\"error\":\"use_dpop_nonce\"}");
          answer.write(exchange);
        });

    AccessToken token = publicClient(key).refresh(tokens("r1"), null).accessToken();

    assertThat(token.authorization()).isEqualTo("DPoP t1");
    assertThat(proofs).hasSize(2);
    SignedJWT proof = proofs.get(1);
    JWK jwk = proof.getHeader().getJWK();
    assertThat(jwk.isPrivate()).isFalse();
    assertThat(jwk.computeThumbprint().toString()).isEqualTo(key.thumbprint());
    assertThat(proof.verify(new ECDSAVerifier(jwk.toECKey()))).isTrue();
    assertThat(proof.getHeader().getType().getType()).isEqualTo("dpop+jwt");
    assertThat(proof.getJWTClaimsSet().getClaim("htm")).isEqualTo("POST");
    assertThat(proof.getJWTClaimsSet().getClaim("htu")).isEqualTo(server.uri().toString());
    assertThat(proof.getJWTClaimsSet().getJWTID())
        .isNotEqualTo(proofs.get(0).getJWTClaimsSet().getJWTID());
    assertThat(key.toString()).isEqualTo("DpopKey[...]");
  }

  @Test
  void dpopNonceThatIsNeverGoodEnough_isTriedOnce() {
    server.answer(
        exchange -> {
          exchange.getResponseHeaders().set("DPoP-Nonce", "n-" + server.requests().size());
          TokenServer.json(400, "{\"error\":\"use_dpop_nonce\"}").write(exchange);
        });

    ClientException problem =
        failed(() -> publicClient(DpopKey.generate()).refresh(tokens("r1"), null));

    assertThat(problem.error()).isEqualTo("use_dpop_nonce");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void bearerTokenInPlaceOfABoundOne_isRefused() {
    assertThat(failed(() -> publicClient(DpopKey.generate()).refresh(tokens("r1"), null)).reason())
        .isEqualTo(Reason.RESPONSE_INVALID);
    server.answer(TokenServer.good("t").replace("Bearer", "DPoP"));
    assertThat(failed(() -> publicClient(null).refresh(tokens("r1"), null)).reason())
        .isEqualTo(Reason.RESPONSE_INVALID);
  }

  @Test
  void proofForAResource_hashesTheTokenAndLeavesTheQueryOut() throws Exception {
    DpopKey key = DpopKey.generate();
    AccessToken token = tokens(null).accessToken();
    URI target = URI.create("https://m.test/mcp?x=1#y");
    assertThat(key.rememberNonce(target, "n1")).isTrue();
    assertThat(key.rememberNonce(target, "n1")).isFalse();
    assertThat(key.rememberNonce(target, "n\r\n1")).isFalse();

    SignedJWT proof = SignedJWT.parse(key.proof("POST", target, token, clock.instant()));

    assertThat(proof.getJWTClaimsSet().getClaim("htu")).isEqualTo("https://m.test/mcp");
    assertThat(proof.getJWTClaimsSet().getClaim("nonce")).isEqualTo("n1");
    // echo -n access-1 | sha256sum, as base64url
    byte[] hash = MessageDigest.getInstance("SHA-256").digest("access-1".getBytes(UTF_8));
    assertThat(proof.getJWTClaimsSet().getClaim("ath"))
        .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    SignedJWT elsewhere =
        SignedJWT.parse(key.proof("POST", URI.create("https://n.test"), token, clock.instant()));
    assertThat(elsewhere.getJWTClaimsSet().getClaim("nonce")).isNull();
  }

  @Test
  void revocation_namesTheRefreshTokenAndIsDoneWithA200() throws Exception {
    TokenClient client = discovered(ClientAuthentication.secretBasic("client", "s3cret"));
    server.answer(TokenServer.of(200, "text/plain", ""));

    assertThat(client.revoke(tokens("r1"))).isTrue();
    assertThat(form())
        .containsOnly(Map.entry("token", "r1"), Map.entry("token_type_hint", "refresh_token"));
    assertThat(server.requests().get(0).authorization()).startsWith("Basic ");

    server.answer(TokenServer.json(503, "{}"));
    assertThat(failed(() -> client.revoke(tokens(null))).reason()).isEqualTo(Reason.ENDPOINT_FAULT);
    assertThat(publicClient(null).revoke(tokens("r1"))).isFalse();
  }

  // https://github.com/anthropics/claude-code/issues/17274
  @Test
  void revocationEndpointThatIsUnusable_doesNotKeepAnybodyFromLoggingIn() throws Exception {
    for (String unusable : List.of("", "/revoke", "http://internal:8080/revoke")) {
      String json =
          new String(Json.write(metadata().members()), UTF_8)
              .replace("\"" + server.issuer() + "/revoke\"", "\"" + unusable + "\"");
      DiscoveredMetadata found =
          new DiscoveredMetadata(
              AuthorizationServerMetadata.parse(json.getBytes(UTF_8), server.issuer()),
              URI.create(server.issuer()),
              InetAddress.getLoopbackAddress());
      TokenClient client = TokenClient.of(found, ClientAuthentication.none("client"));
      clients.add(client);

      assertThat(client.revoke(tokens("r1"))).isFalse();
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void revocation_provesTheClientInEveryWay() throws Exception {
    KeyPair pair = rsa(2048);
    server.answer(TokenServer.of(200, "text/plain", ""));

    discovered(ClientAuthentication.none("client")).revoke(tokens(null));
    assertThat(form())
        .containsOnly(
            Map.entry("token", "access-1"),
            Map.entry("token_type_hint", "access_token"),
            Map.entry("client_id", "client"));
    discovered(ClientAuthentication.secretPost("client", "s3cret")).revoke(tokens("r1"));
    assertThat(form()).containsEntry("client_secret", "s3cret");
    discovered(
            ClientAuthentication.privateKeyJwt(
                "client", ClientKey.of(pair.getPrivate(), "RS256", null)))
        .revoke(tokens("r1"));
    assertThat(form()).containsKeys("client_assertion", "client_assertion_type");
  }

  @Test
  void discoveredEndpointThatIsNoWebAddress_isRefused() throws Exception {
    String json = "{\"issuer\":\"https://i.test\",\"token_endpoint\":\"http://i.test/t\"}";
    DiscoveredMetadata found =
        new DiscoveredMetadata(
            AuthorizationServerMetadata.parse(json.getBytes(UTF_8), "https://i.test"),
            URI.create("https://i.test"),
            InetAddress.getByName("8.8.8.8"));

    assertThat(
            catchThrowableOfType(
                    ClientException.class,
                    () -> TokenClient.of(found, ClientAuthentication.none("c"), null, clock))
                .reason())
        .isEqualTo(ClientException.Reason.URL_NOT_ACCEPTED);
  }

  @Test
  void publicIssuersEndpointInside_isNotConnected() throws Exception {
    String json =
        "{\"issuer\":\"https://i.test\",\"token_endpoint\":\"https://127.0.0.1:"
            + server.uri().getPort()
            + "/t\"}";
    DiscoveredMetadata found =
        new DiscoveredMetadata(
            AuthorizationServerMetadata.parse(json.getBytes(UTF_8), "https://i.test"),
            URI.create("https://i.test"),
            InetAddress.getByName("8.8.8.8"));
    TokenClient client = TokenClient.of(found, ClientAuthentication.none("c"), null, clock);
    clients.add(client);

    assertThat(failed(() -> client.jwtBearer(ASSERTION, TokenTarget.unnamed())))
        .hasMessageContaining("ADDRESS_REFUSED");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void authentication_isChosenByRegistrationThenMetadata() throws ClientException {
    assertThat(chosen("null", "s", null)).contains("client_secret_basic");
    assertThat(chosen("[\"client_secret_post\",\"client_secret_basic\"]", "s", null))
        .contains("client_secret_basic");
    assertThat(chosen("[\"client_secret_post\",\"none\"]", "s", null))
        .contains("client_secret_post");
    assertThat(chosen("[\"none\"]", "s", null)).contains("none");
    assertThat(chosen("[\"client_secret_basic\"]", null, null)).contains("none");
    assertThat(chosen("[\"client_secret_basic\"]", "s", "client_secret_post"))
        .contains("client_secret_post");
    assertThat(
            catchThrowableOfType(
                    ClientException.class, () -> chosen("[\"private_key_jwt\"]", "s", null))
                .reason())
        .isEqualTo(ClientException.Reason.CLIENT_AUTHENTICATION_NOT_SUPPORTED);
  }

  private static String chosen(String methods, @Nullable String secret, @Nullable String registered)
      throws ClientException {
    String json =
        "{\"issuer\":\"https://i.test\",\"token_endpoint_auth_methods_supported\":" + methods + "}";
    return ClientAuthentication.chosenFor(
            AuthorizationServerMetadata.parse(json.getBytes(UTF_8), "https://i.test"),
            "c",
            secret,
            registered)
        .toString();
  }

  private static ClientException failed(ThrowingCallable call) {
    return catchThrowableOfType(ClientException.class, call);
  }

  private Map<String, String> form() {
    return server.requests().get(server.requests().size() - 1).form();
  }

  private TokenClient publicClient(@Nullable DpopKey key) {
    return client(ClientAuthentication.none("client"), key);
  }

  private TokenClient client(ClientAuthentication authentication, @Nullable DpopKey key) {
    TokenClient client =
        TokenClient.of(TokenEndpoint.of(server.issuer(), server.uri(), authentication), key, clock);
    clients.add(client);
    return client;
  }

  private TokenClient client(TokenEndpoint endpoint) {
    TokenClient client = TokenClient.of(endpoint, null, clock);
    clients.add(client);
    return client;
  }

  private TokenClient discovered(ClientAuthentication authentication) throws Exception {
    DiscoveredMetadata found =
        new DiscoveredMetadata(
            metadata(), URI.create(server.issuer()), InetAddress.getLoopbackAddress());
    TokenClient client = TokenClient.of(found, authentication, null, clock);
    clients.add(client);
    return client;
  }

  private AuthorizationServerMetadata metadata() {
    String json =
        "{\"issuer\":\"I\",\"authorization_endpoint\":\"I/a\",\"token_endpoint\":\"I/token\","
            + "\"revocation_endpoint\":\"I/revoke\",\"response_types_supported\":[\"code\"],"
            + "\"code_challenge_methods_supported\":[\"S256\"]}";
    return AuthorizationServerMetadata.parse(
        json.replace("\"I", "\"" + server.issuer()).getBytes(UTF_8), server.issuer());
  }

  private AuthorizationCode code(String clientId) throws Exception {
    PendingAuthorization pending =
        AuthorizationRequest.to(metadata(), clientId, REDIRECT)
            .resource(RESOURCE)
            .build(clock.instant())
            .pending();
    return pending.accept(
        Map.of("code", List.of("c0de"), "state", List.of(pending.state())), clock.instant());
  }

  private TokenSet tokens(@Nullable String refresh) {
    return new TokenSet(
        server.issuer(),
        new AccessToken("access-1", clock.instant(), clock.instant().plusSeconds(60), Set.of("a")),
        refresh == null ? null : TokenSet.RefreshToken.of(refresh));
  }

  private static KeyPair rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }
}
