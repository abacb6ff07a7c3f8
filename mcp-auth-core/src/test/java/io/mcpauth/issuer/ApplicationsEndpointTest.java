package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.PLACE;
import static io.mcpauth.issuer.ConsentDesk.STATE;
import static io.mcpauth.issuer.ConsentDesk.assertPage;
import static io.mcpauth.issuer.ConsentDesk.body;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ConsentDesk.told;
import static io.mcpauth.issuer.ServerInTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users see of their connections, how they end them, and how they log out. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ApplicationsEndpointTest {
  private final ConsentDesk desk = new ConsentDesk();
  private final Visitor alice = desk.visitor("alice");

  @AfterEach
  void close() {
    desk.close();
  }

  /** Connects the client; its refresh token. */
  private String connect(Visitor visitor) {
    OAuthAnswer asked = visitor.open(query("app"));
    OAuthAnswer answer = asked.status() == 303 ? asked : visitor.decide(asked, "allow");
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
                String.valueOf(told(answer, PLACE).get("code")),
                "code_verifier",
                ConsentDesk.VERIFIER.value()));
    assertThat(tokens.status()).isEqualTo(200);
    return ServerInTest.text(tokens, "refresh_token");
  }

  private int refresh(String token) {
    return desk.server
        .answer(
            SentRequest.post(
                OAuthAddresses.TOKEN,
                "grant_type",
                "refresh_token",
                "client_id",
                "app",
                "client_secret",
                ConsentDesk.SECRET,
                "refresh_token",
                token))
        .status();
  }

  private static String form(OAuthAnswer page) {
    String found = body(page).replaceAll("(?s).*<form id=\"(disconnect-[^\"]*)\".*", "$1");
    assertThat(found).startsWith("disconnect-");
    return found;
  }

  /** Presses the only button. */
  private static SentRequest pressed(OAuthAnswer page) {
    String form = form(page);
    return Visitor.request(page, form, "grant", form.substring("disconnect-".length()));
  }

  @Test
  void nobody_isSentToTheLogin() {
    OAuthAnswer answer = desk.visitor(null).applications();

    assertThat(header(answer, "Location")).isEqualTo("/login");
    assertThat(desk.logins.get(0).returnTo()).hasToString("https://auth.test/oauth/applications");
  }

  @Test
  void userWithoutAny_isToldSo() {
    assertPage(alice.applications(), 200);
    assertThat(body(alice.applications())).contains("No application is connected.");
  }

  @Test
  void connection_isShownToItsUserAlone() {
    connect(alice);

    assertThat(body(alice.applications()))
        .contains("<code>app</code>, connected on ", "Read your files");
    assertThat(body(desk.visitor("bob").applications())).contains("No application is connected.");
  }

  @Test
  void disconnect_endsTheGrantAndForgetsTheConsent() {
    String token = connect(alice);
    OAuthAnswer page = alice.applications();

    OAuthAnswer answer = alice.send(pressed(page));

    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "Location")).isEqualTo("https://auth.test/oauth/applications");
    assertThat(refresh(token)).isEqualTo(400);
    assertThat(body(alice.applications())).contains("No application is connected.");
    assertPage(alice.open(query("app")), 200);
    assertThat(desk.events)
        .filteredOn(event -> event.kind() == AuthorizationEvent.Kind.REVOCATION)
        .singleElement()
        .matches(event -> event.done() && "alice".equals(event.subject()));
  }

  @Test
  void disconnectTwice_changesNothingMore() {
    connect(alice);
    OAuthAnswer page = alice.applications();

    assertThat(alice.send(pressed(page)).status()).isEqualTo(303);
    String token = connect(alice);
    assertThat(alice.send(pressed(page)).status()).isEqualTo(303);
    assertThat(refresh(token)).isEqualTo(200);
  }

  @Test
  void disconnectByAnybodyElse_changesNothing() {
    String token = connect(alice);
    OAuthAnswer page = alice.applications();

    assertPage(desk.visitor("alice").send(pressed(page)), 403);
    alice.become("bob");
    assertPage(alice.send(pressed(page)), 403);
    OAuthAnswer ofBob = alice.applications();
    String[] fields = Visitor.fields(ofBob, "logout", "grant", form(page).substring(11));
    OAuthAnswer answer =
        alice.send(
            SentRequest.post(OAuthAddresses.APPLICATIONS, fields)
                .with("Origin", ConsentDesk.ISSUER));
    assertThat(answer.status()).as("nothing of bob's").isEqualTo(303);
    alice.become(null);
    assertThat(header(alice.send(pressed(page)), "Location")).isEqualTo("/login");
    assertThat(refresh(token)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.test", "null"})
  void formOfAnotherSite_changesNothing(String origin) {
    String token = connect(alice);
    SentRequest request = pressed(alice.applications());

    assertPage(alice.send(request.without("Origin").with("Origin", origin)), 403);
    assertThat(desk.last().reason()).isEqualTo(ReasonCode.CONSENT_INVALID);
    assertThat(refresh(token)).isEqualTo(200);
  }

  @Test
  void formWithoutItsToken_changesNothing() {
    String token = connect(alice);
    OAuthAnswer page = alice.applications();
    String grant = form(page).substring("disconnect-".length());
    SentRequest request =
        SentRequest.post(OAuthAddresses.APPLICATIONS, "grant", grant)
            .with("Origin", ConsentDesk.ISSUER);

    assertPage(alice.send(request), 403);
    assertThat(refresh(token)).isEqualTo(200);
  }

  @Test
  void connectionsOfAClientThatIsGone_canBeEndedStill() {
    connect(alice);
    // Of those that are entered this takes what they have along; others just end some day.
    assertThat(new StoredClients(desk.store).remove("app")).isTrue();
    try (OAuthServer node = desk.node()) {
      alice.moveTo(node);
      OAuthAnswer answer = alice.send(pressed(alice.applications()));

      assertThat(answer.status()).isEqualTo(303);
      assertThat(body(alice.applications())).contains("No application is connected.");
    }
  }

  @Test
  void browserThatHasASecret_keepsIt() {
    assertThat(alice.applications().headers()).containsKey("Set-Cookie");
    assertThat(alice.applications().headers()).doesNotContainKey("Set-Cookie");
    assertThat(alice.open(query("app")).headers()).doesNotContainKey("Set-Cookie");
  }

  @Test
  void logoutOnTheConsentPage_comesBackToTheSameRequest() {
    OAuthAnswer page = alice.open(query("app"));

    OAuthAnswer answer = alice.submit(page, "logout");

    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "Location")).isEqualTo("/logged-out");
    LoginRequest asked = desk.logins.get(desk.logins.size() - 1);
    assertThat(asked.again()).isTrue();
    assertThat(asked.returnTo().getRawPath()).isEqualTo("/oauth/authorize");
    alice.become("bob");
    OAuthAnswer ofBob = alice.open(asked.returnTo().getRawQuery());
    assertThat(body(ofBob)).contains("<bdi>BOB</bdi>");
    assertThat(told(alice.decide(ofBob, "allow"), PLACE)).containsEntry("state", STATE);
  }

  @Test
  void logoutOnTheApplicationsPage_comesBackToIt() {
    OAuthAnswer answer = alice.submit(alice.applications(), "logout");

    assertThat(header(answer, "Location")).isEqualTo("/logged-out");
    assertThat(desk.logins.get(desk.logins.size() - 1).returnTo())
        .hasToString("https://auth.test/oauth/applications");
  }

  @Test
  void logoutByAnybodyElse_endsNothing() {
    OAuthAnswer page = alice.open(query("app"));
    String[] fields = Visitor.fields(page, "logout");

    assertPage(desk.visitor("alice").submit(page, "logout"), 403);
    assertPage(
        alice.send(
            SentRequest.post(OAuthAddresses.LOGOUT, fields).with("Origin", "https://evil.test")),
        403);
    assertPage(
        alice.send(
            SentRequest.post(OAuthAddresses.LOGOUT, Arrays.copyOf(fields, 2))
                .with("Origin", ConsentDesk.ISSUER)),
        403);
    assertThat(desk.logins).noneMatch(LoginRequest::again);
  }
}
