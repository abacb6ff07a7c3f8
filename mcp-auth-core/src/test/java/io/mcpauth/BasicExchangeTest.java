package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static io.mcpauth.AccountProvider.good;
import static io.mcpauth.AccountProvider.refusal;
import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.assertUnavailable;
import static io.mcpauth.Answers.caller;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.key.CreatedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.Scheme;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.ApiKeys;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BasicCredentials;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.TokenClaims;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Service accounts whose id and secret are exchanged at their authorization server. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class BasicExchangeTest {
  private static final String SECRET = "s3cret of ci: \u00e4+%";

  private final MutableClock clock = new MutableClock();
  private final AccountProvider provider = new AccountProvider(clock);
  private final List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();
  private final RecordedLog log = new RecordedLog();
  private final ResourceServer server =
      builder(BasicCredentials.exchangedAt(provider.server())).build(log.logger());

  private ResourceServerBuilder builder(BasicCredentials accounts) {
    return ProtectedServer.of(provider.server(), clock).accept(accounts).events(events::add);
  }

  @AfterEach
  void stop() {
    server.close();
    provider.close();
  }

  @Test
  void goodAccount_isACallerOfTheSchemeBasic() {
    provider.account("ci", "hush", provider.token("ci", "mcp", "files:list").mint(), 300);

    McpPrincipal caller = caller(server.decide(basic("ci", "hush")));

    assertThat(caller.scheme()).isEqualTo(Scheme.BASIC);
    assertThat(caller.issuer()).isEqualTo(provider.issuer());
    assertThat(caller.clientId()).isEqualTo("ci");
    assertThat(caller.scopes()).containsExactlyInAnyOrder("mcp", "files:list");
    assertThat(provider.asked()).hasSize(1);
    assertThat(provider.asked().get(0).getBodyAsString())
        .contains("grant_type=client_credentials")
        .contains("resource=https%3A%2F%2Fmcp.example.com%2Fmcp")
        .doesNotContain("scope=", "client_secret", "hush");
  }

  /** RFC 6749 section 2.3.1 is for the token endpoint: here the secret comes as it is. */
  @Test
  void secret_isTakenAsItIsAndSentAsTheServerHasIt() {
    provider.account(
        "ci",
        "s3cret+of+ci%3A+%C3%A4%2B%25",
        provider.token("ci", "mcp", "files:list").mint(),
        300);

    assertGranted(server.decide(basic("ci", SECRET)));
  }

  @Test
  void laterRequest_asksNobody() {
    provider.account("ci", "hush", provider.token("ci", "mcp").mint(), 300);
    for (int i = 0; i < 5; i++) {
      assertGranted(server.decide(basic("ci", "hush")));
    }

    assertThat(provider.asked()).hasSize(1);
  }

  @Test
  void keptToken_standsForFiveMinutesAtMost() {
    provider.account("ci", "hush", token("ci", Duration.ofHours(1)), 3600);
    assertGranted(server.decide(basic("ci", "hush")));
    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    assertGranted(server.decide(basic("ci", "hush")));
    assertThat(provider.asked()).hasSize(1);
    clock.advance(Duration.ofMillis(1));
    assertGranted(server.decide(basic("ci", "hush")));

    assertThat(provider.asked()).hasSize(2);
  }

  @Test
  void keptToken_endsBeforeItsTokenDoes() {
    provider.account("ci", "hush", token("ci", Duration.ofSeconds(100)), 100);
    assertGranted(server.decide(basic("ci", "hush")));
    clock.advance(Duration.ofSeconds(95));
    provider.account("ci", "hush", token("ci", Duration.ofSeconds(100)), 100);
    assertGranted(server.decide(basic("ci", "hush")));

    assertThat(provider.asked()).hasSize(2);
  }

  /** {@code expires_in} is the server's word to its client; the token's own is what holds. */
  @Test
  void tokenThatEndsBeforeItsServerSaid_isExchangedAnew() {
    provider.account("ci", "hush", token("ci", Duration.ofSeconds(30)), 3600);
    assertGranted(server.decide(basic("ci", "hush")));
    clock.advance(Duration.ofMinutes(2));
    provider.account("ci", "hush", token("ci", Duration.ofSeconds(30)), 3600);
    assertGranted(server.decide(basic("ci", "hush")));

    assertThat(provider.asked()).hasSize(2);
  }

  @Test
  void secretThatWasWithdrawn_isRefusedOnceItsTokenIsNotKept() {
    provider.account("ci", "hush", token("ci", Duration.ofHours(1)), 3600);
    assertGranted(server.decide(basic("ci", "hush")));
    provider.answers(refusal(401, "invalid_client"));
    clock.advance(Duration.ofMinutes(5));

    assertInvalidToken(server.decide(basic("ci", "hush")), ReasonCode.CREDENTIAL_INVALID);
  }

  /** A denial holds at once, whatever is kept, and needs no exchange to be undone. */
  @Test
  void deniedAccount_isRefusedThoughItsTokenIsKept() {
    provider.account("ci", "hush", provider.token("ci", "mcp").mint(), 300);
    assertGranted(server.decide(basic("ci", "hush")));
    AccessRule rule = server.access().deny(AccessTarget.client(provider.issuer(), "ci"));
    assertRefused(server.decide(basic("ci", "hush")), 403, ReasonCode.ACCESS_DENIED);
    assertRefused(server.decide(basic("ci", "hush")), 403, ReasonCode.ACCESS_DENIED);
    assertThat(server.access().undo(rule.id())).isTrue();
    assertGranted(server.decide(basic("ci", "hush")));

    assertThat(provider.asked()).hasSize(1);
  }

  @Test
  void cutOff_endsWhatWasExchangedBefore() {
    provider.account("ci", "hush", provider.token("ci", "mcp").mint(), 300);
    assertGranted(server.decide(basic("ci", "hush")));
    server.access().cutOff(AccessTarget.client(provider.issuer(), "ci"));

    assertInvalidToken(server.decide(basic("ci", "hush")), ReasonCode.TOKEN_REVOKED);
  }

  @Test
  void wrongSecret_isRefusedAndNotAskedAboutForAWhile() {
    provider.account("ci", "hush", provider.token("ci", "mcp").mint(), 300);
    for (int i = 0; i < 5; i++) {
      assertInvalidToken(server.decide(basic("ci", "guess")), ReasonCode.CREDENTIAL_INVALID);
    }
    assertThat(provider.asked()).hasSize(1);
    clock.advance(Duration.ofSeconds(30));
    assertInvalidToken(server.decide(basic("ci", "guess")), ReasonCode.CREDENTIAL_INVALID);

    assertThat(provider.asked()).hasSize(2);
  }

  /**
   * The second is Keycloak's word for a wrong secret, the third Auth0's, the last Casdoor's way.
   */
  @ParameterizedTest
  @CsvSource({
    "401, invalid_client",
    "401, unauthorized_client",
    "401, access_denied",
    "403, access_denied",
    "400, invalid_client",
    "200, invalid_client"
  })
  void whatServersSayOfAWrongSecret_isARefusal(int status, String error) {
    provider.answers(refusal(status, error));

    assertInvalidToken(server.decide(basic("ci", "hush")), ReasonCode.CREDENTIAL_INVALID);
    assertThat(events.get(0).facts())
        .containsOnly(Map.entry("issuer", provider.issuer()), Map.entry("error", error));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("500", refusal(500, "invalid_client")),
        Arguments.of("503", aResponse().withStatus(503)),
        Arguments.of("429", refusal(429, "invalid_client")),
        Arguments.of("redirect", aResponse().withStatus(302).withHeader("Location", "/other")),
        Arguments.of("page", aResponse().withStatus(401).withBody("<html>invalid_client</html>")),
        Arguments.of("no error", okJson("{}").withStatus(401)),
        Arguments.of("error no string", okJson("{\"error\":[\"invalid_client\"]}").withStatus(401)),
        Arguments.of("scope", refusal(400, "invalid_scope")),
        Arguments.of("resource", refusal(400, "invalid_target")),
        Arguments.of("grant", refusal(400, "unsupported_grant_type")),
        Arguments.of("unknown error", refusal(400, "invalid_client_")),
        Arguments.of("no token", okJson("{\"token_type\":\"Bearer\"}")),
        Arguments.of("empty", okJson("")),
        Arguments.of("array", okJson("[]")),
        Arguments.of("no json", okJson("{\"access_token\":")),
        Arguments.of("twice", okJson("{\"access_token\":\"a\",\"access_token\":\"b\"}")),
        Arguments.of("bound", okJson("{\"access_token\":\"a\",\"token_type\":\"DPoP\"}")),
        Arguments.of("huge", okJson("{\"access_token\":\"" + "a".repeat(600_000) + "\"}")),
        Arguments.of("reset", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
        Arguments.of("garbage", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void whateverElseAServerAnswers_isUnavailableAndPasses(
      String unused, ResponseDefinitionBuilder answer) {
    provider.answers(answer);
    assertUnavailable(server.decide(basic("ci", "hush")), ReasonCode.CREDENTIAL_EXCHANGE_FAILED);

    provider.account("ci", "hush", provider.token("ci", "mcp").mint(), 300);
    clock.advance(Duration.ofSeconds(1));
    assertGranted(server.decide(basic("ci", "hush")));
  }

  @Test
  void serverThatIsGone_isUnavailable() {
    provider.close();

    assertUnavailable(server.decide(basic("ci", "hush")), ReasonCode.CREDENTIAL_EXCHANGE_FAILED);
  }

  /** So that an outage is not asked about with each call. */
  @Test
  void fault_isRepeatedToTheSameForASecond() {
    provider.answers(refusal(500, "server_error"));
    for (int i = 0; i < 5; i++) {
      assertUnavailable(server.decide(basic("ci", "hush")), ReasonCode.CREDENTIAL_EXCHANGE_FAILED);
    }

    assertThat(provider.asked()).hasSize(1);
  }

  /** What comes back without the secret having been sent would be good for any secret. */
  @ParameterizedTest
  @ValueSource(strings = {"[\"none\"]", "[\"private_key_jwt\"]", "[]"})
  void serverThatTakesNoSecret_isNotAsked(String methods) {
    provider.takes(methods);
    provider.answers(good(provider.token("ci", "mcp").mint(), 300));

    assertUnavailable(server.decide(basic("ci", "hush")), ReasonCode.CREDENTIAL_EXCHANGE_FAILED);
    assertThat(provider.asked()).isEmpty();
  }

  /** Its operator mends it, and no server here is started anew. */
  @Test
  void serverThatTakesTheSecretByNow_isAsked() {
    provider.takes("[\"none\"]");
    assertUnavailable(server.decide(basic("ci", "hush")), ReasonCode.CREDENTIAL_EXCHANGE_FAILED);
    provider.takes("[\"client_secret_basic\"]");

    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    AccessDecision decision;
    do { // what it took is said again for a second of real time
      clock.advance(Duration.ofSeconds(2));
      provider.answers(good(provider.token("ci", "mcp").mint(), 300));
      decision = server.decide(basic("ci", "hush"));
    } while (!(decision instanceof AccessDecision.Granted) && System.nanoTime() < deadline);

    assertGranted(decision);
  }

  @Test
  void serverThatTakesTheSecretInTheBodyAlone_getsItThere() {
    provider.takes("[\"none\",\"client_secret_post\"]");
    provider.answers(good(provider.token("ci", "mcp").mint(), 300));

    assertGranted(server.decide(basic("ci", "hush")));
    assertThat(provider.asked().get(0).getHeader("Authorization")).isNull();
    assertThat(provider.asked().get(0).getBodyAsString())
        .contains("client_id=ci")
        .contains("client_secret=hush");
  }

  @Test
  void tokenThatIsNoneHere_isRefusedForItsOwnReason() {
    try (TestIssuer stranger = TestIssuer.start(clock)) {
      Map<ReasonCode, String> tokens =
          Map.of(
              ReasonCode.WRONG_AUDIENCE,
              provider.token("ci", "mcp").claim("aud", "https://other.example/mcp").mint(),
              ReasonCode.WRONG_ISSUER,
              stranger.token(ProtectedServer.RESOURCE).scopes("mcp").mint(),
              ReasonCode.TOKEN_EXPIRED,
              token("ci", Duration.ofMinutes(-5)),
              ReasonCode.PROOF_OF_POSSESSION_MISSING,
              provider.token("ci", "mcp").claim("cnf", Map.of("jkt", "A".repeat(43))).mint(),
              ReasonCode.TOKEN_OPAQUE,
              "opaque");
      tokens.forEach(
          (reason, token) -> {
            provider.account(reason.name(), "hush", token, 300);
            assertInvalidToken(server.decide(basic(reason.name(), "hush")), reason);
            assertInvalidToken(server.decide(basic(reason.name(), "hush")), reason);
          });

      assertThat(provider.asked()).hasSize(tokens.size());
    }
  }

  /** The server that was asked vouches for its own, and for nobody else's. */
  @Test
  void tokenOfAnotherConfiguredServer_isRefused() {
    try (TestIssuer other = TestIssuer.start(clock);
        ResourceServer both =
            builder(BasicCredentials.exchangedAt(provider.server()))
                .authorizationServer(AuthorizationServer.of(other.issuer()))
                .build()) {
      String theirs = other.token(ProtectedServer.RESOURCE).scopes("mcp").mint();
      assertGranted(both.decide(FakeRequest.get().bearer(theirs)));
      provider.answers(good(theirs, 300));

      assertInvalidToken(both.decide(basic("ci", "hush")), ReasonCode.WRONG_ISSUER);
    }
  }

  /** The scheme is part of a verdict, so it is kept apart from that on the same token. */
  @Test
  void sameToken_isBearerWhereItIsSentAsOne() {
    String token = provider.token("ci", "mcp").mint();
    provider.account("ci", "hush", token, 300);

    assertThat(caller(server.decide(basic("ci", "hush"))).scheme()).isEqualTo(Scheme.BASIC);
    assertThat(caller(server.decide(FakeRequest.get().bearer(token))).scheme())
        .isEqualTo(Scheme.BEARER);
    assertThat(caller(server.decide(basic("ci", "hush"))).scheme()).isEqualTo(Scheme.BASIC);
  }

  @Test
  void opaqueTokenOfTheServer_goesToItsVerifier() {
    AuthorizationServer opaque =
        provider
            .server()
            .verifiedBy(
                token ->
                    TokenClaims.of(
                        Map.of(
                            "iss", provider.issuer(),
                            "aud", ProtectedServer.RESOURCE,
                            "client_id", token.value().substring(3),
                            "scope", "mcp",
                            "exp", clock.instant().plusSeconds(60).getEpochSecond())));
    try (ResourceServer own =
        ProtectedServer.of(opaque, clock).accept(BasicCredentials.exchangedAt(opaque)).build()) {
      provider.account("ci", "hush", "of-ci", 300);

      assertThat(caller(own.decide(basic("ci", "hush"))).clientId()).isEqualTo("ci");
    }
  }

  @Test
  void floodOfPasswords_asksTwentyTimesInASecond() {
    provider.account("known", "hush", token("known", Duration.ofSeconds(60)), 60);
    assertGranted(server.decide(basic("known", "hush")));
    for (int i = 0; i < 100; i++) {
      AccessDecision decision = server.decide(basic("id-" + i, "guess"));
      if (i < 19) {
        assertInvalidToken(decision, ReasonCode.CREDENTIAL_INVALID);
      } else {
        assertUnavailable(decision, ReasonCode.OVER_LIMIT);
      }
    }
    assertThat(provider.asked()).hasSize(20);
    clock.advance(Duration.ofSeconds(1));
    assertInvalidToken(server.decide(basic("id-100", "guess")), ReasonCode.CREDENTIAL_INVALID);
  }

  /** Guesses at one account lock it neither there nor here, for whom it knows. */
  @Test
  void guessesAtOneId_areFiveInAMinuteAndKeepNobodyOutWhoIsKnown() {
    provider.account("ci", "hush", token("ci", Duration.ofSeconds(10)), 10);
    assertGranted(server.decide(basic("ci", "hush")));
    clock.advance(Duration.ofSeconds(10));
    List<String> spellings = List.of("ci", "CI", " ci", "Ci ");
    for (int i = 0; i < 20; i++) {
      AccessDecision decision = server.decide(basic(spellings.get(i % 4), "guess-" + i));
      if (i < 4) { // the first of five was its own
        assertInvalidToken(decision, ReasonCode.CREDENTIAL_INVALID);
      } else {
        assertUnavailable(decision, ReasonCode.OVER_LIMIT);
      }
    }
    provider.account("ci", "hush", token("ci", Duration.ofSeconds(10)), 10);
    assertGranted(server.decide(basic("ci", "hush")));
    clock.advance(Duration.ofSeconds(60));

    assertInvalidToken(server.decide(basic("ci", "guess")), ReasonCode.CREDENTIAL_INVALID);
  }

  @Test
  void manyAtOnce_areOneExchange() throws Exception {
    provider.answers(good(provider.token("ci", "mcp").mint(), 300).withFixedDelay(200));
    ExecutorService callers = Executors.newFixedThreadPool(16);
    try {
      List<Future<AccessDecision>> decisions = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        decisions.add(callers.submit(() -> server.decide(basic("ci", "hush"))));
      }
      for (Future<AccessDecision> decision : decisions) {
        assertGranted(decision.get());
      }
    } finally {
      callers.shutdownNow();
    }

    assertThat(provider.asked()).hasSize(1);
  }

  @Test
  void secret_isNeitherKeptNorSaid() {
    String quoting = "{\"error\":\"invalid_scope\",\"error_description\":\"" + "topsecret" + "\"}";
    provider.answers(okJson(quoting).withStatus(400));
    AccessDecision failed = server.decide(basic("ci", "topsecret"));
    provider.answers(refusal(401, "invalid_client"));
    AccessDecision refused = server.decide(basic("other", "topsecret"));
    provider.account("good", "topsecret", provider.token("good", "mcp").mint(), 300);
    AccessDecision granted = server.decide(basic("good", "topsecret"));
    assertGranted(granted);

    String header = Base64.getEncoder().encodeToString("good:topsecret".getBytes(UTF_8));
    for (Object said : List.of(failed, refused, granted, events, log.lines(), server)) {
      assertThat(said.toString()).doesNotContain("topsecret", header);
    }
    assertThat(new String(((AccessDecision.Refused) failed).body(), UTF_8))
        .doesNotContain("topsecret");
    assertThat(ObjectWalk.from(server).placesOf("topsecret")).isEmpty();
    assertThat(ObjectWalk.from(server).placesOf(header)).isEmpty();
  }

  @Test
  void scopesAndAudience_areAskedForWhereTheyAreSet() {
    try (ResourceServer asking =
        builder(
                BasicCredentials.exchangedAt(provider.server())
                    .withScopes("mcp", "files:list")
                    .withAudience("files"))
            .build()) {
      provider.account("ci", "hush", provider.token("ci", "mcp").mint(), 300);
      assertGranted(asking.decide(basic("ci", "hush")));
    }

    assertThat(provider.asked().get(0).getBodyAsString())
        .contains("scope=mcp+files%3Alist")
        .contains("audience=files")
        .doesNotContain("resource=");
  }

  /** Its {@code aud} is always its own: it may refuse what it cannot write there. */
  @Test
  void providerThatCannotWriteTheResource_isNotAskedForIt() {
    AuthorizationServer entra =
        provider.server().withProfile("entra-v2").expectAudience("api-client-id");
    try (ResourceServer asking =
        ProtectedServer.of(entra, clock).accept(BasicCredentials.exchangedAt(entra)).build()) {
      AccessDecision unused = asking.decide(basic("ci", "hush"));
    }

    assertThat(provider.asked().get(0).getBodyAsString()).doesNotContain("resource=");
  }

  /** {@code curl -u ci:KEY}, as GitHub takes its own, and {@code curl -u KEY:x}, as Stripe does. */
  @Test
  void keyOfThisServer_isShownToNoOther() {
    Store store = Store.inMemory(clock);
    CreatedKey key =
        KeyControl.on(store, ResourceIdentifier.of(ProtectedServer.RESOURCE))
            .create(NewKey.named("ci").scopes("mcp"));
    try (ResourceServer both =
        builder(BasicCredentials.exchangedAt(provider.server()))
            .accept(ApiKeys.shared())
            .store(store)
            .build()) {
      assertRefused(both.decide(basic("ci", key.secret())), 401, ReasonCode.CREDENTIAL_INVALID);
      assertRefused(both.decide(basic(key.secret(), "x")), 401, ReasonCode.CREDENTIAL_INVALID);
    }
    assertThat(provider.asked()).isEmpty();
  }

  @Test
  void serverOfManyTenants_isRefusedAtTheStart() {
    AuthorizationServer tenants =
        AuthorizationServer.of("https://login.example.com/organizations/v2.0")
            .expectTenants("https://login.example.com/{tenantid}/v2.0", "1111-aaaa");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> BasicCredentials.exchangedAt(tenants))
        .withMessageContaining("Configure the issuer of one tenant.");
  }

  @Test
  void serverThatIsNotConfigured_stopsTheStart() {
    BasicCredentials elsewhere =
        BasicCredentials.exchangedAt(AuthorizationServer.of("https://login.example.com"));
    ResourceServerBuilder builder = builder(elsewhere);

    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageContaining("https://login.example.com");
  }

  private String token(String client, Duration lasting) {
    return provider.token(client, "mcp").expiresIn(lasting).mint();
  }

  private static FakeRequest basic(String id, String secret) {
    return FakeRequest.get()
        .header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8)));
  }
}
