package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What deployed clients send, and means nothing. */
class ToleratedRequestsTest {
  private static Desk desk;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE);
  }

  @AfterAll
  static void stop() {
    desk.close();
  }

  /** fosite#655, spring-authorization-server#1316, punkpeye/fastmcp#215; RFC 6749 section 3.1. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "state",
        "scope",
        "resource",
        "prompt",
        "nonce",
        "request",
        "request_uri",
        "login_hint",
        "max_age",
        "x"
      })
  void authorizationParameterWithoutAValue_isAsIfOmitted(String name) {
    String client = desk.publicClient("empty " + name);
    URI request = URI.create(desk.authorize(client, name, "") + "&" + name + "=");
    Map<String, String> response = desk.allowed(new Browser(), request);
    assertThat(response).containsKey("code");
    assertThat(response.containsKey("state")).isEqualTo(!name.equals("state"));
    assertThat(desk.exchange(client, Browser.code(response)).statusCode()).isEqualTo(200);
  }

  @Test
  void emptyCodeChallenge_isAMissingOne() {
    String client = desk.publicClient("no challenge");
    URI request = URI.create(desk.authorize(client, "code_challenge", "") + "&code_challenge=");
    HttpResponse<String> response = new Browser().open(request, Desk.USER, Desk.PASSWORD);
    assertThat(Browser.query(Browser.location(response)))
        .containsEntry("error", "invalid_request")
        .doesNotContainKey("code");
  }

  @ParameterizedTest
  @ValueSource(strings = "client_id")
  void emptyParameterThatIsRequired_isAPageAndNoRedirect(String name) {
    URI request =
        URI.create(desk.authorize(desk.publicClient("bare"), name, "") + "&" + name + "=");
    HttpResponse<String> response = new Browser().get(request);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Location")).isEmpty();
  }

  /** RFC 6749 section 3.1: an empty one is still one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method"
      })
  void emptyParameterBesideAnother_isADuplicate(String name) {
    String client = desk.publicClient("twice");
    for (String twice : List.of(name + "=", name + "=x")) {
      URI request = URI.create(desk.authorize(client) + "&" + twice);
      HttpResponse<String> response = new Browser().open(request, Desk.USER, Desk.PASSWORD);
      boolean refused =
          response.statusCode() == 400
              || Browser.query(Browser.location(response))
                  .getOrDefault("error", "")
                  .equals("invalid_request");
      assertThat(refused).as(twice).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scope",
        "resource",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "state",
        "x"
      })
  void tokenParameterWithoutAValue_isAsIfOmitted(String name) {
    String client = desk.publicClient("token " + name);
    String code = desk.code(new Browser(), desk.authorize(client));
    HttpResponse<String> answer = desk.exchange(client, code, name, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String refreshToken = Desk.JSON.readTree(answer.body()).get("refresh_token").stringValue();
    assertThat(desk.refresh(client, refreshToken, name, "").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "code, invalid_request",
    "code_verifier, invalid_grant",
    "grant_type, invalid_request",
    "client_id, invalid_client"
  })
  void emptyTokenParameterThatIsRequired_isMissing(String name, String error) {
    String client = desk.publicClient("bare token");
    List<String> fields =
        new ArrayList<>(
            List.of(
                "grant_type",
                "authorization_code",
                "client_id",
                client,
                "code",
                desk.code(new Browser(), desk.authorize(client)),
                "redirect_uri",
                Desk.REDIRECT,
                "code_verifier",
                Desk.VERIFIER));
    fields.set(fields.indexOf(name) + 1, "");
    HttpResponse<String> answer = desk.form(Desk.TOKEN, fields.toArray(String[]::new));
    assertThat(Desk.error(answer)).isEqualTo(error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"scope", "code", "client_id", "code_verifier", "client_secret"})
  void emptyTokenParameterBesideAnother_isADuplicate(String name) {
    String client = desk.publicClient("token twice");
    String code = desk.code(new Browser(), desk.authorize(client));
    assertThat(Desk.error(desk.exchange(client, code, name, "", name, "x")))
        .isEqualTo("invalid_request");
    assertThat(Desk.error(desk.exchange(client, code, name, "", name, "")))
        .isEqualTo("invalid_request");
  }

  /** An empty secret is none, and none does not do for a client that has one. */
  @Test
  void emptySecretOfAConfidentialClient_provesNothing() {
    String registered =
        desk.register(
                "{\"redirect_uris\":[\"%s\"],\"token_endpoint_auth_method\":\"client_secret_post\"}"
                    .formatted(Desk.REDIRECT))
            .body();
    String client = Desk.JSON.readTree(registered).get("client_id").stringValue();
    String code = desk.code(new Browser(), desk.authorize(client));
    HttpResponse<String> answer = desk.exchange(client, code, "client_secret", "");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(Desk.error(answer)).isEqualTo("invalid_client");
  }

  @Test
  void revocationParameterWithoutAValue_isAsIfOmitted() {
    String client = desk.publicClient("revokes");
    String token = desk.tokens(client).get("refresh_token").stringValue();
    assertThat(Desk.error(desk.form(Desk.REVOKE, "client_id", client, "token", "")))
        .isEqualTo("invalid_request");
    HttpResponse<String> revoked =
        desk.form(
            Desk.REVOKE,
            "client_id",
            client,
            "token",
            token,
            "token_type_hint",
            "",
            "client_secret",
            "");
    assertThat(revoked.statusCode()).isEqualTo(200);
    assertThat(Desk.error(desk.refresh(client, token))).isEqualTo("invalid_grant");
  }

  /** workers-oauth-provider#4, openiddict#2414; OAuth 2.1 sections 4.1.3 and 10.2. */
  @Test
  void tokenRequestWithoutRedirectUri_isRedeemedByItsVerifier() {
    String client = desk.publicClient("no redirect");
    String code = desk.code(new Browser(), desk.authorize(client));
    assertThat(withoutRedirect(client, code, Desk.VERIFIER).statusCode()).isEqualTo(200);
    for (String verifier : List.of("x".repeat(43), "")) {
      String other = desk.code(new Browser(), desk.authorize(client));
      assertThat(Desk.error(withoutRedirect(client, other, verifier))).isEqualTo("invalid_grant");
    }
    String stolen = desk.code(new Browser(), desk.authorize(client));
    assertThat(Desk.error(withoutRedirect(desk.publicClient("thief"), stolen, Desk.VERIFIER)))
        .isEqualTo("invalid_grant");
  }

  private static HttpResponse<String> withoutRedirect(String client, String code, String verifier) {
    return desk.form(
        Desk.TOKEN,
        "grant_type",
        "authorization_code",
        "client_id",
        client,
        "code",
        code,
        "redirect_uri",
        "",
        "code_verifier",
        verifier);
  }

  /** mcp-remote#357, claude-code#41610. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "files:list offline_access",
        "offline_access",
        "offline_access files:list",
        " files:list  ",
        "files:list  files:list",
        " "
      })
  void refreshWithOfflineAccessOrBlanks_isAnsweredAsWithout(String scope) {
    String client = desk.publicClient("refresh");
    String token = desk.tokens(client).get("refresh_token").stringValue();
    HttpResponse<String> answer = desk.refresh(client, token, "scope", scope);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Desk.JSON.readTree(answer.body()).get("scope").stringValue())
        .isEqualTo("files:list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"files:list files:write", "files:list offline_access files:write"})
  void refreshWithMoreThanWasGranted_isInvalidScope(String scope) {
    String client = desk.publicClient("wider");
    String token = desk.tokens(client).get("refresh_token").stringValue();
    assertThat(Desk.error(desk.refresh(client, token, "scope", scope))).isEqualTo("invalid_scope");
  }

  @ParameterizedTest
  @CsvSource({
    "' files:list', files:list",
    "'files:list ', files:list",
    "files:list  files:read, files:list files:read"
  })
  void scopeWithSurplusBlanks_isReadAsWords(String scope, String granted) {
    String client = desk.publicClient("blanks");
    String code = desk.code(new Browser(), desk.authorize(client, "scope", scope));
    JsonNode tokens = Desk.JSON.readTree(desk.exchange(client, code).body());
    assertThat(tokens.get("scope").stringValue().split(" ", -1))
        .containsExactlyInAnyOrder(granted.split(" ", -1));
  }

  @Test
  void scopeWithATab_isInvalid() {
    HttpResponse<String> response =
        new Browser()
            .open(
                desk.authorize(desk.publicClient("tab"), "scope", "files:list\tfiles:read"),
                Desk.USER,
                Desk.PASSWORD);
    assertThat(Browser.query(Browser.location(response))).containsEntry("error", "invalid_scope");
  }

  @ParameterizedTest
  @ValueSource(strings = {Desk.METADATA, Desk.JWKS})
  void headOfADocument_isAnsweredAsGetWithoutTheBody(String path) {
    HttpResponse<String> got = desk.get(path);
    HttpResponse<String> head =
        desk.send(
            HttpRequest.newBuilder(desk.uri(path))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Type"))
        .isEqualTo(got.headers().firstValue("Content-Type"));
  }

  @Test
  void headOfAnEndpoint_isNotAllowed() {
    for (String path : List.of(Desk.TOKEN, Desk.REGISTER, Desk.REVOKE)) {
      HttpRequest head =
          HttpRequest.newBuilder(desk.uri(path))
              .method("HEAD", HttpRequest.BodyPublishers.noBody())
              .build();
      assertThat(desk.send(head).statusCode()).as(path).isEqualTo(405);
    }
  }

  /** spring-security#16336, authlib#285: the pending request belongs to the tab. */
  @Test
  void twoTabs_eachShowsAndFinishesItsOwnClient() {
    String first = desk.publicClient("first tab");
    String second = desk.publicClient("second tab");
    Browser browser = new Browser();
    HttpResponse<String> firstConsent =
        browser.open(desk.authorize(first, "state", "one"), Desk.USER, Desk.PASSWORD);
    HttpResponse<String> secondConsent =
        browser.open(
            desk.authorize(second, "state", "two", "scope", "files:read"),
            Desk.USER,
            Desk.PASSWORD);
    assertThat(firstConsent.body()).contains("first tab").doesNotContain("second tab");
    assertThat(secondConsent.body()).contains("second tab").doesNotContain("first tab");

    assertThat(browser.get(firstConsent.uri()).body()).as("shown again").contains("first tab");
    Map<String, String> one =
        Browser.query(Browser.location(browser.decide(firstConsent, "allow")));
    Map<String, String> two =
        Browser.query(Browser.location(browser.decide(secondConsent, "allow")));
    assertThat(one).containsEntry("state", "one");
    assertThat(two).containsEntry("state", "two");
    assertThat(scope(desk.exchange(first, Browser.code(one)))).isEqualTo("files:list");
    assertThat(scope(desk.exchange(second, Browser.code(two)))).isEqualTo("files:read");
  }

  /** The login in one tab makes the form in the other invalid; its request still waits in it. */
  @Test
  void twoTabsAtTheLogin_theOtherGoesOnWithItsOwnClient() {
    String first = desk.publicClient("first login");
    String second = desk.publicClient("second login");
    Browser browser = new Browser();
    HttpResponse<String> firstLogin = loginPage(browser, desk.authorize(first));
    HttpResponse<String> secondConsent =
        browser.open(desk.authorize(second), Desk.USER, Desk.PASSWORD);
    assertThat(secondConsent.body()).contains("second login");

    List<String[]> fields = Browser.hidden(firstLogin.body());
    fields.add(new String[] {"username", Desk.USER});
    fields.add(new String[] {"password", Desk.PASSWORD});
    HttpResponse<String> posted = browser.submit(firstLogin, fields);
    assertThat(posted.statusCode()).isEqualTo(303);
    HttpResponse<String> firstConsent =
        browser.open(Browser.location(posted), Desk.USER, Desk.PASSWORD);
    assertThat(firstConsent.body()).contains("first login").doesNotContain("second login");
  }

  /** Who fills in another name does not go on as the one who is logged in. */
  @Test
  void twoTabsOfTwoUsers_theOtherIsNotTakenForTheFirst() {
    Browser browser = new Browser();
    HttpResponse<String> page = loginPage(browser, desk.authorize(desk.publicClient("other user")));
    browser.open(desk.authorize(desk.publicClient("first user")), Desk.USER, Desk.PASSWORD);
    List<String[]> fields = Browser.hidden(page.body());
    fields.add(new String[] {"username", "somebody-else"});
    fields.add(new String[] {"password", Desk.PASSWORD});
    HttpResponse<String> posted = browser.submit(page, fields);
    assertThat(posted.statusCode()).isEqualTo(403);
    assertThat(posted.headers().firstValue("Location")).isEmpty();
  }

  /** Nobody is logged in by it, nor sent elsewhere. */
  @Test
  void loginFormOfAnotherBrowser_isRefused() {
    HttpResponse<String> page =
        loginPage(new Browser(), desk.authorize(desk.publicClient("foreign form")));
    List<String[]> fields = Browser.hidden(page.body());
    fields.add(new String[] {"username", Desk.USER});
    fields.add(new String[] {"password", Desk.PASSWORD});
    HttpResponse<String> posted = new Browser().submit(page, fields);
    assertThat(posted.statusCode()).isEqualTo(403);
    assertThat(posted.headers().firstValue("Location")).isEmpty();
  }

  private static HttpResponse<String> loginPage(Browser browser, URI authorize) {
    return browser.get(Browser.location(browser.get(authorize)));
  }

  private static String scope(HttpResponse<String> tokens) {
    return Desk.JSON.readTree(tokens.body()).path("scope").stringValue("");
  }

  /** Engram#1241, novu#11323. */
  @Test
  void registrationWithAnUnusableLogo_isAnsweredWithoutIt() {
    HttpResponse<String> answer =
        desk.register(
            """
            {"client_name": "%s", "redirect_uris": ["%s"], "logo_uri": "/logo.png",
             "client_uri": "http://localhost:3000", "contacts": "a@a.example",
             "token_endpoint_auth_method": "none"}
            """
                .formatted("x".repeat(300), Desk.REDIRECT));
    assertThat(answer.statusCode()).isEqualTo(201);
    JsonNode client = Desk.JSON.readTree(answer.body());
    assertThat(client.has("logo_uri")).isFalse();
    assertThat(client.has("client_uri")).isFalse();
    assertThat(client.has("contacts")).isFalse();
    String id = client.get("client_id").stringValue();
    assertThat(new Browser().open(desk.authorize(id), Desk.USER, Desk.PASSWORD).body())
        .contains("<bdi>" + id + "</bdi>");
  }

  /** python-sdk#3256, freee-mcp#519. */
  @Test
  void secretOfAClient_isToldToLastAsLongAsItsRegistration() {
    JsonNode client =
        Desk.JSON.readTree(
            desk.register("{\"redirect_uris\":[\"%s\"]}".formatted(Desk.REDIRECT)).body());
    assertThat(client.get("client_secret").stringValue()).isNotEmpty();
    assertThat(client.get("client_secret_expires_at").longValue()).isZero();
  }

  /** MCPJam/inspector#3027. */
  @Test
  void documentWithAnUnusableRedirectBesideAGoodOne_isUsedWithTheGoodOne() {
    try (DocumentSite site = new DocumentSite()) {
      String client =
          site.publish(
              "/mcpjam",
              Map.of("redirect_uris", List.of("mcpjam://oauth/callback", Desk.REDIRECT)));
      assertThat(desk.code(new Browser(), desk.authorize(client))).isNotBlank();
      HttpResponse<String> other =
          new Browser()
              .open(
                  desk.authorize(client, "redirect_uri", "mcpjam://oauth/callback"),
                  Desk.USER,
                  Desk.PASSWORD);
      assertThat(other.statusCode()).isEqualTo(400);
      assertThat(other.body())
          .contains("at an address that it did not register")
          .doesNotContain("href");
    }
  }
}
