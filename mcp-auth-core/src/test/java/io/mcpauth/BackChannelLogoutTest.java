package io.mcpauth;

import static io.mcpauth.SignalNode.body;
import static io.mcpauth.SignalNode.cutOff;
import static io.mcpauth.SignalNode.logoutToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.signals.BackChannelLogout;
import io.mcpauth.signals.SignalAnswer;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect Back-Channel Logout 1.0, sections 2.4 to 2.8. */
class BackChannelLogoutTest {
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

  @Test
  void subAndSid_endTheSessionAndWhatCarriesNone() {
    SignalAnswer answer = node.logout(logoutToken(ISSUER).mint());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers()).containsExactly(Map.entry("Cache-Control", "no-store"));
    assertThat(cutOff(store)).containsExactly("CUT_OFF sid s-1", "CUT_OFF sub alice without sid");
  }

  @Test
  void sidAlone_endsTheSession() {
    assertThat(node.logout(logoutToken(ISSUER).withoutClaim("sub").mint()).status()).isEqualTo(200);

    assertThat(cutOff(store)).containsExactly("CUT_OFF sid s-1");
  }

  @Test
  void subAlone_endsAllOfTheUser() {
    assertThat(node.logout(logoutToken(ISSUER).withoutClaim("sid").mint()).status()).isEqualTo(200);

    assertThat(cutOff(store)).containsExactly("CUT_OFF sub alice");
    assertThat(AccessControl.on(store).list())
        .allMatch(rule -> CLOCK.instant().equals(rule.before()))
        .allMatch(rule -> rule.madeBy().equals("signal: logout"));
  }

  /**
   * As Keycloak writes it (DefaultTokenManager.initLogoutToken of 26): two members in events where
   * offline sessions end too, and a claim typ of its own; before 26 the header has JWT.
   */
  @ParameterizedTest
  @ValueSource(strings = {"logout+jwt", "JWT"})
  void tokenOfKeycloak_isTaken(String type) {
    Map<String, Object> events = new LinkedHashMap<>();
    events.put(SignalNode.LOGOUT_EVENT, Map.of());
    events.put("revoke_offline_access", true);
    String token =
        logoutToken(ISSUER)
            .header("typ", type)
            .claim("typ", "Logout")
            .claim("events", events)
            .expiresIn(Duration.ofMinutes(2))
            .mint();

    assertThat(node.logout(token).status()).isEqualTo(200);
    assertThat(cutOff(store)).hasSize(2);
  }

  /**
   * As Auth0 writes it: an array for one audience would do too
   * (https://auth0.com/docs/authenticate/login/logout/back-channel-logout).
   */
  @Test
  void tokenOfAuth0_isTaken() {
    String token =
        logoutToken(ISSUER)
            .claim("sub", "auth0|602c0dcab993d10073daf680")
            .claim("aud", List.of(SignalNode.CLIENT))
            .claim("trace_id", "t")
            .mint();

    assertThat(node.logout(token).status()).isEqualTo(200);
    assertThat(cutOff(store)).hasSize(2);
  }

  /**
   * As Ory Hydra writes it (executeBackChannelLogout): no exp, no sub, an array of one audience.
   */
  @Test
  void tokenOfHydra_isTaken() {
    String token =
        logoutToken(ISSUER)
            .header("typ", "JWT")
            .withoutClaim("sub")
            .withoutClaim("exp")
            .claim("aud", List.of(SignalNode.CLIENT))
            .mint();

    assertThat(node.logout(token).status()).isEqualTo(200);
    assertThat(cutOff(store)).containsExactly("CUT_OFF sid s-1");
  }

  @Test
  void tokenWithoutExp_isTooOldByItsIssue() {
    String token = logoutToken(ISSUER).withoutClaim("exp").mint();
    CLOCK.advance(Duration.ofHours(25));

    SignalAnswer answer = node.logout(token);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(body(answer)).contains("too old");
    assertNothingHappened();
  }

  @Test
  void tokenWithoutTyp_isTaken() {
    assertThat(node.logout(logoutToken(ISSUER).withoutHeader("typ").mint()).status())
        .isEqualTo(200);
  }

  static Stream<Arguments> badTokens() {
    return Stream.of(
        bad("other audience", "audience", t -> t.claim("aud", "somebody")),
        bad("no audience", "audience", t -> t.withoutClaim("aud")),
        bad("audience of another kind", "audience", t -> t.claim("aud", 7)),
        bad("other issuer", "issuer", t -> t.claim("iss", "https://evil.test")),
        bad("no issuer", "issuer", t -> t.withoutClaim("iss")),
        bad("algorithm none", "signed in a way", t -> t.header("alg", "none")),
        bad("algorithm of a secret", "signed in a way", t -> t.header("alg", "HS256")),
        bad("a nonce", "nonce", t -> t.claim("nonce", "n")),
        bad("no events", "events", t -> t.withoutClaim("events")),
        bad("events as a list", "events", t -> t.claim("events", List.of(SignalNode.LOGOUT_EVENT))),
        bad("another event", "logout event", t -> t.claim("events", Map.of("urn:x", Map.of()))),
        bad(
            "an event that is no object",
            "logout event",
            t -> t.claim("events", Map.of(SignalNode.LOGOUT_EVENT, true))),
        bad("neither sub nor sid", "sub", t -> t.withoutClaim("sub").withoutClaim("sid")),
        bad("sid that is no text", "sid", t -> t.claim("sid", 7)),
        bad("sub with a line end", "sub", t -> t.claim("sub", "a\nb")),
        bad("empty sub", "sub", t -> t.claim("sub", "")),
        bad("no jti", "jti", t -> t.withoutClaim("jti")),
        bad("no iat", "iat", t -> t.withoutClaim("iat")),
        bad("iat as text", "iat", t -> t.claim("iat", "now")),
        bad("expired", "too old", t -> t.expiresIn(Duration.ofSeconds(-61))),
        bad("issued in the future", "future", t -> t.claim("iat", 1795435200L + 3600)),
        bad("issued long ago", "too old", t -> t.claim("iat", 1795435200L - 90_000)),
        bad("type of an access token", "type", t -> t.header("typ", "at+jwt")),
        bad("type of an event", "type", t -> t.header("typ", "secevent+jwt")),
        bad("a critical header", "header", t -> t.header("crit", List.of("x"))),
        bad("an embedded key", "header", t -> t.header("jwk", Map.of("kty", "RSA"))));
  }

  private static Arguments bad(
      String name, String description, UnaryOperator<TestIssuer.Token> shape) {
    return Arguments.of(name, description, shape);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void badToken_isA400AndChangesNothing(
      String name, String description, UnaryOperator<TestIssuer.Token> shape) {
    SignalAnswer answer = node.logout(shape.apply(logoutToken(ISSUER)).mint());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(body(answer)).contains("\"error\":\"invalid_request\"").contains(description);
    assertThat(answer.headers()).containsEntry("Cache-Control", "no-store");
    assertNothingHappened();
  }

  @Test
  void tokenOfSomebodyElse_isRefused() {
    try (TestIssuer other = TestIssuer.start(CLOCK)) {
      SignalAnswer answer = node.logout(logoutToken(other).claim("iss", ISSUER.issuer()).mint());

      assertThat(answer.status()).isEqualTo(400);
      assertThat(body(answer)).contains("signature");
      assertNothingHappened();
    }
  }

  @Test
  void claimsThatDoNotFit_buyNoFetchOfKeys() {
    int before = ISSUER.requests("/jwks");

    assertThat(node.logout(logoutToken(ISSUER).claim("aud", "x").mint()).status()).isEqualTo(400);

    assertThat(ISSUER.requests("/jwks")).isEqualTo(before);
  }

  @Test
  void forgedTokenThatComesAgain_buysNoSecondCheck() {
    try (TestIssuer other = TestIssuer.start(CLOCK)) {
      String forged = logoutToken(other).claim("iss", ISSUER.issuer()).mint();
      assertThat(node.logout(forged).status()).isEqualTo(400);
      long checks = node.server().keyStatus().get(0).signatureChecks();

      for (int i = 0; i < 5; i++) {
        assertThat(node.logout(forged).status()).isEqualTo(400);
      }

      assertThat(checks).isPositive();
      assertThat(node.server().keyStatus().get(0).signatureChecks()).isEqualTo(checks);
    }
  }

  @Test
  void tokenThatComesAgain_isRefusedOnEveryNode() {
    try (SignalNode second = SignalNode.start(ISSUER, store, CLOCK)) {
      String token = logoutToken(ISSUER).mint();
      assertThat(node.logout(token).status()).isEqualTo(200);

      for (SignalNode any : List.of(node, second)) {
        SignalAnswer again = any.logout(token);
        assertThat(again.status()).isEqualTo(400);
        assertThat(body(again)).contains("received before");
      }
      assertThat(cutOff(store)).hasSize(2);
    }
  }

  @Test
  void lateToken_cutsOffNothingThatWasIssuedAfterIt() {
    String token = logoutToken(ISSUER).withoutClaim("sid").expiresIn(Duration.ofHours(2)).mint();
    Instant issued = CLOCK.instant();
    CLOCK.advance(Duration.ofHours(1));

    assertThat(node.logout(token).status()).isEqualTo(200);

    assertThat(AccessControl.on(store).list()).allMatch(rule -> issued.equals(rule.before()));
  }

  @Test
  void earlierToken_takesNothingFromALaterCutOff() {
    String token = logoutToken(ISSUER).withoutClaim("sid").mint();
    CLOCK.advance(Duration.ofMinutes(1));
    AccessControl.on(store).cutOff(AccessTarget.subject(ISSUER.issuer(), "alice"));

    assertThat(node.logout(token).status()).isEqualTo(200);

    assertThat(AccessControl.on(store).list())
        .singleElement()
        .satisfies(rule -> assertThat(rule.before()).isEqualTo(CLOCK.instant()));
  }

  @Test
  void accessToken_isNoLogoutToken() {
    for (String type : List.of("at+jwt", "JWT")) {
      String token = ISSUER.token(SignalNode.CLIENT).header("typ", type).mint();

      assertThat(node.logout(token).status()).isEqualTo(400);
    }
    assertNothingHappened();
  }

  @Test
  void logoutToken_isNoAccessToken() {
    for (String type : List.of("logout+jwt", "JWT", "at+jwt", "secevent+jwt")) {
      String token =
          logoutToken(ISSUER)
              .header("typ", type)
              .claim("aud", SignalNode.RESOURCE)
              .claim("client_id", "c")
              .mint();

      AccessDecision decision = node.server().decide(FakeRequest.toolCall("t").bearer(token));

      assertThat(decision)
          .isInstanceOfSatisfying(
              AccessDecision.Refused.class,
              refused ->
                  assertThat(refused.reason())
                      .isIn(
                          ReasonCode.LOGOUT_TOKEN_NOT_ACCEPTED,
                          ReasonCode.TOKEN_TYPE_NOT_ACCEPTED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "logout_token", "logout_token=", "token=x", "logout_token=%zz"})
  void formWithoutAToken_isA400(String form) {
    assertThat(node.server().signal(SignalNode.LOGOUT, SignalRequest.form(form)).status())
        .isEqualTo(400);
  }

  @Test
  void tokenTwice_isA400() {
    String good = logoutToken(ISSUER).mint();

    SignalAnswer answer =
        node.server()
            .signal(
                SignalNode.LOGOUT,
                SignalRequest.form("logout_token=" + good + "&logout%5Ftoken=" + good));

    assertThat(answer.status()).isEqualTo(400);
    assertNothingHappened();
  }

  @Test
  void otherParameters_areIgnored() {
    String form = "state=1&state=2&logout_token=" + logoutToken(ISSUER).mint();

    assertThat(node.server().signal(SignalNode.LOGOUT, SignalRequest.form(form)).status())
        .isEqualTo(200);
  }

  @Test
  void issuerThatIsDown_isA503ToBeTriedAgain() {
    TestIssuer down = TestIssuer.start(CLOCK);
    String token = logoutToken(down).mint();
    try (SignalNode lonely = SignalNode.start(down, store, CLOCK)) {
      down.close();

      SignalAnswer answer = lonely.logout(token);

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsEntry("Retry-After", "1");
      assertThat(body(answer)).contains("temporarily_unavailable");
      assertNothingHappened();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "logout",
        "/a/",
        "/a*",
        "/a//b",
        "/a/../b",
        "/..",
        "/a?b",
        "/%61",
        "/.well-known/x"
      })
  void pathThatIsNone_isRefused(String path) {
    assertThatThrownBy(() -> BackChannelLogout.at(path, "c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Write one such as");
  }

  @Test
  void clientIdThatIsNone_isRefused() {
    List<String[]> none = new ArrayList<>(List.of(new String[0], new String[] {" "}));
    none.forEach(
        ids ->
            assertThatThrownBy(() -> BackChannelLogout.at("/logout", ids))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("client id"));
  }

  private void assertNothingHappened() {
    assertThat(cutOff(store)).isEmpty();
    assertThat(store.count("signal.jti")).isZero();
  }
}
