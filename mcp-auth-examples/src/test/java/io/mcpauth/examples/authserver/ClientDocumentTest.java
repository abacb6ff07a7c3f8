package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Clients whose id is the URL of their metadata document. */
class ClientDocumentTest {
  private static Desk desk;
  private static DocumentSite site;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE);
    site = new DocumentSite();
  }

  @AfterAll
  static void stop() {
    desk.close();
    site.close();
  }

  @Test
  void publishedClient_getsTokensForItsUrl() throws Exception {
    String client = site.publish("/happy", Map.of());
    JsonNode tokens = desk.tokens(client);
    var claims = SignedJWT.parse(tokens.get("access_token").stringValue()).getJWTClaimsSet();
    assertThat(claims.getStringClaim("client_id")).isEqualTo(client);
    assertThat(claims.getAudience()).containsExactly(Desk.RESOURCE);
    String refreshToken = tokens.get("refresh_token").stringValue();
    assertThat(desk.refresh(client, refreshToken).statusCode()).isEqualTo(200);
  }

  @Test
  void consentPage_namesTheHostAndNotOnlyTheName() {
    String client = site.publish("/host", Map.of("client_name", "Claude & \"Co\""));
    assertThat(open(client).body())
        .contains("<strong id=\"client-host\">127.0.0.1</strong>")
        .contains("<code>" + client + "</code>")
        .contains("<strong id=\"client-name\"><bdi>Claude &amp; &quot;Co&quot;</bdi></strong>");
  }

  @Test
  void document_isNotFetchedBeforeSomebodyHasLoggedIn() {
    String client = site.publish("/early", Map.of());
    HttpResponse<String> response = new Browser().get(desk.authorize(client));
    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(Browser.location(response).toString()).startsWith(desk.uri("/login") + "?");
    assertThat(site.requests("/early")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/callback",
        "https://app.example/callback/x",
        "https://app.example/callback?x=1",
        "https://app.example:8443/callback",
        "http://127.0.0.1:7777/callback",
        "javascript:alert(1)"
      })
  void redirectThatTheDocumentDoesNotHave_isAPageAndNoRedirect(String redirect) {
    String client = site.publish("/redirect", Map.of());
    assertRefused(open(client, "redirect_uri", redirect), "at an address that it did not register");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client_id | http://127.0.0.1/other | client_id must be the URL of the document",
        "client_id | '' | client_id must be the URL of the document",
        "client_name | '' | client_name and redirect_uris are required",
        "redirect_uris | '' | client_name and redirect_uris are required",
        "client_secret | s3cret | client_secret must not be in a document",
        "token_endpoint_auth_method | client_secret_post | must be none or private_key_jwt",
        "token_endpoint_auth_method | private_key_jwt | needs jwks or jwks_uri"
      })
  void documentWithAWrongMember_isAPageAndNoRedirect(String member, String value, String problem) {
    String client = site.publish("/wrong-" + member + value.length(), Map.of(member, value));
    assertRefused(open(client), problem);
  }

  @Test
  void documentWithAHarmfulRedirect_isAPageAndNoRedirect() {
    List<String> uris = List.of("javascript:alert(1)", "data:text/html,x");
    assertRefused(open(site.publish("/harm", Map.of("redirect_uris", uris))), "redirect_uris[0]");
    List<String> beside = List.of("javascript:alert(1)", Desk.REDIRECT);
    assertRefused(
        open(
            site.publish("/beside", Map.of("redirect_uris", beside)),
            "redirect_uri",
            "javascript:alert(1)"),
        "at an address that it did not register");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | {} | cannot be had",
        "500 | {} | cannot be had",
        "200 | no JSON | The client metadata document",
        "200 | [] | The client metadata document",
        "200 | {\"client_id\":1} | client_id must be the URL of the document"
      })
  void noDocument_isAPageAndNoRedirect(int status, String body, String problem) {
    String client = site.answer("/none-" + status + "-" + body.length(), status, "no-store", body);
    assertRefused(open(client), problem);
  }

  /** Claude Code 2.1 and Codex 0.171, which do not fall back to registration. */
  @Test
  void documentThatCannotBeHad_isAPageThatSaysWhatToDoAndStaysOnOffer() {
    assertRefused(open("https://client.invalid/client.json"), "FILE_TOOLS_CLIENT_METADATA=false");
    assertThat(desk.get(Desk.METADATA).body())
        .as("strangers can make a fetch fail")
        .contains("\"client_id_metadata_document_supported\":true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app.example/client.json",
        "https://10.0.0.1/client.json",
        "https://169.254.169.254/latest/meta-data",
        "https://metadata/client.json",
        "https://app.example/a/../client.json",
        "https://app.example/client.json#x",
        "https://u:p@app.example/client.json",
        "https://app.example",
        "HTTPS://app.example/client.json"
      })
  void urlThatNoDocumentMayHave_isAPageAndNoRedirect(String client) {
    assertRefused(open(client), "A client_id that is a URL");
  }

  @Test
  void publicClientOnThisComputer_isAskedForEachTime() {
    String client = site.publish("/anybody", Map.of());
    Browser browser = new Browser();
    assertThat(desk.allowed(browser, desk.authorize(client))).containsKey("code");
    assertThat(browser.open(desk.authorize(client), Desk.USER, Desk.PASSWORD).body())
        .contains("id=\"consent\"", "localhost-warning");

    URI elsewhere = desk.authorize(client, "redirect_uri", "https://app.example/callback");
    assertThat(desk.allowed(browser, elsewhere)).containsKey("code");
    assertThat(browser.open(elsewhere, Desk.USER, Desk.PASSWORD).statusCode())
        .as("only the site gets what is sent there")
        .isEqualTo(303);
  }

  @Test
  void document_isKeptAsItsHeadersSay() {
    String kept = site.publish("/kept", "max-age=600", Map.of());
    desk.tokens(kept);
    assertThat(site.requests("/kept")).isEqualTo(1);
    String fresh = site.publish("/fresh", "no-store", Map.of());
    desk.tokens(fresh);
    assertThat(site.requests("/fresh")).isGreaterThan(1);
  }

  @Test
  void withdrawnDocument_endsTheClientAtConsentAndAtTheTokenEndpoint() {
    String client = site.publish("/withdrawn", Map.of());
    Browser browser = new Browser();
    String code = desk.code(browser, desk.authorize(client));
    HttpResponse<String> consent =
        browser.open(desk.authorize(client, "scope", "files:read"), Desk.USER, Desk.PASSWORD);
    site.withdraw("/withdrawn");
    assertRefused(browser.decide(consent, "allow"), "cannot be had");
    assertRefused(browser.get(consent.uri()), "cannot be had");
    HttpResponse<String> answer = desk.exchange(client, code);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Desk.error(answer)).isEqualTo("invalid_request");
    assertThat(answer.body()).doesNotContain("127.0.0.1", "Exception");
  }

  private static HttpResponse<String> open(String client, String... changes) {
    URI request = desk.authorize(client, changes);
    return new Browser().open(request, Desk.USER, Desk.PASSWORD);
  }

  private static void assertRefused(HttpResponse<String> response, String problem) {
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Location")).isEmpty();
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(response.body()).contains(problem).doesNotContain("Exception", "href");
  }
}
