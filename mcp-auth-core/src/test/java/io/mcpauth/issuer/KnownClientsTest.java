package io.mcpauth.issuer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.mcpauth.MutableClock;
import io.mcpauth.authserver.ClientAssertion;
import io.mcpauth.authserver.RequestSources;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.ScopeText;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is a client, by which way it came, and how it proves it. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class KnownClientsTest {
  private static final String ISSUER = "https://auth.test";
  private static final String PLACE = "https://c.example/cb";

  /** Each character of it has a form of its own in a form. */
  private static final String SECRET = "k7Vw+Zk0cXo/8Jr2b%3Aq1H4mTn=";

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final ClientControl control = ClientControl.on(store);
  private final NodeClients entered = new NodeClients();
  private final Follower follower = Follower.start(store.feed(), entered);
  private final WireMockServer site =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
  private KnownClients clients = known(EnumSet.allOf(Client.Way.class));

  @AfterEach
  void stop() {
    clients.close();
    follower.close();
    site.stop();
  }

  private KnownClients known(Set<Client.Way> ways) {
    return new KnownClients(
        new ServerSetup(
            new OAuthAddresses(ISSUER),
            store,
            request -> new Login.LoginResult.Answered(),
            Set.of("https://mcp.test/mcp"),
            Map.of("files:read", new ScopeText("files:read", "")),
            Duration.ofHours(1),
            Duration.ofDays(30),
            Consent.ONCE,
            Set.of(),
            ways,
            null,
            RequestSources.direct(),
            event -> {},
            null,
            OutboundConnections.defaults(),
            true,
            false,
            null,
            clock),
        entered);
  }

  private static Grants.Issued issued(String clientId, String... scopes) {
    return issuedTo(User.of("alice", "Alice", List.of()), clientId, scopes);
  }

  private static Grants.Issued issuedTo(@Nullable User user, String clientId, String... scopes) {
    Grant grant = new Grant("g", clientId, user, Set.of(scopes), "r", Instant.EPOCH, null, null);
    return new Grants.Issued(grant, Set.of(scopes), Instant.EPOCH, Instant.MAX, null);
  }

  /** Another node may issue something in the second before it hears of a limit. */
  @Test
  void tokenBeyondALimitOrOfAClientThatIsOff_isNoneThatItMayHave() {
    enter("client_secret_post");
    assertThat(clients.mayHave(issued("web", "files:read", "files:write"))).isTrue();
    assertThat(control.limit("web", Set.of("files:read")).scopes()).hasSize(1);
    follower.catchUp();
    assertThat(clients.mayHave(issued("web", "files:read", "files:write"))).isFalse();
    assertThat(clients.mayHave(issued("web", "files:read"))).isTrue();
    assertThat(clients.mayHave(issued("web"))).isTrue();
    assertThat(clients.mayHave(issued("other", "files:write"))).isTrue();
    assertThat(clients.mayHave(issuedTo(null, "web", "files:read"))).isTrue();
    assertThat(clients.mayHave(issuedTo(null, "other", "files:read"))).as("was removed").isFalse();
    assertThat(control.disable("web").enabled()).isFalse();
    follower.catchUp();
    assertThat(clients.mayHave(issued("web", "files:read"))).isFalse();
  }

  private void allow(Client.Way... ways) {
    clients.close();
    clients = known(EnumSet.copyOf(List.of(ways)));
  }

  private void enter(NewClient client) {
    assertThat(control.add(client).client().enabled()).isTrue();
  }

  private void enter(String method) {
    enter(NewClient.withId("web").redirectUris(PLACE).authMethod(method).secret(SECRET));
  }

  private ClientInformation registered(String method) {
    return clients.register(
        ClientMetadata.builder().redirectUris(PLACE).tokenEndpointAuthMethod(method).build(), null);
  }

  private String publish(String path, Map<String, Object> more) {
    if (!site.isRunning()) {
      site.start();
    }
    String url = "http://127.0.0.1:" + site.port() + path;
    ClientMetadata.Builder document =
        ClientMetadata.builder().member("client_id", url).clientName("C").redirectUris(PLACE);
    more.forEach(document::member);
    site.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "application/json")
                    .withBody(document.build().toJson())));
    return url;
  }

  private int fetched() {
    return site.isRunning() ? site.getAllServeEvents().size() : 0;
  }

  private static ClientRequest request(String... form) {
    return ClientRequest.form("/oauth/token", form);
  }

  private static ClientRequest basic(String text, String... form) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return request(form)
        .with("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  private Client prove(ClientRequest request, Clients.Known known) {
    return clients.authenticate(request, Forms.read(request), known);
  }

  private @Nullable ReasonCode refusal(ClientRequest request) {
    return refusal(request, id -> false);
  }

  private @Nullable ReasonCode refusal(ClientRequest request, Clients.Known known) {
    try {
      Client unused = prove(request, known);
      return null;
    } catch (AuthException e) {
      assertThat(e.description() + e.facts()).doesNotContain("k7Vw").doesNotContain("mcpcs_");
      return e.reason();
    }
  }

  @Test
  void clientEnteredForPost_isProvenByItsSecretAlone() {
    enter("client_secret_post");

    assertThat(refusal(request("client_id", "web", "client_secret", SECRET))).isNull();
    assertThat(refusal(request("client_id", "web", "client_secret", SECRET + "x")))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", "web"))).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", "web", "client_secret", "")))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(basic("web:" + ClientRequest.encoded(SECRET)))).isNull();
    assertThat(refusal(basic("web:" + ClientRequest.encoded(SECRET + "x"))))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
  }

  @Test
  void clientEnteredForBasic_isProvenByItsSecretAlone() {
    enter("client_secret_basic");
    String good = "web:" + ClientRequest.encoded(SECRET);

    assertThat(refusal(basic(good))).isNull();
    assertThat(refusal(basic(good, "client_id", "web"))).isNull();
    assertThat(refusal(basic(good, "client_id", "other"))).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", "web", "client_secret", SECRET))).isNull();
    assertThat(refusal(request("client_id", "web", "client_secret", SECRET + "x")))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", "web"))).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
  }

  /** Nor is a secret enough where keys were said. */
  @Test
  void clientWithKeys_isNotProvenByASecret() {
    enter(
        NewClient.withId("signs")
            .redirectUris(PLACE)
            .authMethod("private_key_jwt")
            .keysAt(URI.create("https://client.example/jwks")));

    assertThat(refusal(request("client_id", "signs", "client_secret", SECRET)))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(basic("signs:" + ClientRequest.encoded(SECRET))))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic",
        "Basic ",
        "Basic ???",
        "Basic d2Vi",
        "Basic d2ViOiV6eg==",
        "Bearer abc",
        "DPoP abc",
        ""
      })
  void headerThatIsNoBasic_provesNothing(String header) {
    enter("client_secret_basic");

    assertThat(refusal(request("client_id", "web").with("Authorization", header)))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
  }

  /** RFC 6749 section 2.3. */
  @Test
  void severalWaysAtOnce_areAnInvalidRequest() {
    enter("client_secret_basic");
    ClientRequest good = basic("web:" + ClientRequest.encoded(SECRET));
    String header = good.headers("Authorization").get(0);

    assertThat(refusal(good.with("Authorization", header, header)))
        .isEqualTo(ReasonCode.PARAMETER_INVALID);
    assertThat(
            refusal(
                request("client_id", "web", "client_secret", SECRET).with("Authorization", header)))
        .isEqualTo(ReasonCode.PARAMETER_INVALID);
    assertThat(refusal(request("client_assertion_type", "x").with("Authorization", header)))
        .isEqualTo(ReasonCode.PARAMETER_INVALID);
    assertThat(
            refusal(
                request("client_id", "web", "client_secret", SECRET, "client_assertion", "e.e.e")))
        .isEqualTo(ReasonCode.PARAMETER_INVALID);
  }

  /** Nobody learns by the answer which ids there are. */
  @Test
  void unknownClient_isRefusedAsAWrongSecretIs() {
    enter("client_secret_post");
    ClientRequest unknown = request("client_id", "nobody", "client_secret", SECRET);
    ClientRequest wrong = request("client_id", "web", "client_secret", SECRET + "x");

    AuthException one = refused(unknown);
    AuthException other = refused(wrong);
    assertThat(one.reason()).isEqualTo(other.reason());
    assertThat(one.description()).isEqualTo(other.description());
  }

  private AuthException refused(ClientRequest request) {
    try {
      throw new AssertionError(prove(request, id -> true));
    } catch (AuthException e) {
      return e;
    }
  }

  @Test
  void noClient_isNotProven() {
    assertThat(refusal(request())).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", ""))).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", "nobody"))).isEqualTo(ReasonCode.CLIENT_UNKNOWN);
  }

  @Test
  void publicClient_provesNothingAndHasNoSecret() {
    enter(NewClient.withId("app").redirectUris(PLACE).authMethod("none"));

    assertThat(refusal(request("client_id", "app"))).isNull();
    assertThat(refusal(request("client_id", "app", "client_secret", ""))).isNull();
    assertThat(refusal(request("client_id", "app", "client_secret", SECRET)))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
  }

  @Test
  void rotatedSecret_overlaps() {
    enter("client_secret_post");
    String next = String.valueOf(control.rotate("web", Duration.ofHours(2)).secret());
    assertThat(refusal(request("client_id", "web", "client_secret", SECRET))).isNull();
    assertThat(refusal(request("client_id", "web", "client_secret", next))).isNull();
    clock.advance(Duration.ofHours(2));

    assertThat(refusal(request("client_id", "web", "client_secret", SECRET)))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", "web", "client_secret", next))).isNull();
  }

  @Test
  void clientThatIsSwitchedOff_isNoneUntilItIsOn() {
    enter("client_secret_post");
    ClientRequest good = request("client_id", "web", "client_secret", SECRET);
    EnteredClient off = control.disable("web");
    assertThat(off.enabled()).isFalse();

    assertThat(clients.find("web", true)).isNull();
    assertThat(refusal(good)).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    EnteredClient on = control.enable("web");
    assertThat(on.enabled()).isTrue();
    assertThat(refusal(good)).isNull();
    assertThat(control.remove("web")).isTrue();
    assertThat(clients.find("web", true)).isNull();
  }

  @Test
  void limits_areThoseOfTheEntry() {
    enter(
        NewClient.withId("web")
            .redirectUris(PLACE)
            .scopes("files:read")
            .lifetime(Duration.ofHours(8))
            .introspects());

    Client client = Objects.requireNonNull(clients.find("web", false));
    assertThat(client.way()).isEqualTo(Client.Way.ENTERED);
    assertThat(client.scopes()).containsExactly("files:read");
    assertThat(client.lifetime()).isEqualTo(Duration.ofHours(8));
    assertThat(client.introspects()).isTrue();
    assertThat(client.acceptsRedirect(PLACE)).isTrue();
    assertThat(client.acceptsRedirect(PLACE + "/x")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_secret_post", "client_secret_basic"})
  void registeredClient_isProvenByItsSecret(String method) {
    ClientInformation client = registered(method);
    String secret = String.valueOf(client.clientSecret());
    ClientRequest post = request("client_id", client.clientId(), "client_secret", secret);
    ClientRequest header = basic(client.clientId() + ":" + secret);
    boolean byPost = method.equals("client_secret_post");

    assertThat(refusal(byPost ? post : header)).isNull();
    assertThat(refusal(byPost ? header : post)).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", client.clientId())))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    Client found = Objects.requireNonNull(clients.find(client.clientId(), false));
    assertThat(found.introspects()).isFalse();
    assertThat(found.firstParty()).isFalse();
  }

  /** Swapped: another's id with a secret of one's own. */
  @Test
  void secretOfAnotherClient_provesNothing() {
    ClientInformation mine = registered("client_secret_post");
    ClientInformation other = registered("client_secret_post");
    assertThat(
            refusal(
                request(
                    "client_id",
                    other.clientId(),
                    "client_secret",
                    String.valueOf(mine.clientSecret()))))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
  }

  @Test
  void registrationThatIsUsed_lasts() {
    ClientInformation used = registered("none");
    ClientInformation unused = registered("none");
    clients.used(Objects.requireNonNull(clients.find(used.clientId(), false)));
    clock.advance(Duration.ofDays(2));

    assertThat(clients.find(used.clientId(), false)).isNotNull();
    assertThat(clients.find(unused.clientId(), false)).isNull();
  }

  /** Or whoever registers the same inherits what a user allowed. */
  @Test
  void publicClientsThatRegisterTheSame_haveIdsOfTheirOwn() {
    assertThat(registered("none").clientId()).isNotEqualTo(registered("none").clientId());
  }

  @ParameterizedTest
  @EnumSource(Client.Way.class)
  void wayThatIsNotOpen_makesNoClient(Client.Way open) {
    enter("client_secret_post");
    String registered = registered("none").clientId();
    String url = publish("/c", Map.of());
    allow(open, Client.Way.ENTERED);

    assertThat(clients.find("web", true)).isNotNull();
    assertThat(clients.find(registered, true) != null).isEqualTo(open == Client.Way.REGISTERED);
    assertThat(clients.find(url, true) != null).isEqualTo(open == Client.Way.DOCUMENT);
    assertThat(fetched()).isEqualTo(open == Client.Way.DOCUMENT ? 1 : 0);
  }

  @Test
  void document_isFetchedForWhomItMayBe() {
    String url = publish("/c", Map.of());

    assertThat(clients.find(url, false)).isNull();
    assertThat(refusal(request("client_id", url))).isEqualTo(ReasonCode.CLIENT_UNKNOWN);
    assertThat(refusal(request("client_id", url), id -> id.equals("other")))
        .isEqualTo(ReasonCode.CLIENT_UNKNOWN);
    assertThat(fetched()).isZero();
    assertThat(refusal(request("client_id", url), url::equals)).isNull();
    assertThat(fetched()).isEqualTo(1);
    Client client = Objects.requireNonNull(clients.find(url, false));
    assertThat(client.way()).isEqualTo(Client.Way.DOCUMENT);
    assertThat(client.host()).isEqualTo("127.0.0.1");
    assertThat(refusal(request("client_id", url))).as("kept").isNull();
    assertThat(fetched()).isEqualTo(1);
  }

  @Test
  void documentWithASecret_provesNothing() {
    String url = publish("/c", Map.of());
    assertThat(refusal(request("client_id", url, "client_secret", SECRET), url::equals))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
  }

  @Test
  void signedAssertion_provesAnEnteredClientOnce() throws JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    enter(
        NewClient.withId("job")
            .grantTypes("client_credentials")
            .scopes("files:read")
            .authMethod("private_key_jwt")
            .keys(new JWKSet(key).toPublicJWKSet().toString()));
    ClientRequest good = signed("job", key);

    assertThat(prove(good, id -> false).id()).isEqualTo("job");
    assertThat(refusal(good)).isEqualTo(ReasonCode.CLIENT_ASSERTION_REPLAYED);
    ECKey other = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    assertThat(refusal(signed("job", other))).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    assertThat(refusal(request("client_id", "job"))).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(refusal(request("client_id", "job", "client_secret", SECRET)))
        .isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
  }

  @Test
  void signedAssertionOfAStranger_hasNoKeysFetched() throws JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    String url =
        publish(
            "/c",
            Map.of(
                "token_endpoint_auth_method",
                "private_key_jwt",
                "jwks",
                new JWKSet(key).toPublicJWKSet().toJSONObject()));

    assertThat(refusal(signed(url, key))).isEqualTo(ReasonCode.CLIENT_UNKNOWN);
    assertThat(fetched()).isZero();
    assertThat(refusal(signed(url, key), url::equals)).isNull();
    assertThat(refusal(signed(url, key))).isEqualTo(ReasonCode.CLIENT_NOT_PROVEN);
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> prove(request("client_id", url), url::equals))
        .matches(e -> e.reason() == ReasonCode.CLIENT_NOT_PROVEN, "a client with keys needs them");
  }

  private ClientRequest signed(String id, ECKey key) throws JOSEException {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(),
            new JWTClaimsSet.Builder()
                .issuer(id)
                .subject(id)
                .audience(ISSUER)
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(clock.instant().plusSeconds(60)))
                .build());
    jwt.sign(new ECDSASigner(key));
    return request(
        "client_assertion_type", ClientAssertion.TYPE, "client_assertion", jwt.serialize());
  }
}
