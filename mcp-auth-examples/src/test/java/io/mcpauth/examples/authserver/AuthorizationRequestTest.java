package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationRequestTest {
  private static Desk desk;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE);
  }

  @AfterAll
  static void stop() {
    desk.close();
  }

  @Test
  void notLoggedIn_isSentToTheLoginPage() {
    HttpResponse<String> response = new Browser().get(desk.authorize(desk.publicClient("a")));
    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(Browser.location(response).toString()).startsWith(desk.uri("/login") + "?");
  }

  @Test
  void omittedScope_asksForEverythingOnOffer() {
    String client = desk.publicClient("no scope");
    HttpResponse<String> consent =
        new Browser().open(desk.authorize(client, "scope", ""), Desk.USER, Desk.PASSWORD);
    assertThat(consent.body()).contains("files:list", "files:read", "files:write");
  }

  @ParameterizedTest
  @CsvSource({
    "code_challenge, '', invalid_request",
    "code_challenge, short, invalid_request",
    "code_challenge_method, '', invalid_request",
    "code_challenge_method, plain, invalid_request",
    "resource, http://localhost:8080/mcp/, invalid_target",
    "resource, http://localhost:8080/mcp-evil, invalid_target",
    "resource, https://evil.example/, invalid_target",
    "scope, admin, invalid_scope",
    "scope, files:list admin, invalid_scope",
    "response_type, token, unsupported_response_type"
  })
  void badRequest_isReturnedToTheClientAfterTheLogin(String name, String value, String error) {
    HttpResponse<String> response =
        new Browser()
            .open(desk.authorize(desk.publicClient("bad"), name, value), Desk.USER, Desk.PASSWORD);
    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(Browser.location(response).toString()).startsWith(Desk.REDIRECT + "?");
    assertThat(Browser.query(Browser.location(response)))
        .containsEntry("error", error)
        .containsEntry("state", "s t&a=te")
        .containsEntry("iss", desk.server.issuer())
        .doesNotContainKey("code");
  }

  @ParameterizedTest
  @CsvSource({
    "client_id, nobody",
    "client_id, ''",
    "redirect_uri, https://evil.example/callback",
    "redirect_uri, http://localhost:7777/callback/x",
    "redirect_uri, http://localhost:7777/callback?x=1",
    "redirect_uri, http://localhost:7777/callback#x",
    "redirect_uri, http://127.0.0.1:7777/callback",
    "redirect_uri, http://u@localhost:7777/callback",
    "redirect_uri, http://localhost.evil.example:7777/callback",
    "redirect_uri, javascript:alert(1)",
    "request_uri, urn:ietf:params:oauth:request_uri:x",
    "request, x.y.z"
  })
  void untrustedRequest_isAPageAndNoRedirect(String name, String value) {
    HttpResponse<String> response =
        new Browser().get(desk.authorize(desk.publicClient("bad"), name, value));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Location")).isEmpty();
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
  }

  @Test
  void otherLoopbackPort_isTheSameRedirect() {
    String client = desk.publicClient("port");
    String other = Desk.REDIRECT.replace("7777", "5123");
    HttpResponse<String> consent =
        new Browser().open(desk.authorize(client, "redirect_uri", other), Desk.USER, Desk.PASSWORD);
    assertThat(consent.body()).contains("an application on this computer (localhost:5123)");
  }

  /** OAuth 2.1 section 4.1.1: it is needed where there are several. */
  @Test
  void omittedRedirect_isTheOnlyOneThatIsRegistered() {
    URI request = desk.authorize(desk.publicClient("one place"), "redirect_uri", "");
    assertThat(desk.allowed(new Browser(), request)).containsKey("code");
  }

  @Test
  void consentForOneRedirect_isNotOneForAnother() {
    String client =
        Desk.JSON
            .readTree(
                desk.register(
                        """
                        {"client_name": "two", "token_endpoint_auth_method": "none",
                         "redirect_uris": ["https://evil.example/cb", "https://app.example/cb"]}
                        """)
                    .body())
            .get("client_id")
            .asString();
    Browser browser = new Browser();
    URI here = desk.authorize(client, "redirect_uri", "https://app.example/cb");
    assertThat(desk.allowed(browser, here)).containsKey("code");
    assertThat(browser.open(here, Desk.USER, Desk.PASSWORD).statusCode())
        .as("the same place needs no second consent")
        .isEqualTo(303);
    assertThat(new Browser().get(desk.authorize(client, "redirect_uri", "")).statusCode())
        .as("of several none is meant")
        .isEqualTo(400);
    URI elsewhere = desk.authorize(client, "redirect_uri", "https://evil.example/cb");
    assertThat(browser.open(elsewhere, Desk.USER, Desk.PASSWORD).body())
        .contains("evil.example")
        .contains("id=\"consent\"");
  }

  /** RFC 6749 section 3.1: it counts beside another, and one token is for one resource. */
  @Test
  void emptyResourceBesideAnother_isInvalidTarget() {
    URI request = URI.create(desk.authorize(desk.publicClient("empty")) + "&resource=");
    HttpResponse<String> response = new Browser().open(request, Desk.USER, Desk.PASSWORD);
    assertThat(Browser.query(Browser.location(response))).containsEntry("error", "invalid_target");
  }

  @ParameterizedTest
  @ValueSource(strings = {Desk.USER, "nobody", ""})
  void wrongPassword_isRefusedWhateverTheUser(String user) {
    HttpResponse<String> page =
        new Browser().open(desk.authorize(desk.publicClient("login")), user, "wrong");
    assertThat(page.body()).contains("Wrong user name or password.");
  }
}
