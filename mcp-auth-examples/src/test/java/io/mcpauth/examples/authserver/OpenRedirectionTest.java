package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors that would lead a browser to wherever somebody registered. */
class OpenRedirectionTest {
  private static final String REDIRECT = "https://app.example/callback?tenant=a&b=%22";
  private static Desk desk;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE);
  }

  @AfterAll
  static void stop() {
    desk.close();
  }

  @ParameterizedTest
  @CsvSource({
    "scope, admin, invalid_scope",
    "resource, https://evil.example/, invalid_target",
    "code_challenge, '', invalid_request",
    "code_challenge_method, plain, invalid_request"
  })
  void errorToAPlaceThatWasNeverApproved_isAPageWithALink(String name, String value, String error) {
    HttpResponse<String> page =
        new Browser()
            .open(
                desk.authorize(client("never " + error), "redirect_uri", REDIRECT, name, value),
                Desk.USER,
                Desk.PASSWORD);
    assertThat(page.statusCode()).isEqualTo(400);
    assertAsks(page, error);
  }

  @Test
  void denial_isAPageWithALinkToo() {
    Browser browser = new Browser();
    HttpResponse<String> consent =
        browser.open(
            desk.authorize(client("deny"), "redirect_uri", REDIRECT), Desk.USER, Desk.PASSWORD);
    HttpResponse<String> page = browser.decide(consent, "deny");
    assertThat(page.statusCode()).isEqualTo(403);
    assertAsks(page, "access_denied");
  }

  @Test
  void errorToAPlaceThatWasApprovedBefore_isARedirect() {
    String client = client("before");
    Browser browser = new Browser();
    assertThat(desk.allowed(browser, desk.authorize(client, "redirect_uri", REDIRECT)))
        .containsKey("code");
    var bad = desk.authorize(client, "redirect_uri", REDIRECT, "scope", "admin");
    HttpResponse<String> response = browser.open(bad, Desk.USER, Desk.PASSWORD);
    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(Browser.location(response).toString()).startsWith(REDIRECT + "&error=invalid_scope");

    HttpResponse<String> somebodyElse = new Browser().open(bad, Desk.GUEST, Desk.PASSWORD);
    assertThat(somebodyElse.statusCode()).as("approved by another user").isEqualTo(400);
  }

  private static void assertAsks(HttpResponse<String> page, String error) {
    assertThat(page.headers().firstValue("Location")).isEmpty();
    assertThat(page.body())
        .contains("<strong id=\"redirect-place\">app.example</strong>")
        .contains(
            "<a id=\"onward\" rel=\"noreferrer\""
                + " href=\"https://app.example/callback?tenant=a&amp;b=%22&amp;error="
                + error)
        .contains("state=s+t%26a%3Dte", "iss=")
        .doesNotContain("http-equiv");
  }

  private static String client(String name) {
    String body =
        """
        {"client_name": "%s", "redirect_uris": ["%s"], "token_endpoint_auth_method": "none"}
        """;
    return Desk.JSON
        .readTree(desk.register(body.formatted(name, REDIRECT)).body())
        .get("client_id")
        .stringValue();
  }
}
