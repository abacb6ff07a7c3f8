package io.mcpauth;

import static io.mcpauth.SignalNode.AUDIENCE;
import static io.mcpauth.SignalNode.CAEP;
import static io.mcpauth.SignalNode.EVENTS;
import static io.mcpauth.SignalNode.RISC;
import static io.mcpauth.SignalNode.body;
import static io.mcpauth.SignalNode.cutOff;
import static io.mcpauth.SignalNode.eventToken;
import static io.mcpauth.SignalNode.issSub;
import static io.mcpauth.SignalNode.opaque;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.mcpauth.access.AccessControl;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.signals.EventTransmitter;
import io.mcpauth.signals.SecurityEvents;
import io.mcpauth.signals.SignalAnswer;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.IssuerSignatures;
import io.mcpauth.token.KeyStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8935, RFC 8417, OpenID Shared Signals Framework 1.0, CAEP 1.0 and RISC. */
class SecurityEventsTest {
  private static final String REVOKED = CAEP + "session-revoked";

  /** Keys take long to make, so all tests have the same. */
  private static final MutableClock CLOCK = new MutableClock();

  private static final TestIssuer ISSUER = TestIssuer.start(CLOCK);

  private final Instant start = CLOCK.instant();
  private final Store store = Store.inMemory(CLOCK);
  private final SignalNode node = SignalNode.start(ISSUER, store, CLOCK);

  @AfterEach
  void stop() {
    node.close();
    CLOCK.advance(Duration.between(CLOCK.instant(), start));
  }

  @AfterAll
  static void stopIssuer() {
    ISSUER.close();
  }

  private TestIssuer.Token revoked() {
    return eventToken(ISSUER, REVOKED, Map.of());
  }

  private SignalAnswer about(Map<String, Object> subject) {
    return node.event(revoked().claim("sub_id", subject).mint());
  }

  @Test
  void sessionRevokedOfAUser_isA202AndEndsAll() {
    SignalAnswer answer = node.event(revoked().mint());

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).isEmpty();
    assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
  }

  /** CAEP 1.0 section 3.1.2, the second example. */
  @Test
  void sessionRevokedOfOneSession_leavesTheOthers() {
    Map<String, Object> subject =
        Map.of(
            "format",
            "complex",
            "session",
            opaque("s-1"),
            "user",
            issSub(ISSUER.issuer(), "alice"),
            "tenant",
            opaque("123456789"));

    assertThat(about(subject).status()).isEqualTo(202);

    assertThat(cutOff(store))
        .containsExactlyInAnyOrder("CUT_OFF sid s-1", "CUT_OFF sub alice without sid");
  }

  /** CAEP 1.0 section 3.1.2, the third example: nobody here can tell devices. */
  @Test
  void sessionRevokedOnADevice_endsAllOfTheUser() {
    Map<String, Object> user = issSub(ISSUER.issuer(), "alice");

    assertThat(about(Map.of("format", "complex", "user", user, "device", user)).status())
        .isEqualTo(202);

    assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
  }

  /** CAEP 1.0 section 3.1.2, the first example: a session, but it may be a user too. */
  @Test
  void opaqueSubject_isASessionOrAUser() {
    assertThat(about(opaque("x")).status()).isEqualTo(202);

    assertThat(cutOff(store)).containsExactlyInAnyOrder("CUT_OFF sub x", "CUT_OFF sid x");
  }

  /**
   * As Okta sends it (https://developer.okta.com/docs/reference/ssf-transmitter-sets): the subject
   * in the event, a complex one that does not say so, and milliseconds.
   */
  @Test
  void eventOfOkta_isTakenWithItsTime() {
    Instant occurred = CLOCK.instant().minusSeconds(168).plusMillis(643);
    Map<String, Object> event =
        Map.of(
            "subject",
            Map.of("user", issSub(ISSUER.issuer(), "okta-user-id1")),
            "reason_admin",
            Map.of("en", "Policy Violation: C076E822"),
            "event_timestamp",
            occurred.toEpochMilli());

    assertThat(
            node.event(eventToken(ISSUER, REVOKED, event).withoutClaim("sub_id").mint()).status())
        .isEqualTo(202);

    assertThat(cutOff(store)).containsExactly("CUT_OFF sub okta-user-id1");
    assertThat(before()).containsExactly(occurred);
  }

  private List<Instant> before() {
    return AccessControl.on(store).list().stream().map(rule -> rule.before()).toList();
  }

  static Stream<Arguments> times() {
    return Stream.of(
        Arguments.of("seconds", -100L, 1795435100L),
        Arguments.of("in the future", 0L, 1795435200L + 30),
        Arguments.of("milliseconds", -100L, 1795435100_000L),
        Arguments.of("microseconds", 0L, 1795435100_000_000L),
        Arguments.of("zero", 0L, 0L),
        Arguments.of("negative", 0L, -5L),
        Arguments.of("text", 0L, "yesterday"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("times")
  void eventTimestamp_isTheInstantAndNeverLaterThanNow(String name, long seconds, Object told) {
    assertThat(
            node.event(eventToken(ISSUER, REVOKED, Map.of("event_timestamp", told)).mint())
                .status())
        .isEqualTo(202);

    assertThat(before()).containsExactly(CLOCK.instant().plusSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"account-disabled", "account-purged", "sessions-revoked"})
  void eventsOfRisc_endAllOfTheUser(String event) {
    Map<String, Object> subject =
        Map.of("subject_type", "iss-sub", "iss", ISSUER.issuer(), "sub", "alice");
    String token =
        eventToken(ISSUER, RISC + event, Map.of("subject", subject, "reason", "hijacking"))
            .withoutClaim("sub_id")
            .mint();

    assertThat(node.event(token).status()).isEqualTo(202);

    assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
  }

  @Test
  void accountDisabledWithASession_endsAllOfTheUser() {
    Map<String, Object> subject =
        Map.of(
            "format",
            "complex",
            "session",
            opaque("s-1"),
            "user",
            issSub(ISSUER.issuer(), "alice"));
    String token =
        eventToken(ISSUER, RISC + "account-disabled", Map.of()).claim("sub_id", subject).mint();

    assertThat(node.event(token).status()).isEqualTo(202);

    assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
  }

  @Test
  void credentialChange_endsAccessOnlyWhereThatIsAskedFor() {
    String event = CAEP + "credential-change";
    SecurityEvents asked = SecurityEvents.at(EVENTS, AUDIENCE).onCredentialChange();
    Store own = Store.inMemory(CLOCK);
    try (SignalNode strict = SignalNode.start(ISSUER, own, CLOCK, asked, same -> same)) {
      for (String change : List.of("create", "update", "nothing")) {
        String token = eventToken(ISSUER, event, Map.of("change_type", change)).mint();
        assertThat(strict.event(token).status()).isEqualTo(202);
      }
      assertThat(cutOff(own)).isEmpty();
      for (String change : List.of("revoke", "delete")) {
        String token = eventToken(ISSUER, event, Map.of("change_type", change)).mint();
        assertThat(node.event(token).status()).isEqualTo(202);
        assertThat(cutOff(store)).isEmpty();
        assertThat(strict.event(token).status()).isEqualTo(202);
      }
      assertThat(cutOff(own)).containsExactly("CUT_OFF sub alice");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://schemas.openid.net/secevent/ssf/event-type/verification",
        "https://schemas.openid.net/secevent/ssf/event-type/stream-updated"
      })
  void eventsOfTheStream_doNothing(String event) {
    String token =
        eventToken(ISSUER, event, Map.of("state", "s")).claim("sub_id", opaque("stream")).mint();

    assertThat(node.event(token).status()).isEqualTo(202);
    assertNothingHappened();
  }

  @Test
  void severalEvents_areOneUnderSeveralNames() {
    String token =
        revoked().claim("events", Map.of("urn:other", Map.of(), REVOKED, Map.of())).mint();

    assertThat(node.event(token).status()).isEqualTo(202);
    assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
  }

  static Stream<Arguments> subjectsOfNobody() {
    return Stream.of(
        Arguments.of("email", Map.of("format", "email", "email", "alice@x.test")),
        Arguments.of("phone", Map.of("format", "phone_number", "phone_number", "+1")),
        Arguments.of("device alone", Map.of("format", "complex", "device", opaque("d"))),
        Arguments.of("other issuer", issSub("https://somebody.test", "alice")),
        Arguments.of("proprietary", Map.of("format", "urn:x", "any", 1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("subjectsOfNobody")
  void subjectThatNobodyHasHere_isA202AndChangesNothing(String name, Map<String, Object> subject) {
    assertThat(about(subject).status()).isEqualTo(202);
    assertNothingHappened();
  }

  @Test
  void aliases_areTakenAsFarAsTheyAreKnown() {
    List<Map<String, Object>> identifiers =
        List.of(
            Map.of("format", "email", "email", "a@x.test"),
            issSub(ISSUER.issuer(), "alice"),
            Map.of("format", "aliases", "identifiers", List.of(issSub(ISSUER.issuer(), "bob"))));

    assertThat(about(Map.of("format", "aliases", "identifiers", identifiers)).status())
        .isEqualTo(202);

    assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
  }

  static Stream<Arguments> badTokens() {
    return Stream.of(
        bad("other audience", "invalid_audience", t -> t.claim("aud", SignalNode.CLIENT)),
        bad("no audience", "invalid_audience", t -> t.withoutClaim("aud")),
        bad("other issuer", "invalid_issuer", t -> t.claim("iss", "https://evil.test")),
        bad("algorithm none", "invalid_key", t -> t.header("alg", "none")),
        bad("unknown event", "invalid_request", t -> t.claim("events", Map.of("urn:x", Map.of()))),
        bad(
            "event of another kind",
            "invalid_request",
            t -> t.claim("events", Map.of(SignalNode.LOGOUT_EVENT, Map.of()))),
        bad("no events", "invalid_request", t -> t.withoutClaim("events")),
        bad("empty events", "invalid_request", t -> t.claim("events", Map.of())),
        bad("an event as text", "invalid_request", t -> t.claim("events", Map.of(REVOKED, "x"))),
        bad("no subject", "invalid_request", t -> t.withoutClaim("sub_id")),
        bad("subject as text", "invalid_request", t -> t.claim("sub_id", "alice")),
        bad("subject without format", "invalid_request", t -> t.claim("sub_id", Map.of("a", "b"))),
        bad("empty sub", "invalid_request", t -> t.claim("sub_id", issSub("https://i", ""))),
        bad("control character", "invalid_request", t -> t.claim("sub_id", opaque("a\rb"))),
        bad("crowd of subjects", "invalid_request", t -> t.claim("sub_id", crowd())),
        bad("no jti", "invalid_request", t -> t.withoutClaim("jti")),
        bad("no iat", "invalid_request", t -> t.withoutClaim("iat")),
        bad("issued in the future", "invalid_request", t -> t.claim("iat", 1795435200L + 61)),
        bad("issued long ago", "invalid_request", t -> t.claim("iat", 1795435200L - 86_461)),
        bad("expired", "invalid_request", t -> t.expiresIn(Duration.ofHours(-1))),
        bad("type of a logout token", "invalid_request", t -> t.header("typ", "logout+jwt")),
        bad("type JWT", "invalid_request", t -> t.header("typ", "JWT")),
        bad("no type", "invalid_request", t -> t.withoutHeader("typ")));
  }

  private static Map<String, Object> crowd() {
    return Map.of(
        "format",
        "aliases",
        "identifiers",
        IntStream.range(0, 9).mapToObj(i -> opaque("user-" + i)).toList());
  }

  private static Arguments bad(String name, String error, UnaryOperator<TestIssuer.Token> shape) {
    return Arguments.of(name, error, shape);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void badToken_isA400AndChangesNothing(
      String name, String error, UnaryOperator<TestIssuer.Token> shape) {
    SignalAnswer answer = node.event(shape.apply(revoked()).mint());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(body(answer))
        .startsWith("{\"err\":\"" + error + "\",\"description\":\"")
        .doesNotContain("evil.test");
    assertThat(answer.headers())
        .containsEntry("Content-Type", "application/json")
        .containsEntry("Content-Language", "en");
    assertNothingHappened();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a.b", "a.b.c", "e30.e30.", "a.b.c.d.e"})
  void bodyThatIsNoToken_isA400(String body) {
    assertThat(node.event(body).status()).isEqualTo(400);
    assertNothingHappened();
  }

  @Test
  void tokenOfSomebodyElse_isRefused() {
    try (TestIssuer other = TestIssuer.start(CLOCK)) {
      SignalAnswer answer =
          node.event(eventToken(other, REVOKED, Map.of()).claim("iss", ISSUER.issuer()).mint());

      assertThat(answer.status()).isEqualTo(400);
      assertThat(body(answer)).contains("invalid_key");
      assertNothingHappened();
    }
  }

  /** RFC 8935 section 2. */
  @Test
  void tokenThatComesAgain_isAnsweredTheSameAndDoesNothing() {
    try (SignalNode second = SignalNode.start(ISSUER, store, CLOCK)) {
      String token = revoked().mint();
      assertThat(node.event(token).status()).isEqualTo(202);
      AccessControl.on(store).list().forEach(rule -> AccessControl.on(store).undo(rule.id()));

      assertThat(second.event(token).status()).isEqualTo(202);
      assertThat(node.event(token).status()).isEqualTo(202);

      assertThat(cutOff(store)).isEmpty();
      assertThat(store.count("signal.jti")).isEqualTo(1);
    }
  }

  @Test
  void rememberedToken_isForgottenWhenItIsTooOldAnyway() {
    String token = revoked().mint();
    assertThat(node.event(token).status()).isEqualTo(202);

    CLOCK.advance(Duration.ofHours(24));
    assertThat(store.count("signal.jti")).isEqualTo(1);
    CLOCK.advance(Duration.ofMinutes(5));

    assertThat(store.count("signal.jti")).isZero();
    assertThat(node.event(token).status()).isEqualTo(400);
  }

  @Test
  void accessToken_isNoEvent() {
    String token = ISSUER.token(AUDIENCE).claim("events", Map.of(REVOKED, Map.of())).mint();

    assertThat(node.event(token).status()).isEqualTo(400);
    assertNothingHappened();
  }

  @Test
  void eventToken_isNoAccessToken() {
    for (String exp : List.of("without", "with")) {
      TestIssuer.Token token =
          revoked().claim("aud", SignalNode.RESOURCE).claim("sub", "alice").claim("client_id", "c");
      String sent = (exp.equals("with") ? token.expiresIn(Duration.ofHours(1)) : token).mint();

      AccessDecision decision = node.server().decide(FakeRequest.toolCall("t").bearer(sent));

      assertThat(decision)
          .isInstanceOfSatisfying(
              AccessDecision.Refused.class,
              refused ->
                  assertThat(refused.reason()).isEqualTo(ReasonCode.TOKEN_TYPE_NOT_ACCEPTED));
    }
  }

  @Test
  void transmitterOfItsOwn_speaksOfTheUsersOfTheServer() {
    try (TestIssuer transmitter = TestIssuer.start(CLOCK)) {
      SecurityEvents events =
          SecurityEvents.at(EVENTS, AUDIENCE)
              .fromTransmitter(
                  EventTransmitter.of(transmitter.issuer()).withJwksUri(transmitter.jwksUri()));
      try (SignalNode own = SignalNode.start(ISSUER, store, CLOCK, events, same -> same)) {
        for (String name : List.of(transmitter.issuer(), ISSUER.issuer())) {
          String token =
              eventToken(transmitter, REVOKED, Map.of())
                  .claim("sub_id", issSub(name, "user of " + name))
                  .mint();
          assertThat(own.event(token).status()).isEqualTo(202);
        }
        String logout = SignalNode.logoutToken(transmitter).claim("aud", SignalNode.CLIENT).mint();
        assertThat(own.logout(logout).status()).isEqualTo(400);
        assertThat(node.event(eventToken(transmitter, REVOKED, Map.of()).mint()).status())
            .isEqualTo(400);
      }
      assertThat(AccessControl.on(store).list())
          .hasSize(2)
          .allMatch(rule -> ISSUER.issuer().equals(rule.target().issuer()));
    }
  }

  @Test
  void transmitterBesideTenants_speaksOfTheOneThatItNames() {
    String template = "https://login.test/{tenantid}/v2.0";
    String tenant = "https://login.test/t-1/v2.0";
    try (TestIssuer transmitter = TestIssuer.start(CLOCK)) {
      SecurityEvents events =
          SecurityEvents.at(EVENTS, AUDIENCE)
              .fromTransmitter(
                  EventTransmitter.of(transmitter.issuer()).withJwksUri(transmitter.jwksUri()));
      for (String[] tenants : new String[][] {{"t-1", "t-2"}, {"t-1"}}) {
        AuthorizationServer server =
            AuthorizationServer.of("https://login.test/organizations/v2.0")
                .expectTenants(template, tenants);
        Store own = Store.inMemory(CLOCK);
        try (SignalNode beside = SignalNode.start(server, own, CLOCK, events, same -> same)) {
          for (String issuer : List.of(tenant, "https://login.test/t-3/v2.0")) {
            String token =
                eventToken(transmitter, REVOKED, Map.of())
                    .claim("sub_id", issSub(issuer, "alice"))
                    .mint();
            assertThat(beside.event(token).status()).isEqualTo(202);
          }
          String unnamed =
              eventToken(transmitter, REVOKED, Map.of())
                  .claim("sub_id", issSub(transmitter.issuer(), "bob"))
                  .mint();
          assertThat(beside.event(unnamed).status()).isEqualTo(202);
        }
        assertThat(AccessControl.on(own).list())
            .allMatch(rule -> tenant.equals(rule.target().issuer()))
            .extracting(rule -> rule.target().subject())
            .isEqualTo(tenants.length == 1 ? List.of("alice", "bob") : List.of("alice"));
      }
    }
  }

  /** Else a wrong word is noticed when the first event is lost. */
  @Test
  void keysOfATransmitter_areFetchedAtTheStart() throws InterruptedException {
    TestIssuer down = TestIssuer.start(CLOCK);
    String gone = down.jwksUri();
    down.close();
    BlockingQueue<Authenticator.SetupNote> notes = new LinkedBlockingQueue<>();
    Authenticator.Expectations expected =
        new Authenticator.Expectations(
            List.of(AuthorizationServer.of(ISSUER.issuer())),
            ResourceIdentifier.of(SignalNode.RESOURCE),
            Duration.ofSeconds(60),
            Duration.ofDays(1),
            1_000_000);
    try (Authenticator authenticator = new Authenticator(expected, CLOCK)) {
      IssuerSignatures unused =
          authenticator.signaturesOf(
              List.of(AuthorizationServer.of("https://t.test").withJwksUri(gone)));
      authenticator.checkSetup(notes::add);

      Authenticator.SetupNote note;
      do {
        note = notes.poll(60, TimeUnit.SECONDS);
        assertThat(note).isNotNull();
      } while (!note.issuer().equals("https://t.test"));
      assertThat(note.warning()).isTrue();
      assertThat(note.text()).startsWith("Its keys cannot be had yet");
      assertThat(authenticator.keyStatus())
          .extracting(KeyStatus::issuer)
          .containsExactly(ISSUER.issuer(), "https://t.test");
    }
  }

  /** Its id of the session is not the sid of the server's tokens. */
  @Test
  void sessionOfAForeignTransmitter_endsAllOfTheUser() {
    try (TestIssuer transmitter = TestIssuer.start(CLOCK)) {
      SecurityEvents events =
          SecurityEvents.at(EVENTS, AUDIENCE)
              .fromTransmitter(
                  EventTransmitter.of(transmitter.issuer()).withJwksUri(transmitter.jwksUri()));
      Map<String, Object> subject =
          Map.of(
              "format",
              "complex",
              "session",
              opaque("s-1"),
              "user",
              issSub(ISSUER.issuer(), "alice"));
      String token = eventToken(transmitter, REVOKED, Map.of()).claim("sub_id", subject).mint();
      try (SignalNode own = SignalNode.start(ISSUER, store, CLOCK, events, same -> same)) {
        assertThat(own.event(token).status()).isEqualTo(202);
      }
    }
    assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
  }

  @Test
  void keysOfATransmitter_areFoundByItsOwnMetadata() throws IOException {
    HttpServer metadata =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String name = "http://127.0.0.1:" + metadata.getAddress().getPort() + "/tenant";
    try (TestIssuer keys = TestIssuer.start(CLOCK)) {
      byte[] document =
          ("{\"issuer\":\"" + name + "\",\"jwks_uri\":\"" + keys.jwksUri() + "\"}")
              .getBytes(StandardCharsets.UTF_8);
      metadata.createContext(
          "/.well-known/ssf-configuration/tenant",
          exchange -> {
            exchange.sendResponseHeaders(200, document.length);
            exchange.getResponseBody().write(document);
            exchange.close();
          });
      metadata.start();
      SecurityEvents events =
          SecurityEvents.at(EVENTS, AUDIENCE).fromTransmitter(EventTransmitter.of(name));
      try (SignalNode own = SignalNode.start(ISSUER, store, CLOCK, events, same -> same)) {
        String token =
            eventToken(keys, REVOKED, Map.of())
                .claim("iss", name)
                .claim("sub_id", issSub(name, "alice"))
                .mint();

        assertThat(own.event(token).status()).isEqualTo(202);
      }
      assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
    } finally {
      metadata.stop(0);
    }
  }

  @Test
  void fixedAuthorization_isAskedForBeforeAnythingIsRead() {
    SecurityEvents events =
        SecurityEvents.at(EVENTS, AUDIENCE).withAuthorization("Bearer 0123456789");
    try (SignalNode own = SignalNode.start(ISSUER, store, CLOCK, events, same -> same)) {
      String token = revoked().mint();
      for (SignalRequest bad :
          List.of(
              SignalRequest.event(token),
              SignalRequest.event(token).header("Authorization", "Bearer 012345678"),
              SignalRequest.event(token)
                  .header("Authorization", "Bearer 0123456789")
                  .header("Authorization", "Bearer 0123456789"))) {
        SignalAnswer answer = own.server().signal(EVENTS, bad);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(body(answer)).contains("authentication_failed").doesNotContain("0123456789");
        assertThat(bad.wasRead()).isFalse();
      }
      assertNothingHappened();
      assertThat(
              own.server()
                  .signal(
                      EVENTS,
                      SignalRequest.event(token).header("Authorization", "Bearer 0123456789"))
                  .status())
          .isEqualTo(202);
    }
  }

  @Test
  void settingsThatContradict_stopTheStart() {
    assertThatThrownBy(
            () ->
                SignalNode.start(
                    ISSUER,
                    store,
                    CLOCK,
                    SecurityEvents.at(SignalNode.LOGOUT, AUDIENCE),
                    same -> same))
        .hasMessageContaining("Write a path for each");
    assertThatThrownBy(
            () ->
                SignalNode.start(
                    ISSUER, store, CLOCK, SecurityEvents.at("/mcp", AUDIENCE), same -> same))
        .hasMessageContaining("path of the MCP endpoint");
    EventTransmitter transmitter = EventTransmitter.of("https://t.test");
    assertThatThrownBy(
            () ->
                SignalNode.start(
                    ISSUER,
                    store,
                    CLOCK,
                    SecurityEvents.at(EVENTS, AUDIENCE).fromTransmitter(transmitter),
                    b -> b.authorizationServer(AuthorizationServer.of("https://second.test"))))
        .hasMessageContaining("forUsersOf");
    assertThatThrownBy(
            () ->
                SignalNode.start(
                    ISSUER,
                    store,
                    CLOCK,
                    SecurityEvents.at(EVENTS, AUDIENCE)
                        .fromTransmitter(transmitter.forUsersOf("https://no.test")),
                    same -> same))
        .hasMessageContaining("no authorization server here");
    for (String same : List.of("https://login.test", "https://sts.test")) {
      assertThatThrownBy(
              () ->
                  SignalNode.start(
                      AuthorizationServer.of("https://login.test")
                          .expectIssuers("https://sts.test"),
                      store,
                      CLOCK,
                      SecurityEvents.at(EVENTS, AUDIENCE)
                          .fromTransmitter(EventTransmitter.of(same)),
                      own -> own))
          .hasMessageContaining("MCP_AUTH_EVENTS_TRANSMITTER");
    }
    assertThatThrownBy(() -> SecurityEvents.at(EVENTS, AUDIENCE).withAuthorization("short"))
        .hasMessageContaining("openssl rand")
        .hasMessageNotContaining("'short'");
  }

  private void assertNothingHappened() {
    assertThat(cutOff(store)).isEmpty();
    assertThat(store.count("signal.jti")).isZero();
  }
}
