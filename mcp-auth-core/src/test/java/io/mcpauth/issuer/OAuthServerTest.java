package io.mcpauth.issuer;

import static io.mcpauth.issuer.ServerInTest.header;
import static io.mcpauth.issuer.ServerInTest.json;
import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.AuthEvents;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.WatchedStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to which endpoint, and what all of them have in common. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OAuthServerTest {
  private static final String METADATA = "/.well-known/oauth-authorization-server";
  private static final Login NOBODY =
      request -> {
        throw new IllegalStateException("s3cret of the application");
      };

  private final ServerInTest rig = new ServerInTest();

  @AfterEach
  void close() {
    rig.close();
  }

  private OAuthAnswer answer(String method, String path) {
    return rig.server().answer(SentRequest.of(method, path, null));
  }

  private static OAuthServerBuilder builder(String issuer, Login login) {
    return OAuthServer.builder(issuer, Store.inMemory(Clock.systemUTC()), login);
  }

  private static ToolPolicy policy() {
    return ToolPolicy.builder().tool("read_file", "files:read").build();
  }

  private static String body(OAuthAnswer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void storeThatIsOpenedForTheServer_isClosedWithIt() {
    List<String> steps = new ArrayList<>();
    OAuthServerBuilder builder =
        OAuthServer.builder(
            ServerInTest.ISSUER,
            () -> {
              steps.add("opened");
              return OpenStore.of(Store.inMemory(Clock.systemUTC()), () -> steps.add("closed"));
            },
            NOBODY);
    assertThatIllegalArgumentException().isThrownBy(builder::build);
    assertThat(steps).isEmpty();

    OAuthServer server = builder.resource(ServerInTest.RESOURCE, policy()).build();
    assertThat(steps).containsExactly("opened");
    server.close();
    assertThat(steps).containsExactly("opened", "closed");
  }

  @Test
  void storeThatDoesNotAnswerAtTheStart_isClosed() {
    List<String> steps = new ArrayList<>();
    WatchedStore broken = new WatchedStore(Clock.systemUTC());
    broken.breakDown();
    OAuthServerBuilder builder =
        OAuthServer.builder(
                ServerInTest.ISSUER, () -> OpenStore.of(broken, () -> steps.add("closed")), NOBODY)
            .resource(ServerInTest.RESOURCE, policy());

    assertThatThrownBy(builder::build).isInstanceOf(StoreException.class);
    assertThat(steps).containsExactly("closed");
  }

  @Test
  void metadata_saysWhatIsThere() {
    OAuthAnswer answer = answer("GET", METADATA);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().get("Access-Control-Allow-Origin")).containsExactly("*");
    assertThat(json(answer))
        .containsEntry("issuer", ServerInTest.ISSUER)
        .containsEntry("token_endpoint", "https://auth.test/oauth/token")
        .containsEntry("scopes_supported", List.of("files:read", "files:write", "admin"))
        .containsEntry("code_challenge_methods_supported", List.of("S256"))
        .containsEntry("client_id_metadata_document_supported", true)
        .containsEntry("authorization_response_iss_parameter_supported", true);
    Map<String, ?> said = json(answer);
    said.forEach(
        (name, value) -> {
          if (name.endsWith("_endpoint")) {
            String path = String.valueOf(value).substring(ServerInTest.ISSUER.length());
            assertThat(rig.server().paths()).contains(path);
          }
        });
  }

  @Test
  void headOfTheMetadata_isAsGet() {
    assertThat(answer("HEAD", METADATA).status()).isEqualTo(200);
    assertThat(answer("GET", "/.well-known/openid-configuration").body())
        .isEqualTo(answer("GET", METADATA).body());
  }

  @Test
  void issuerWithAPath_hasItsMetadataAtAllPlaces() {
    try (OAuthServer server =
        builder("https://auth.test/files", NOBODY).resource("https://a.test", policy()).build()) {
      assertThat(server.paths())
          .contains(
              METADATA + "/files",
              "/.well-known/openid-configuration/files",
              "/files/.well-known/openid-configuration",
              "/files/oauth/token");
      assertThat(server.answer(SentRequest.of("GET", METADATA, null)).status()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/oauth/tokens",
        "/oauth/token/",
        "//oauth/token",
        "/OAuth/token",
        "/oauth/token;x=1",
        "/",
        "",
        "/oauth/%74oken"
      })
  void anotherPath_isNotFound(String path) {
    assertThat(answer("POST", path).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "post", ""})
  void tokenByAnotherMethod_isToldTheRightOne(String method) {
    OAuthAnswer answer = answer(method, ServerInTest.TOKEN);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(header(answer, "Allow")).isEqualTo("POST, OPTIONS");
  }

  @Test
  void preflightOfTheToken_isAllowedWithoutCredentials() {
    OAuthAnswer answer = answer("OPTIONS", ServerInTest.TOKEN);

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.headers().get("Access-Control-Allow-Origin")).containsExactly("*");
    assertThat(header(answer, "Access-Control-Allow-Methods")).contains("POST");
    assertThat(answer.headers()).doesNotContainKey("Access-Control-Allow-Credentials");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/oauth/authorize", "/oauth/consent", "/oauth/applications", "/oauth/logout"})
  void pages_areForNoOtherOrigin(String path) {
    for (String method : List.of("GET", "POST", "OPTIONS")) {
      assertThat(answer(method, path).headers()).doesNotContainKey("Access-Control-Allow-Origin");
    }
  }

  @Test
  void loginThatThrows_isAPageThatSaysNothingOfIt() {
    try (OAuthServer server =
        builder(ServerInTest.ISSUER, NOBODY).resource("https://a.test", policy()).build()) {
      OAuthAnswer answer = server.answer(SentRequest.of("GET", OAuthAddresses.APPLICATIONS, null));

      assertThat(answer.status()).isEqualTo(503);
      assertThat(body(answer)).doesNotContain("s3cret", "IllegalState");
    }
  }

  @Test
  void rendererThatThrows_is503() {
    try (OAuthServer server =
        builder(ServerInTest.ISSUER, NOBODY)
            .resource("https://a.test", policy())
            .pages(
                page -> {
                  throw new IllegalStateException("s3cret template");
                })
            .build()) {
      OAuthAnswer answer = server.answer(SentRequest.of("GET", OAuthAddresses.AUTHORIZE, "x"));

      assertThat(answer.status()).isEqualTo(503);
      assertThat(body(answer)).doesNotContain("s3cret");
    }
  }

  @Test
  void listenerThatThrows_changesNothing() {
    try (OAuthServer server =
        builder(ServerInTest.ISSUER, NOBODY)
            .resource("https://a.test", policy())
            .events(
                event -> {
                  throw new IllegalStateException("listener");
                })
            .build()) {
      OAuthAnswer answer =
          server.answer(SentRequest.post(ServerInTest.TOKEN, "grant_type", "password"));

      assertThat(answer.status()).isEqualTo(400);
    }
  }

  @Test
  void oneListener_hearsOfDecisionsAndOfTheAuthorizationServer() {
    List<String> heard = new ArrayList<>();
    AuthEvents listener =
        new AuthEvents() {
          @Override
          public void decided(Event event) {
            heard.add("decision");
          }

          @Override
          public void happened(AuthorizationEvent event) {
            heard.add(event.kind().name());
          }
        };
    try (OAuthServer server =
        builder(ServerInTest.ISSUER, NOBODY)
            .resource("https://a.test", policy())
            .events(listener::happened)
            .build()) {
      OAuthAnswer unused =
          server.answer(SentRequest.post(ServerInTest.TOKEN, "grant_type", "password"));
    }

    assertThat(heard).containsExactly("ISSUE");
  }

  @Test
  void storeDown_is503OnEveryEndpointThatNeedsIt() {
    WatchedStore store = new WatchedStore(rig.clock);
    try (ServerInTest other = new ServerInTest(store, rig.clock)) {
      CodeVerifier verifier = CodeVerifier.generate();
      OAuthAnswer tokens =
          other.token(
              "grant_type",
              "authorization_code",
              "client_id",
              "app",
              "code",
              other.code("app", verifier, "files:read"),
              "code_verifier",
              verifier.value());
      String refresh = text(tokens, "refresh_token");
      List<SentRequest> requests =
          List.of(
              SentRequest.post(
                  OAuthAddresses.TOKEN,
                  "grant_type",
                  "refresh_token",
                  "refresh_token",
                  refresh,
                  "client_id",
                  "app"),
              SentRequest.post(OAuthAddresses.REVOKE, "client_id", "app", "token", refresh),
              SentRequest.post(
                  OAuthAddresses.INTROSPECT,
                  "client_id",
                  "asks",
                  "client_secret",
                  ServerInTest.SECRET,
                  "token",
                  text(tokens, "access_token")));
      store.breakDown();
      for (SentRequest request : requests) {
        OAuthAnswer answer = other.server().answer(request);
        assertThat(answer.status()).as(request.path()).isEqualTo(503);
        assertThat(answer.headers()).containsKey("Retry-After");
      }
    }
  }

  @Test
  void introspectionOfAGoodToken_saysWhatItIsFor() {
    CodeVerifier verifier = CodeVerifier.generate();
    String token =
        text(
            rig.token(
                "grant_type",
                "authorization_code",
                "client_id",
                "app",
                "code",
                rig.code("app", verifier, "files:read"),
                "code_verifier",
                verifier.value()),
            "access_token");

    assertThat(json(introspect("asks", token)))
        .containsEntry("active", true)
        .containsEntry("iss", ServerInTest.ISSUER)
        .containsEntry("sub", "alice")
        .containsEntry("aud", ServerInTest.RESOURCE)
        .containsEntry("client_id", "app")
        .containsEntry("scope", "files:read")
        .containsEntry("roles", List.of("editor"))
        .containsKeys("exp", "iat", "sid");
    rig.clock.advance(Duration.ofHours(1));
    assertThat(json(introspect("asks", token))).isEqualTo(Map.of("active", false));
  }

  private OAuthAnswer introspect(String clientId, String token) {
    return rig.server()
        .answer(
            SentRequest.post(
                OAuthAddresses.INTROSPECT,
                "client_id",
                clientId,
                "client_secret",
                ServerInTest.SECRET,
                "token",
                token));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "mcpat_x", "eyJhbGciOiJub25lIn0.e30.", "\u0000"})
  void introspectionOfAnUnknownToken_saysNothingMore(String token) {
    assertThat(json(introspect("asks", token))).isEqualTo(Map.of("active", false));
  }

  @Test
  void introspectionByAClientThatMayNot_isRefused() {
    OAuthAnswer answer = introspect("web", "x");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(text(answer, "error")).isEqualTo("unauthorized_client");
  }

  @Test
  void clientsOfTheServer_areThoseOfItsStore() {
    CreatedClient created =
        rig.server()
            .clients()
            .add(NewClient.withId("added").authMethod("none").redirectUris(ServerInTest.PLACE));

    assertThat(rig.clients.find("added")).isEqualTo(created.client());
  }

  @Test
  void revocationOfAnUnknownToken_isDone() {
    OAuthAnswer answer =
        rig.server()
            .answer(SentRequest.post(OAuthAddresses.REVOKE, "client_id", "app", "token", "x"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(rig.events).isEmpty();
  }

  @Test
  void revocationsOfOneAddressTooOften_are429AndThoseOfOthersAreNot() {
    String[] form = {"client_id", "app", "token", "x"};
    for (int i = 0; i < TokenEndpoint.MOST_A_MINUTE; i++) {
      SentRequest one = SentRequest.post(OAuthAddresses.REVOKE, form).from("192.0.2.7");
      assertThat(rig.server().answer(one).status()).isEqualTo(200);
    }

    SentRequest more = SentRequest.post(OAuthAddresses.REVOKE, form).from("192.0.2.7");
    assertThat(rig.server().answer(more).status()).isEqualTo(429);
    SentRequest another = SentRequest.post(OAuthAddresses.REVOKE, form).from("192.0.2.8");
    assertThat(rig.server().answer(another).status()).isEqualTo(200);
  }

  @Test
  void introspectionsFromOneAddressTooOften_are429() {
    String[] form = {"client_id", "asks", "client_secret", ServerInTest.SECRET, "token", "x"};
    OAuthAnswer answer;
    int asked = 0;
    do {
      answer =
          rig.server().answer(SentRequest.post(OAuthAddresses.INTROSPECT, form).from("192.0.2.7"));
    } while (answer.status() == 200 && ++asked < 10_000);

    assertThat(answer.status()).isEqualTo(429);
    SentRequest another = SentRequest.post(OAuthAddresses.INTROSPECT, form).from("192.0.2.8");
    assertThat(rig.server().answer(another).status()).isEqualTo(200);
  }

  /** A form that drips in holds a thread, and nobody is known before it was read. */
  @Test
  void formsBeyondThePlaces_are503AndThePlacesComeBack() {
    Deque<Integer> statuses = new ArrayDeque<>();
    statuses.push(new Held(statuses, OAuthServer.MOST_FORMS).send());

    assertThat(statuses).hasSize(OAuthServer.MOST_FORMS + 1).contains(503);
    assertThat(statuses).filteredOn(status -> status == 503).hasSize(1);
    SentRequest next = SentRequest.post(OAuthAddresses.REVOKE, "client_id", "app", "token", "x");
    assertThat(rig.server().answer(next).status()).isEqualTo(200);
  }

  /** A form that is not there before another one was answered. */
  private final class Held implements OAuthRequest {
    private final Deque<Integer> statuses;
    private final int further;

    Held(Deque<Integer> statuses, int further) {
      this.statuses = statuses;
      this.further = further;
    }

    int send() {
      return rig.server().answer(this).status();
    }

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public String path() {
      return OAuthAddresses.REVOKE;
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public List<String> headers(String name) {
      return name.equals("Content-Type") ? List.of("application/x-www-form-urlencoded") : List.of();
    }

    @Override
    public @Nullable String remoteAddress() {
      return null;
    }

    @Override
    public byte[] body(int mostBytes) {
      if (further > 0) {
        statuses.push(new Held(statuses, further - 1).send());
      }
      return "client_id=app&token=x".getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** Else one user would shut the others of a client out. */
  @Test
  void authorizationsOfOneUserTooOften_are429AndThoseOfOthersAreNot() {
    String query = SentRequest.encoded("client_id", "app", "redirect_uri", ServerInTest.PLACE);
    OAuthAnswer answer;
    int asked = 0;
    do {
      answer = rig.server().answer(authorize(query, "alice"));
    } while (answer.status() == 303 && ++asked < 10_000);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(rig.server().answer(authorize(query, "bob")).status()).isEqualTo(303);
  }

  private static SentRequest authorize(String query, String user) {
    return SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query).with("Cookie", "user=" + user);
  }

  @Test
  void revocationByAnotherClient_endsNothing() {
    CodeVerifier verifier = CodeVerifier.generate();
    OAuthAnswer tokens =
        rig.token(
            "grant_type",
            "authorization_code",
            "client_id",
            "app",
            "code",
            rig.code("app", verifier, "files:read"),
            "code_verifier",
            verifier.value());
    for (String token : List.of("access_token", "refresh_token")) {
      OAuthAnswer answer =
          rig.server()
              .answer(
                  SentRequest.post(
                      OAuthAddresses.REVOKE, "client_id", "other", "token", text(tokens, token)));
      assertThat(answer.status()).isEqualTo(200);
    }

    assertThat(rig.isGood(text(tokens, "access_token"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {OAuthAddresses.AUTHORIZE, OAuthAddresses.REGISTER})
  void oneAddressTooOften_is429AndOthersAreNot(String path) {
    int asked = 0;
    OAuthAnswer answer;
    do {
      answer = rig.server().answer(SentRequest.of("POST", path, "x=y").from("192.0.2.7"));
    } while (answer.status() == 400 && ++asked < 10_000);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(header(answer, "Retry-After")).isEqualTo("60");
    SentRequest another = SentRequest.of("POST", path, "x=y").from("192.0.2.8");
    assertThat(rig.server().answer(another).status()).isEqualTo(400);
    assertThat(rig.events.get(asked).reason()).isEqualTo(ReasonCode.TOO_MANY_REQUESTS);
  }

  @Test
  void serverWithoutAResource_doesNotStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(ServerInTest.ISSUER, NOBODY).build())
        .withMessageContaining("Name one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://auth.test",
        "https://auth.test/",
        "https://auth.test?x",
        "https://auth.test#x",
        "auth.test",
        ""
      })
  void issuerThatIsNone_doesNotStart(String issuer) {
    assertThatIllegalArgumentException().isThrownBy(() -> builder(issuer, NOBODY));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 86_401})
  void lifetimeOutOfRange_doesNotStart(long seconds) {
    OAuthServerBuilder builder = builder(ServerInTest.ISSUER, NOBODY);
    Duration lifetime = Duration.ofSeconds(seconds);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.accessTokenLifetime(lifetime))
        .withMessageContaining("Write 1 second");
  }

  @Test
  void firstPartiesWithoutTheirConsent_doNotStart() {
    OAuthServerBuilder builder =
        builder(ServerInTest.ISSUER, NOBODY).resource("https://a.test", policy());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.firstParties("app").build())
        .withMessageContaining("NEVER_FOR_FIRST_PARTIES");
  }

  @Test
  void audienceByAScopeThatIsNotOnOffer_stopsTheStart() {
    OAuthServerBuilder builder =
        builder(ServerInTest.ISSUER, NOBODY).resource("https://a.test", policy());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.audienceByScopes("files:raed").build())
        .withMessageContaining("files:raed")
        .withMessageContaining("Write some of [files:read]");
  }

  @Test
  void audienceByScopesForSeveralResources_stopsTheStart() {
    OAuthServerBuilder builder =
        builder(ServerInTest.ISSUER, NOBODY)
            .resource("https://a.test", policy())
            .resource("https://b.test", policy());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.audienceByScopes("files:read").build())
        .withMessageContaining("Write one resource");
  }

  @Test
  void audienceByNoScope_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(ServerInTest.ISSUER, NOBODY).audienceByScopes())
        .withMessageContaining("Name one");
  }
}
