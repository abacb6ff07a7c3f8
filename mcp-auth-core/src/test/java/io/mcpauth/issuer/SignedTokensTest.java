package io.mcpauth.issuer;

import static io.mcpauth.issuer.ServerInTest.header;
import static io.mcpauth.issuer.ServerInTest.json;
import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.mcpauth.AccessDecision;
import io.mcpauth.MutableClock;
import io.mcpauth.ProofKey;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.JwtSigner;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.WatchedStore;
import io.mcpauth.token.AuthorizationServer;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens as JWTs (RFC 9068), at the server that issues them. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SignedTokensTest {
  private static final String METADATA = "/.well-known/oauth-authorization-server";

  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final SealKeys sealKeys = SealKeys.generated();
  private final ServerInTest rig = new ServerInTest(store, clock, sealKeys);
  private final CodeVerifier verifier = CodeVerifier.generate();

  @AfterEach
  void close() {
    rig.close();
  }

  private OAuthAnswer login() {
    return login(rig);
  }

  private OAuthAnswer login(ServerInTest server) {
    return login(server, "app");
  }

  private OAuthAnswer login(ServerInTest server, String clientId) {
    return server.token(
        "grant_type",
        "authorization_code",
        "client_id",
        clientId,
        "code",
        server.code(clientId, verifier, "files:read files:write"),
        "code_verifier",
        verifier.value());
  }

  private String accessToken() {
    return text(login(), "access_token");
  }

  private OAuthAnswer get(String path) {
    return rig.server().answer(SentRequest.of("GET", path, null));
  }

  private JWKSet keySet() throws ParseException {
    return JWKSet.parse(new String(get(OAuthAddresses.KEYS).body(), StandardCharsets.UTF_8));
  }

  private OAuthAnswer introspected(String token) {
    return rig.server()
        .answer(
            SentRequest.post(
                OAuthAddresses.INTROSPECT,
                "client_id",
                "asks",
                "client_secret",
                ServerInTest.SECRET,
                "token",
                token));
  }

  private ResourceServer resourceServer() {
    return resourceServer(rig.server().authorizationServer());
  }

  private ResourceServer resourceServer(AuthorizationServer issuer) {
    return ResourceServer.builder(
            ServerInTest.RESOURCE, issuer, ToolPolicy.builder().tool("t", "files:read").build())
        .store(store)
        .clock(clock)
        .build();
  }

  private static @Nullable ReasonCode refused(ResourceServer server, String token) {
    return server.decide(RequestStub.of("GET").bearer(token)) instanceof AccessDecision.Refused no
        ? no.reason()
        : null;
  }

  @Test
  void header_isThatOfAnAccessTokenAndNamesAPublishedKey() throws Exception {
    SignedJWT token = SignedJWT.parse(accessToken());
    assertThat(token.getHeader().toJSONObject())
        .containsOnlyKeys("typ", "alg", "kid")
        .containsEntry("typ", "at+jwt") // section 2.1
        .containsEntry("alg", "RS256");
    assertThat(isSigned(token)).isTrue();
  }

  private boolean isSigned(SignedJWT token) throws ParseException, JOSEException {
    String keyId = token.getHeader().getKeyID();
    return token.verify(new RSASSAVerifier(keySet().getKeyByKeyId(keyId).toRSAKey()));
  }

  /** RFC 9068 section 2.2, one by one. */
  @Test
  void claims_areThoseOfTheSpecification() throws Exception {
    Instant now = clock.instant();
    OAuthAnswer tokens = login();
    JWTClaimsSet claims = SignedJWT.parse(text(tokens, "access_token")).getJWTClaimsSet();
    assertThat(claims.getIssuer()).isEqualTo(ServerInTest.ISSUER);
    assertThat(claims.getExpirationTime()).isEqualTo(now.plus(Duration.ofHours(1)));
    assertThat(claims.getClaim("aud")).isEqualTo(List.of(ServerInTest.RESOURCE));
    assertThat(claims.getSubject()).isEqualTo("alice");
    assertThat(claims.getStringClaim("client_id")).isEqualTo("app");
    assertThat(claims.getIssueTime()).isEqualTo(now);
    assertThat(claims.getJWTID()).matches("[A-Za-z0-9_-]{22}");
    assertThat(claims.getStringClaim("scope")).isEqualTo("files:read files:write"); // 2.2.3
    assertThat(claims.getStringListClaim("roles")).containsExactly("editor"); // 2.2.3.1
    assertThat(claims.getClaims())
        .containsOnlyKeys(
            "iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope", "roles", "sid");
    assertThat(claimsOf(text(tokens, "access_token"))).contains("\"aud\":\"https://mcp.test/mcp\"");
    assertThat(text(tokens, "token_type")).isEqualTo("Bearer");
    assertThat(text(tokens, "refresh_token")).startsWith("mcprt_");
  }

  private static String claimsOf(String token) {
    return new String(
        Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
  }

  @Test
  void idsOfTwoTokens_differ() throws Exception {
    assertThat(SignedJWT.parse(accessToken()).getJWTClaimsSet().getJWTID())
        .isNotEqualTo(SignedJWT.parse(accessToken()).getJWTClaimsSet().getJWTID());
  }

  /** Section 2.2: where no resource owner is, the subject is the client. */
  @Test
  void tokenOfAClientItself_hasItsIdForASubject() throws Exception {
    rig.enter(
        NewClient.withId("batch")
            .secret(ServerInTest.SECRET)
            .grantTypes("client_credentials")
            .scopes("files:read"));
    rig.restart();
    OAuthAnswer tokens =
        rig.token(
            "grant_type",
            "client_credentials",
            "client_id",
            "batch",
            "client_secret",
            ServerInTest.SECRET,
            "resource",
            ServerInTest.RESOURCE);
    JWTClaimsSet claims = SignedJWT.parse(text(tokens, "access_token")).getJWTClaimsSet();
    assertThat(claims.getSubject()).isEqualTo("batch");
    assertThat(claims.getStringClaim("client_id")).isEqualTo("batch");
    assertThat(claims.getStringClaim("scope")).isEqualTo("files:read");
  }

  @Test
  void tokenThatIsBoundToAKey_saysSo() throws Exception {
    ProofKey key = ProofKey.es256();
    String proof =
        key.proof("", clock.instant())
            .claim("htu", "https://auth.test/oauth/token")
            .claim("ath", null)
            .mint();
    OAuthAnswer tokens =
        rig.tokenWith(
            List.of(proof),
            "grant_type",
            "authorization_code",
            "client_id",
            "app",
            "code",
            rig.code("app", verifier, "files:read"),
            "code_verifier",
            verifier.value());
    assertThat(text(tokens, "token_type")).isEqualTo("DPoP");
    JWTClaimsSet claims = SignedJWT.parse(text(tokens, "access_token")).getJWTClaimsSet();
    assertThat(claims.getJSONObjectClaim("cnf")).isEqualTo(Map.of("jkt", key.thumbprint()));
  }

  @Test
  void refreshedToken_isSignedToo() throws Exception {
    OAuthAnswer next =
        rig.token(
            "grant_type",
            "refresh_token",
            "client_id",
            "app",
            "refresh_token",
            text(login(), "refresh_token"));
    SignedJWT token = SignedJWT.parse(text(next, "access_token"));
    assertThat(isSigned(token)).isTrue();
    assertThat(rig.isGood(token.serialize())).isTrue();
  }

  @Test
  void keySet_isNamedByTheMetadataAndMayBeReadByEverybodyForFiveMinutes() throws Exception {
    assertThat(text(get(METADATA), "jwks_uri")).isEqualTo("https://auth.test/oauth/keys");
    OAuthAnswer keys = get(OAuthAddresses.KEYS);
    assertThat(keys.status()).isEqualTo(200);
    assertThat(header(keys, "Content-Type")).isEqualTo("application/jwk-set+json");
    assertThat(header(keys, "Cache-Control")).isEqualTo("public, max-age=300");
    assertThat(header(keys, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(keySet().getKeys())
        .singleElement()
        .satisfies(key -> assertThat(key.isPrivate()).isFalse())
        .satisfies(key -> assertThat(key.getAlgorithm()).isEqualTo(JWSAlgorithm.RS256));
  }

  @Test
  void serverOfOpaqueTokens_hasNoKeySet() {
    try (ServerInTest opaque = new ServerInTest()) {
      OAuthAnswer keys = opaque.server().answer(SentRequest.of("GET", OAuthAddresses.KEYS, null));
      assertThat(keys.status()).isEqualTo(404);
      OAuthAnswer said = opaque.server().answer(SentRequest.of("GET", METADATA, null));
      assertThat(json(said)).doesNotContainKey("jwks_uri");
    }
  }

  @Test
  void introspection_saysWhatTheTokenSays() {
    String token = accessToken();
    assertThat(json(introspected(token)))
        .containsEntry("active", true)
        .containsEntry("sub", "alice")
        .containsEntry("client_id", "app")
        .hasEntrySatisfying(
            "jti", id -> assertThat(claimsOf(token)).contains("\"jti\":\"" + id + "\""));
  }

  @Test
  void endOfATokensLife_isItsEndEverywhere() {
    String token = accessToken();
    clock.advance(Duration.ofHours(1));
    assertThat(rig.isGood(token)).isFalse();
  }

  @Test
  void revokedToken_isGoodNowhere() {
    String token = accessToken();
    String other = accessToken();
    try (ResourceServer server = resourceServer()) {
      assertThat(refused(server, token)).isNull();
      OAuthAnswer revoked =
          rig.server()
              .answer(SentRequest.post(OAuthAddresses.REVOKE, "client_id", "app", "token", token));
      assertThat(revoked.status()).isEqualTo(200);
      assertThat(rig.isGood(token)).isFalse();
      assertThat(refused(server, token)).isNotNull();
      assertThat(refused(server, other)).isNull();
    }
  }

  @Test
  void endedGrant_endsItsToken() {
    String token = accessToken();
    try (ResourceServer server = resourceServer()) {
      assertThat(refused(server, token)).isNull();
      assertThat(rig.server().grants().end(String.valueOf(json(introspected(token)).get("sid"))))
          .isTrue();
      assertThat(rig.isGood(token)).isFalse();
      assertThat(refused(server, token)).isNotNull();
    }
  }

  /** Who verifies by the key set has nothing but the rule, for as long as the token would last. */
  @Test
  void endedGrantOfAClientWithLongTokens_staysEndedWhereTheSignatureAloneCounts() {
    rig.enter(
        NewClient.withId("long")
            .authMethod("none")
            .redirectUris(ServerInTest.PLACE)
            .lifetime(Duration.ofDays(30)));
    rig.restart();
    String token = text(login(rig, "long"), "access_token");
    String other = text(login(rig, "long"), "access_token");
    AuthorizationServer byKeySet =
        AuthorizationServer.of(ServerInTest.ISSUER)
            .withJwks(new String(get(OAuthAddresses.KEYS).body(), StandardCharsets.UTF_8));
    try (ResourceServer elsewhere = resourceServer(byKeySet)) {
      assertThat(refused(elsewhere, token)).isNull();
      assertThat(rig.server().grants().end(String.valueOf(json(introspected(token)).get("sid"))))
          .isTrue();
      assertThat(refused(elsewhere, token)).isNotNull();
      clock.advance(Duration.ofDays(25));
      assertThat(refused(elsewhere, token)).isNotNull();
      assertThat(refused(elsewhere, other)).isNull();
    }
  }

  @Test
  void ruleForItsId_endsItAtTheResourceServer() {
    String token = accessToken();
    String id = String.valueOf(json(introspected(token)).get("jti"));
    try (ResourceServer server = resourceServer()) {
      assertThat(refused(server, token)).isNull();
      Object unused =
          AccessControl.on(store)
              .deny(AccessTarget.token(ServerInTest.ISSUER, id), clock.instant().plusSeconds(3600));
      assertThat(refused(server, token)).isNotNull();
    }
  }

  @Test
  void opaqueTokenOfBefore_isGoodUntilItsEnd() {
    try (ServerInTest before = new ServerInTest(store, clock)) {
      String opaque = text(login(before), "access_token");
      assertThat(opaque).startsWith("mcpat_");
      assertThat(rig.isGood(opaque)).isTrue();
      try (ResourceServer server = resourceServer()) {
        assertThat(refused(server, opaque)).isNull();
      }
      clock.advance(Duration.ofHours(1));
      assertThat(rig.isGood(opaque)).isFalse();
    }
  }

  @Test
  void storeAndEvents_holdNoTokenAndNoSecretOfAKey() {
    OAuthAnswer tokens = login();
    String seen = store.dump() + rig.events;
    assertThat(seen)
        .doesNotContain(text(tokens, "access_token"))
        .doesNotContain(text(tokens, "access_token").split("\\.", -1)[2])
        .doesNotContain("\"d\"")
        .doesNotContain("\"kty\"")
        .contains(Opaque.hash(text(tokens, "access_token")));
  }

  /** Forged in a way of its own each; the store is not asked about any of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "another key",
        "another key, id of ours",
        "no key id",
        "alg none",
        "alg HS256",
        "typ JWT",
        "no typ",
        "claims changed",
        "signature changed",
        "signature of another",
        "no signature",
        "four parts",
        "too long",
        "key of its own"
      })
  void forgedToken_costsTheStoreNothing(String forgery) {
    BetweenStore counted = new BetweenStore(store);
    GrantEnd end = new GrantEnd(ServerInTest.ISSUER, counted, AccessControl.on(store));
    SigningKeys keys = SigningKeys.start(ServerInTest.ISSUER, counted, sealKeys, clock);
    Grants grants =
        new StoredGrants(
            counted,
            end,
            Duration.ofDays(30),
            new SignedTexts(ServerInTest.ISSUER, keys),
            clock,
            clock::instant);
    String token = GrantsContract.login(grants).accessToken();
    String second = GrantsContract.login(grants).accessToken();
    assertThat(grants.find(token)).isNotNull();
    int asked = counted.calls();

    String forged = forged(forgery, token, second, keys.signer(clock.instant()));
    assertThat(forged).isNotEqualTo(token);
    assertThat(grants.find(forged)).isNull();
    assertThat(grants.revoke(forged, "client")).isFalse();
    assertThat(grants.isOf(forged, "client")).isFalse();
    assertThat(counted.calls()).isEqualTo(asked);
    assertThat(grants.find(token)).isNotNull();
    assertThat(counted.calls()).isGreaterThan(asked);
  }

  /**
   * A forged token.
   *
   * @param key that of the server, as if somebody had it sign something else
   */
  private static String forged(String forgery, String token, String second, JwtSigner key) {
    String[] part = token.split("\\.", -1);
    String head = new String(Base64.getUrlDecoder().decode(part[0]), StandardCharsets.UTF_8);
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", "alice");
    return switch (forgery) {
      case "another key" -> JwtSigner.generateRs256().sign("at+jwt", false, claims);
      case "another key, id of ours" ->
          JwtSigner.ofJwk(
                  JwtSigner.generateRs256()
                      .jwk()
                      .replaceFirst("\"kid\":\"[^\"]+\"", "\"kid\":\"" + key.thumbprint() + "\""))
              .sign("at+jwt", false, claims);
      case "no key id" ->
          JwtSigner.ofJwk(key.jwk().replaceFirst("\"kid\":\"[^\"]+\",", ""))
              .sign("at+jwt", false, claims);
      case "alg none" -> encoded(head.replace("RS256", "none")) + "." + part[1] + ".";
      case "alg HS256" -> encoded(head.replace("RS256", "HS256")) + "." + part[1] + "." + part[2];
      case "typ JWT" -> key.sign("JWT", false, claims);
      case "no typ" ->
          encoded(head.replace("\"typ\":\"at+jwt\",", "")) + "." + part[1] + "." + part[2];
      case "claims changed" -> part[0] + "." + encoded("{\"sub\":\"bob\"}") + "." + part[2];
      case "signature changed" ->
          part[0]
              + "."
              + part[1]
              + "."
              + (part[2].startsWith("A") ? "B" : "A")
              + part[2].substring(1);
      case "signature of another" -> part[0] + "." + part[1] + "." + second.split("\\.", -1)[2];
      case "no signature" -> part[0] + "." + part[1] + ".";
      case "four parts" -> token + "." + part[2];
      case "too long" -> {
        claims.put("long", "x".repeat(8 * 1024));
        yield key.sign("at+jwt", false, claims);
      }
      case "key of its own" -> JwtSigner.generateRs256().sign("at+jwt", true, claims);
      default -> throw new IllegalArgumentException(forgery);
    };
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
