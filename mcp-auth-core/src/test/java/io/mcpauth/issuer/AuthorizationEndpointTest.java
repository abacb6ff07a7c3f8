package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.LOOPBACK;
import static io.mcpauth.issuer.ConsentDesk.PLACE;
import static io.mcpauth.issuer.ConsentDesk.STATE;
import static io.mcpauth.issuer.ConsentDesk.assertPage;
import static io.mcpauth.issuer.ConsentDesk.body;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ConsentDesk.told;
import static io.mcpauth.issuer.ServerInTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessStatus;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Authorization requests: what is a page, what goes to the client, and what to the login. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AuthorizationEndpointTest {
  private final ConsentDesk desk = new ConsentDesk();

  @AfterEach
  void close() {
    desk.close();
  }

  private LoginRequest asked() {
    return desk.logins.get(desk.logins.size() - 1);
  }

  @Test
  void allowedRequest_isACodeWithTheStateAndTheIssuer() {
    Visitor alice = desk.visitor("alice");
    OAuthAnswer page = alice.open(query("app"));
    assertPage(page, 200);

    Map<String, String> told = told(alice.decide(page, "allow"), PLACE);

    assertThat(told)
        .containsOnlyKeys("code", "state", "iss")
        .containsEntry("state", STATE)
        .containsEntry("iss", ConsentDesk.ISSUER);
    OAuthAnswer tokens =
        desk.server.answer(
            SentRequest.post(
                OAuthAddresses.TOKEN,
                "grant_type",
                "authorization_code",
                "client_id",
                "app",
                "client_secret",
                ConsentDesk.SECRET,
                "code",
                String.valueOf(told.get("code")),
                "redirect_uri",
                PLACE,
                "code_verifier",
                ConsentDesk.VERIFIER.value()));
    assertThat(ServerInTest.text(tokens, "scope")).isEqualTo("files:read");
  }

  @Test
  void requestWithoutState_isAnsweredWithoutOne() {
    Visitor alice = desk.visitor("alice");

    assertThat(told(alice.decide(alice.open(query("app", "state", "")), "allow"), PLACE))
        .containsOnlyKeys("code", "iss");
  }

  @Test
  void nobodyLoggedIn_goesToTheLoginAndComesBackWithTheSameRequest() {
    OAuthAnswer answer = desk.visitor(null).open(query("app"));

    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "Location")).isEqualTo("/login");
    assertThat(answer.headers().get("Set-Cookie")).containsExactly("login=begun; Path=/");
    assertThat(asked().returnTo()).hasToString("https://auth.test/oauth/authorize?" + query("app"));
    assertThat(desk.store.dump()).as("kept for a stranger").doesNotContain("oauth.pending");
    assertThat(desk.events).isEmpty();
  }

  /** A container hands on whatever it got; what comes back must be an address all the same. */
  @ParameterizedTest
  @ValueSource(strings = {"\"", "{|}", "\u00e9", "\r\nLocation: https://evil.test", " ", "\\^`"})
  void lettersThatNoAddressHas_comeBackInOneThatHasThem(String letters) {
    String raw = query("app", "state", "") + "&state=x" + letters;
    SentRequest request = SentRequest.posted(OAuthAddresses.AUTHORIZE, raw);
    OAuthAnswer answer = desk.server.answer(request);

    assertThat(answer.status()).isEqualTo(303);
    Visitor alice = desk.visitor("alice");
    OAuthAnswer page = alice.open(asked().returnTo().getRawQuery());
    assertThat(told(alice.decide(page, "allow"), PLACE)).containsEntry("state", "x" + letters);
  }

  @Test
  void omittedScope_isAllThatTheClientMayHave() {
    assertThat(body(desk.visitor("alice").open(query("app", "scope", ""))))
        .contains("<code>files:read</code>", "files:write");
    assertThat(body(desk.visitor("alice").open(query("narrow", "scope", "openid offline_access"))))
        .contains("<code>files:read</code>")
        .doesNotContain("files:write");
  }

  @Test
  void surplusBlanksAndHabits_meanNothing() {
    String scope = " openid  files:read offline_access ";

    assertPage(desk.visitor("alice").open(query("app", "scope", scope)), 200);
    assertThat(desk.last().scopes()).containsExactly("files:read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://mcp.test/mcp", ""})
  void resourceThatIsNamedOrTheOnlyOne_isThatOfTheGrant(String resource) {
    assertThat(body(desk.visitor("alice").open(query("app", "resource", resource))))
        .contains("<code>https://mcp.test/mcp</code>");
  }

  @ParameterizedTest
  @CsvSource({
    "code_challenge, '', invalid_request",
    "code_challenge, short, invalid_request",
    "code_challenge_method, '', invalid_request",
    "code_challenge_method, plain, invalid_request",
    "resource, https://mcp.test/mcp/, invalid_target",
    "resource, https://mcp.test/mcp-evil, invalid_target",
    "resource, https://evil.test, invalid_target",
    "scope, admin, invalid_scope",
    "scope, files:read admin, invalid_scope",
    "response_type, token, unsupported_response_type",
    "response_type, code token, unsupported_response_type",
    "response_type, '', unsupported_response_type"
  })
  void badRequest_isToldToAnEnteredClientAfterTheLogin(String name, String value, String error) {
    assertThat(desk.visitor(null).open(query("app", name, value)).headers().get("Location"))
        .as("before the login")
        .containsExactly("/login");

    assertThat(told(desk.visitor("alice").open(query("app", name, value)), PLACE))
        .containsEntry("error", error)
        .containsEntry("state", STATE)
        .containsEntry("iss", ConsentDesk.ISSUER)
        .containsKey("error_description")
        .doesNotContainKey("code");
    assertThat(desk.events).hasSize(1);
    assertThat(desk.last().subject()).isEqualTo("alice");
  }

  @Test
  void unknownScope_isAnsweredWithThoseThatMayBe() {
    assertThat(told(desk.visitor("alice").open(query("narrow", "scope", "files:write")), PLACE))
        .containsEntry("error_description", "This client may ask for files:read alone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"&resource=", "&resource=https%3A%2F%2Fother.test"})
  void secondResource_isInvalidTarget(String more) {
    assertThat(told(desk.visitor("alice").open(query("app") + more), PLACE))
        .containsEntry("error", "invalid_target");
  }

  @ParameterizedTest
  @CsvSource({
    "client_id, nobody",
    "client_id, ''",
    "client_id, APP",
    "redirect_uri, https://app.test/callback?tenant=a&b=%22&c",
    "redirect_uri, https://app.test/callback?tenant=a&b=\"",
    "redirect_uri, https://app.test/callback",
    "redirect_uri, https://app.test/callback/../x?tenant=a&b=%22",
    "redirect_uri, https://app.test.evil.test/callback?tenant=a&b=%22",
    "redirect_uri, https://app.test@evil.test/callback?tenant=a&b=%22",
    "redirect_uri, https://user@app.test/callback?tenant=a&b=%22",
    "redirect_uri, https://app.test:8443/callback?tenant=a&b=%22",
    "redirect_uri, HTTPS://app.test/callback?tenant=a&b=%22",
    "redirect_uri, http://app.test/callback?tenant=a&b=%22",
    "redirect_uri, https://app.test/callback?tenant=a&b=%22#x",
    "redirect_uri, //app.test/callback?tenant=a&b=%22",
    "redirect_uri, javascript:alert(1)",
    "redirect_uri, data:text/html;x",
    "request_uri, urn:ietf:params:oauth:request_uri:x",
    "request, x.y.z",
    "prompt, none login",
    "max_age, -1",
    "max_age, 1e9",
    "max_age, 99999999999"
  })
  void requestOfNobodyOrToNowhere_isAPageBeforeAndAfterTheLogin(String name, String value) {
    assertPage(desk.visitor(null).open(query("app", name, value)), 400);
    assertPage(desk.visitor("alice").open(query("app", name, value)), 400);
    assertThat(desk.events).hasSize(2).noneMatch(AuthorizationEvent::done);
    assertThat(desk.logins).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "max_age"
      })
  void parameterTwice_isAPageEvenIfOneIsEmpty(String name) {
    String query = query("app", "prompt", "consent", "max_age", "60");

    assertPage(desk.visitor("alice").open(query + "&" + name + "="), 400);
    assertThat(desk.last().reason()).isEqualTo(ReasonCode.PARAMETER_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "scope", "redirect_uri", "nonce"})
  void longParameter_isAPageFirstOfAll(String name) {
    assertPage(desk.visitor(null).open(query("app", name, "s".repeat(2_049))), 400);
    assertThat(desk.logins).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"state=%zz", "state=%", "state=%ff", "%=x"})
  void queryThatCannotBeRead_isAPage(String bad) {
    assertPage(desk.visitor("alice").open(query("app", "state", "") + "&" + bad), 400);
  }

  @Test
  void postWithTheForm_isAsTheQuery() {
    Visitor alice = desk.visitor("alice");
    OAuthAnswer page = alice.send(SentRequest.posted(OAuthAddresses.AUTHORIZE, query("app")));

    assertThat(told(alice.decide(page, "allow"), PLACE)).containsKey("code");
  }

  @Test
  void promptNoneWithoutALogin_isToldToAnEnteredClientAlone() {
    String registered = desk.register("R", "none", PLACE);

    assertThat(told(desk.visitor(null).open(query("app", "prompt", "none")), PLACE))
        .containsEntry("error", "login_required")
        .containsEntry("state", STATE);
    OAuthAnswer page = desk.visitor(null).open(query(registered, "prompt", "none"));
    assertPage(page, 400);
    assertThat(body(page)).contains("id=\"onward\"", "error=login_required");
    OAuthAnswer document =
        desk.visitor(null).open(query("https://evil.test/client", "prompt", "none"));
    assertPage(document, 400);
    assertThat(body(document)).doesNotContain("onward");
  }

  @Test
  void promptNoneBeforeTheConsent_isConsentRequired() {
    Visitor alice = desk.visitor("alice");

    assertThat(told(alice.open(query("app", "prompt", "none")), PLACE))
        .containsEntry("error", "consent_required");
    assertThat(desk.last().reason()).isEqualTo(ReasonCode.CONSENT_NEEDED);
    told(alice.decide(alice.open(query("app")), "allow"), PLACE);
    assertThat(told(alice.open(query("app", "prompt", "none")), PLACE)).containsKey("code");
  }

  @Test
  void promptLogin_asksOnceForALoginAndKeepsTheRest() {
    Visitor alice = desk.visitor("alice");
    String query = query("app") + "&p%72ompt=login%20consent";

    assertThat(header(alice.open(query), "Location")).isEqualTo("/login");
    assertThat(asked().again()).isTrue();
    assertThat(asked().returnTo().getRawQuery()).isEqualTo(query("app") + "&prompt=consent");
    assertPage(alice.open(asked().returnTo().getRawQuery()), 200);
    assertThat(asked().again()).isFalse();
  }

  @Test
  void maxAge_isForTheLoginToJudge() {
    OAuthAnswer unused = desk.visitor("alice").open(query("app", "max_age", "60"));
    assertThat(asked().maxAge()).isEqualTo(Duration.ofMinutes(1));
    assertThat(asked().again()).isFalse();

    unused = desk.visitor("alice").open(query("app", "max_age", "0"));
    assertThat(asked().again()).isTrue();
    assertThat(asked().returnTo().getRawQuery()).doesNotContain("max_age");
  }

  @Test
  void documentOfAStranger_isNotFetchedBeforeALogin() {
    String client = "https://127.0.0.1:1/client";

    assertThat(header(desk.visitor(null).open(query(client)), "Location")).isEqualTo("/login");
    assertPage(desk.visitor("alice").open(query(client)), 400);
    assertThat(desk.last().kind()).isEqualTo(AuthorizationEvent.Kind.LOGIN);
  }

  @Test
  void closedAccess_isAPageToComeBackTo() {
    AccessStatus status = AccessControl.on(desk.store).close("Back at noon", Duration.ofMinutes(9));
    assertThat(status.mode()).isEqualTo(AccessStatus.AccessMode.CLOSED);
    try (OAuthServer node = desk.node()) {
      OAuthAnswer answer = new Visitor(node, "alice").open(query("app"));

      assertPage(answer, 503);
      assertThat(header(answer, "Retry-After")).isEqualTo("540");
      assertThat(body(answer)).contains("Back at noon");
    }
  }

  @Test
  void clientThatIsDenied_isToldSo() {
    String client = desk.register("Denied", "none", LOOPBACK);
    AccessControl control = AccessControl.on(desk.store);
    AccessRule rule = control.deny(AccessTarget.client(ConsentDesk.ISSUER, client));
    try (OAuthServer node = desk.node()) {
      OAuthAnswer answer = new Visitor(node, "alice").open(query(client, "redirect_uri", LOOPBACK));

      assertThat(rule.id()).isNotEmpty();
      assertThat(told(answer, LOOPBACK)).containsEntry("error", "access_denied");
      assertThat(desk.last().reason()).isEqualTo(ReasonCode.ACCESS_DENIED);
    }
  }

  @Test
  void knownOnly_letsInWhomTheOperatorEntered() {
    String client = desk.register("Stranger", "none", LOOPBACK);
    AccessStatus status = AccessControl.on(desk.store).knownOnly();
    assertThat(status.mode()).isEqualTo(AccessStatus.AccessMode.KNOWN);
    try (OAuthServer node = desk.node()) {
      Visitor alice = new Visitor(node, "alice");

      assertPage(alice.open(query("app")), 200);
      assertThat(told(alice.open(query(client, "redirect_uri", LOOPBACK)), LOOPBACK))
          .containsEntry("error", "access_denied");
      assertThat(desk.last().reason()).isEqualTo(ReasonCode.CLIENT_NOT_KNOWN);
    }
  }

  @Test
  void storeDown_isAPageAndOneEvent() {
    Visitor alice = desk.visitor("alice");
    OAuthAnswer page = alice.open(query("app"));
    int before = desk.events.size();
    desk.store.breakDown();

    OAuthAnswer answer = alice.decide(page, "allow");

    assertPage(answer, 503);
    assertThat(answer.headers()).containsKey("Retry-After");
    assertThat(desk.events).hasSize(before + 1);
    assertThat(desk.last().reason()).isEqualTo(ReasonCode.STORE_UNAVAILABLE);
    desk.store.repair();
    assertThat(told(alice.decide(page, "allow"), PLACE)).as("still there").containsKey("code");
  }

  @Test
  void loopbackOnAnotherPort_isTheSamePlace() {
    String client = desk.register("L", "none", "http://127.0.0.1/callback");
    Visitor alice = desk.visitor("alice");
    OAuthAnswer page = alice.open(query(client, "redirect_uri", LOOPBACK));

    assertThat(body(page)).contains("an application on this computer (127.0.0.1:5123)");
    assertThat(told(alice.decide(page, "allow"), LOOPBACK)).containsKey("code");
    assertPage(alice.open(query(client, "redirect_uri", "http://localhost:5123/callback")), 400);
  }
}
