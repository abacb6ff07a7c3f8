package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.PLACE;
import static io.mcpauth.issuer.ConsentDesk.STATE;
import static io.mcpauth.issuer.ConsentDesk.assertPage;
import static io.mcpauth.issuer.ConsentDesk.body;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ConsentDesk.told;
import static io.mcpauth.issuer.ServerInTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may answer a consent page, and how often. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ConsentEndpointTest {
  private final ConsentDesk desk = new ConsentDesk();
  private final Visitor alice = desk.visitor("alice");

  @AfterEach
  void close() {
    desk.close();
  }

  /** No code, no redirect, and no word of the request. */
  private void assertNothing(OAuthAnswer answer) {
    assertPage(answer, 403);
    assertThat(body(answer)).doesNotContain("app.test", "code=");
    assertThat(desk.last().reason()).isEqualTo(ReasonCode.CONSENT_INVALID);
    assertThat(desk.store.dump()).doesNotContain("oauth.code", "oauth.consent");
  }

  private void assertStillGood(OAuthAnswer page) {
    assertThat(told(alice.decide(page, "allow"), PLACE)).containsKey("code");
  }

  @Test
  void answerOfAnotherBrowser_grantsNothingAndSpendsNothing() {
    OAuthAnswer page = alice.open(query("app"));
    Visitor other = desk.visitor("alice");

    assertNothing(other.decide(page, "allow"));
    OAuthAnswer unused = other.open(query("app")); // with a secret of its own
    assertNothing(other.decide(page, "allow"));
    assertNothing(other.decide(page, "deny"));
    assertStillGood(page);
  }

  @Test
  void answerOfAnotherUserInTheSameBrowser_grantsNothing() {
    OAuthAnswer page = alice.open(query("app"));

    alice.become("bob");
    assertNothing(alice.decide(page, "allow"));
    alice.become("alice");
    assertStillGood(page);
  }

  @Test
  void answerAfterTheLoginEnded_grantsNothing() {
    OAuthAnswer page = alice.open(query("app"));

    alice.become(null);
    assertNothing(alice.decide(page, "allow"));
    alice.become("alice");
    assertStillGood(page);
  }

  @Test
  void secondAnswer_grantsNothing() {
    OAuthAnswer page = alice.open(query("app"));

    assertStillGood(page);
    assertPage(alice.decide(page, "allow"), 403);
    OAuthAnswer again = alice.open(query("app", "prompt", "consent"));
    assertThat(told(alice.decide(again, "deny"), PLACE)).containsEntry("error", "access_denied");
    assertPage(alice.decide(again, "allow"), 403);
  }

  @Test
  void answersAtOnce_grantOneCode() throws Exception {
    OAuthAnswer page = alice.open(query("app"));
    Callable<OAuthAnswer> answer = () -> alice.decide(page, "allow");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Integer> statuses = new ArrayList<>();
      for (Future<OAuthAnswer> one : threads.invokeAll(Collections.nCopies(16, answer))) {
        statuses.add(one.get().status());
      }
      assertThat(statuses).containsOnlyOnce(303);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void lateAnswer_grantsNothing() {
    OAuthAnswer page = alice.open(query("app"));

    desk.clock.advance(Duration.ofMinutes(10));
    assertNothing(alice.decide(page, "allow"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.test",
        "https://auth.test.evil.test",
        "http://auth.test",
        "https://auth.test:8443",
        "https://AUTH.test",
        "null",
        ""
      })
  void formOfAnotherSite_grantsNothing(String origin) {
    OAuthAnswer page = alice.open(query("app"));
    SentRequest request = Visitor.request(page, "consent", "decision", "allow");

    assertNothing(alice.send(request.without("Origin").with("Origin", origin)));
    assertNothing(
        alice.send(Visitor.request(page, "consent", "decision", "allow").with("Origin", origin)));
    assertStillGood(page);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none", "SAME-ORIGIN"})
  void formThatTheBrowserCallsForeign_grantsNothing(String site) {
    OAuthAnswer page = alice.open(query("app"));
    SentRequest request =
        Visitor.request(page, "consent", "decision", "allow")
            .without("Origin")
            .without("Sec-Fetch-Site");

    assertNothing(alice.send(request.with("Sec-Fetch-Site", site)));
    assertStillGood(page);
  }

  @Test
  void browserThatSaysNothingOfTheSite_isTold() {
    OAuthAnswer page = alice.open(query("app"));
    SentRequest request =
        Visitor.request(page, "consent", "decision", "allow")
            .without("Origin")
            .without("Sec-Fetch-Site");

    assertThat(told(alice.send(request), PLACE)).containsKey("code");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0000000000000000000000000000000000000000000"})
  void unknownPage_grantsNothing(String id) {
    OAuthAnswer page = alice.open(query("app"));

    assertNothing(
        alice.send(SentRequest.post(OAuthAddresses.CONSENT, "request", id, "decision", "allow")));
    assertNothing(alice.send(SentRequest.post(OAuthAddresses.CONSENT, "decision", "allow")));
    assertStillGood(page);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain", "multipart/form-data"})
  void otherContent_grantsNothing(String type) {
    OAuthAnswer page = alice.open(query("app"));
    SentRequest request = Visitor.request(page, "consent", "decision", "allow");

    assertPage(alice.send(request.without("Content-Type").with("Content-Type", type)), 400);
    assertStillGood(page);
  }

  @ParameterizedTest
  @CsvSource({
    "client_id, other",
    "redirect_uri, https://evil.test/",
    "scope, files:write",
    "state, evil",
    "code_challenge, evil",
    "resource, https://evil.test",
    "user, bob"
  })
  void whatTheFormAddsToItsPage_changesNothing(String name, String value) {
    OAuthAnswer page = alice.open(query("app"));

    assertThat(told(alice.submit(page, "consent", "decision", "allow", name, value), PLACE))
        .containsEntry("state", STATE);
    assertThat(desk.last().clientId()).isEqualTo("app");
    assertThat(desk.last().subject()).isEqualTo("alice");
    assertThat(desk.last().scopes()).containsExactly("files:read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deny", "", "ALLOW", "allow ", "true"})
  void anythingButAllow_isADenial(String decision) {
    OAuthAnswer page = alice.open(query("app"));

    assertThat(told(alice.submit(page, "consent", "decision", decision), PLACE))
        .containsOnlyKeys("error", "error_description", "state", "iss")
        .containsEntry("error", "access_denied")
        .containsEntry("state", STATE)
        .containsEntry("iss", ConsentDesk.ISSUER);
    assertThat(desk.last().kind()).isEqualTo(AuthorizationEvent.Kind.DENIAL);
    assertThat(desk.store.dump()).doesNotContain("oauth.code", "oauth.consent");
  }

  @Test
  void deniedStepUp_leavesWhatWasAllowedBefore() {
    assertStillGood(alice.open(query("app")));
    OAuthAnswer larger = alice.open(query("app", "scope", "files:read files:write"));

    assertThat(told(alice.decide(larger, "deny"), PLACE)).containsEntry("error", "access_denied");
    assertThat(told(alice.open(query("app")), PLACE)).containsKey("code");
    assertPage(alice.open(query("app", "scope", "files:read files:write")), 200);
  }

  @Test
  void twoTabsWithTwoClients_eachAnswerTheirOwn() {
    String other = desk.register("Other", "none", "https://other.test/cb");
    OAuthAnswer first = alice.open(query("app"));
    OAuthAnswer second =
        alice.open(query(other, "redirect_uri", "https://other.test/cb", "state", "2"));

    assertThat(body(first)).contains("<code>app</code>").doesNotContain(other);
    assertThat(body(second)).contains("<code>" + other + "</code>");
    assertThat(told(alice.decide(first, "allow"), PLACE)).containsEntry("state", STATE);
    assertThat(told(alice.decide(second, "allow"), "https://other.test/cb"))
        .containsEntry("state", "2");
  }

  /** Neither has a cookie yet, and the browser gets one of each. */
  @Test
  void twoTabsThatAreTheFirst_areBothAnswered() {
    SentRequest bare = SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query("app"));
    OAuthAnswer first = desk.server.answer(bare.with("Cookie", "user=alice"));
    OAuthAnswer second = alice.open(query("app", "scope", "files:read files:write"));
    alice.remember(first);

    OAuthAnswer third = alice.open(query("app", "prompt", "consent"));
    assertThat(third.headers()).as("one is enough from now on").doesNotContainKey("Set-Cookie");
    for (OAuthAnswer page : List.of(first, second, third)) {
      assertThat(told(alice.decide(page, "allow"), PLACE)).containsKey("code");
    }
  }

  @Test
  void cookieWithTheNameOfAnother_isNone() {
    OAuthAnswer page = alice.open(query("app"));
    String[] cookie = header(page, "Set-Cookie").split(";", 2)[0].split("=", 2);
    SentRequest request =
        Visitor.request(page, "consent", "decision", "allow")
            .with("Cookie", "user=alice; " + cookie[0] + "x=" + cookie[1]);

    assertNothing(desk.server.answer(request));
    assertStillGood(page);
  }

  @Test
  void moreTabsThanAUserMayHave_loseTheOldest() {
    List<OAuthAnswer> pages = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      desk.clock.advance(Duration.ofMillis(1));
      pages.add(alice.open(query("app")));
    }

    assertPage(alice.decide(pages.get(0), "allow"), 403);
    assertThat(told(alice.decide(pages.get(1), "allow"), PLACE)).containsKey("code");
    assertThat(told(alice.decide(pages.get(20), "allow"), PLACE)).containsKey("code");
  }

  @Test
  void pageOfOneNode_isAnsweredAtAnother() {
    OAuthAnswer page = alice.open(query("app"));
    try (OAuthServer node = desk.node()) {
      alice.moveTo(node);

      assertThat(told(alice.decide(page, "allow"), PLACE)).containsKey("code");
    }
  }

  @Test
  void clientThatIsGoneMeanwhile_getsNothing() {
    OAuthAnswer page = alice.open(query("app"));
    EnteredClient off = desk.server.clients().disable("app");
    assertThat(off.enabled()).isFalse();
    try (OAuthServer node = desk.node()) {
      alice.moveTo(node);
      OAuthAnswer answer = alice.decide(page, "allow");

      assertPage(answer, 400);
      assertThat(body(answer)).doesNotContain("onward");
    }
  }

  @Test
  void userWhoIsDeniedMeanwhile_getsNothing() {
    OAuthAnswer page = alice.open(query("app"));
    var rule = AccessControl.on(desk.store).deny(AccessTarget.subject(ConsentDesk.ISSUER, "alice"));
    assertThat(rule.id()).isNotEmpty();
    try (OAuthServer node = desk.node()) {
      alice.moveTo(node);

      assertPage(alice.decide(page, "allow"), 403);
      assertThat(desk.store.dump()).doesNotContain("oauth.code");
    }
  }

  @Test
  void pagesOfOneUserInALoop_pushOutHisOwn() {
    Visitor bob = desk.visitor("bob");
    OAuthAnswer pending = bob.open(query("app"));
    OAuthAnswer first = alice.open(query("app"));
    for (int i = 0; i < 40; i++) {
      assertPage(alice.open(query("app")), 200);
    }

    assertNothing(alice.decide(first, "allow"));
    assertThat(told(bob.decide(pending, "allow"), PLACE)).containsKey("code");
    assertThat(desk.store.count("oauth.pending")).isLessThanOrEqualTo(20);
  }

  @Test
  void pageAndItsCookie_areKeptToThemselves() {
    OAuthAnswer page = alice.open(query("app"));

    assertThat(header(page, "Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
        .contains("style-src 'sha256-")
        .doesNotContain("form-action", "unsafe-inline", "script");
    assertThat(header(page, "X-Frame-Options")).isEqualTo("DENY");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("same-origin");
    assertThat(page.headers().get("Set-Cookie"))
        .singleElement()
        .asString()
        .matches("__Host-mcp-auth-[\\w-]{8}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure");
    OAuthAnswer told = alice.decide(page, "allow");
    assertThat(header(told, "Cache-Control")).isEqualTo("no-store");
    assertThat(header(told, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(told.body()).isEmpty();
  }

  @Test
  void secretsOfPageAndBrowser_areNotInTheStore() {
    OAuthAnswer page = alice.open(query("app"));
    String[] fields = Visitor.fields(page, "consent");
    String cookie = header(page, "Set-Cookie").replaceAll("^[^=]*=([^;]*);.*", "$1");

    assertThat(desk.store.dump()).contains("oauth.pending").doesNotContain(cookie, fields[1]);
    String code = told(alice.decide(page, "allow"), PLACE).get("code");
    assertThat(desk.store.dump()).contains("oauth.code").doesNotContain(String.valueOf(code));
    assertThat(desk.events.toString()).doesNotContain(String.valueOf(code), fields[1], "evil");
  }

  @Test
  void cookieTwice_isNone() {
    OAuthAnswer page = alice.open(query("app"));
    SentRequest request =
        Visitor.request(page, "consent", "decision", "allow")
            .with("Cookie", header(page, "Set-Cookie").split("=", 2)[0] + "=" + "A".repeat(43));

    assertNothing(alice.send(request));
    assertStillGood(page);
  }

  @Test
  void httpOnLoopback_hasACookieThatBrowsersTakeThere() {
    OAuthServerBuilder builder =
        OAuthServer.builder(
                "http://localhost:9000",
                desk.store,
                request -> new Login.LoginResult.LoggedIn(User.of("alice", "Alice", List.of())))
            .resource(ConsentDesk.RESOURCE, ToolPolicy.builder().build());
    try (OAuthServer local = builder.build()) {
      OAuthAnswer page =
          local.answer(SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query("app", "scope", "")));

      assertThat(header(page, "Set-Cookie"))
          .matches("mcp-auth-dev-[\\w-]{8}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Lax");
    }
  }
}
