package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
  private static final String SESSION_COOKIE = "dev_authorization_server=";
  private static final String LOGIN_COOKIE = "dev_authorization_server_login=";

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
  @ValueSource(strings = {Desk.LOGIN, Desk.AUTHORIZE + "?x=1"})
  void page_isClosedToFramesOriginsAndScripts(String path) {
    HttpResponse<String> response =
        desk.send(
            HttpRequest.newBuilder(desk.uri(path)).header("Origin", "http://a.example").build());
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    assertThat(header(response, "X-Frame-Options")).isEqualTo("DENY");
    assertThat(header(response, "Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'", "style-src 'sha256-")
        .doesNotContain("form-action", "unsafe-inline");
    assertThat(header(response, "Cache-Control")).contains("no-store");
  }

  @Test
  void cookies_areHttpOnlyAndLaxUnderTheirOwnNames() {
    HttpResponse<String> page = desk.get("/login");
    assertThat(cookies(page)).singleElement().asString().startsWith(LOGIN_COOKIE);
    assertThat(cookies(loggedIn(new Browser())))
        .filteredOn(cookie -> cookie.startsWith(SESSION_COOKIE))
        .hasSize(1);
    assertThat(cookies(page)).allMatch(cookie -> cookie.contains("HttpOnly"));
    assertThat(cookies(loggedIn(new Browser())))
        .allMatch(cookie -> cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
  }

  @Test
  void hostileClientName_isShownAsText() {
    String client = desk.publicClient("a < b > \\\"'& %s\\u202e\\u0007");
    HttpResponse<String> consent =
        new Browser().open(desk.authorize(client), Desk.USER, Desk.PASSWORD);
    assertThat(consent.body())
        .contains("<strong id=\"client-name\"><bdi>a b &quot;&#39;&amp; %s</bdi></strong>")
        .contains("<code>" + client + "</code>")
        .contains("an application on this computer")
        .contains("See the names of your files", "<code>files:list</code>")
        .doesNotContain("\u202e", "\u0007");
  }

  @Test
  void markupInAName_leavesTheClientUnnamed() {
    HttpResponse<String> response =
        desk.register(
            "{\"client_name\":\"<script>alert(1)</script>\",\"redirect_uris\":[\"%s\"]}"
                .formatted(Desk.REDIRECT));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).doesNotContain("client_name", "script");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:7777/callback",
        "http://127.0.0.1:1234/callback",
        "http://[::1]/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback"
      })
  void redirectToThisComputer_isWarnedOf(String redirect) {
    assertThat(consentFor(redirect).body())
        .contains("<p id=\"localhost-warning\" class=\"warning\" role=\"alert\">")
        .contains("any program there may have sent you here");
  }

  @Test
  void redirectToASite_isNotWarnedOf() {
    assertThat(consentFor("https://app.example/callback").body())
        .contains("id=\"consent\"")
        .doesNotContain("localhost-warning");
  }

  private static HttpResponse<String> consentFor(String redirect) {
    String registration = "{\"redirect_uris\":[\"%s\"],\"token_endpoint_auth_method\":\"none\"}";
    String client =
        Desk.JSON
            .readTree(desk.register(registration.formatted(redirect)).body())
            .get("client_id")
            .stringValue();
    return new Browser()
        .open(desk.authorize(client, "redirect_uri", redirect), Desk.USER, Desk.PASSWORD);
  }

  @Test
  void hostOfTheRedirect_isShown() {
    HttpResponse<String> consent = consentFor("https://app.example/callback");
    assertThat(consent.body()).contains("<strong id=\"redirect-place\">app.example</strong>");
  }

  @Test
  void consentWithoutItsRequest_isForbidden() {
    Browser browser = new Browser();
    String client = desk.publicClient("csrf");
    HttpResponse<String> consent = browser.open(desk.authorize(client), Desk.USER, Desk.PASSWORD);
    List<String[]> fields = new ArrayList<>(Browser.hidden(consent.body()));
    assertThat(fields.removeIf(field -> field[0].equals("request"))).isTrue();
    fields.add(new String[] {"decision", "allow"});
    assertThat(browser.submit(consent, fields).statusCode()).isEqualTo(403);
  }

  @Test
  void loginWithoutCsrfToken_isForbidden() {
    HttpResponse<String> response =
        desk.form("/login", "username", Desk.USER, "password", Desk.PASSWORD);
    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void clientThatIsWrittenIntoTheForm_getsNothing() {
    Browser browser = new Browser();
    String client = desk.publicClient("swap");
    HttpResponse<String> consent = browser.open(desk.authorize(client), Desk.USER, Desk.PASSWORD);
    List<String[]> fields = new ArrayList<>(Browser.hidden(consent.body()));
    String swapped = desk.publicClient("swapped");
    fields.add(new String[] {"client_id", swapped});
    fields.add(new String[] {"redirect_uri", "https://evil.example/callback"});
    fields.add(new String[] {"scope", "files:list files:write"});
    fields.add(new String[] {"decision", "allow"});
    HttpResponse<String> response = browser.submit(consent, fields);
    assertThat(Browser.location(response).toString()).startsWith(Desk.REDIRECT + "?");
    String code = Browser.code(Browser.query(Browser.location(response)));
    assertThat(Desk.error(desk.exchange(swapped, code))).isEqualTo("invalid_grant");
  }

  @Test
  void consentWithoutDecision_isDenied() {
    Browser browser = new Browser();
    HttpResponse<String> consent =
        browser.open(desk.authorize(desk.publicClient("undecided")), Desk.USER, Desk.PASSWORD);
    HttpResponse<String> response = browser.submit(consent, Browser.hidden(consent.body()));
    assertThat(Browser.query(Browser.location(response))).containsEntry("error", "access_denied");
  }

  @Test
  void consentOfAnotherBrowser_isForbidden() {
    HttpResponse<String> consent =
        new Browser().open(desk.authorize(desk.publicClient("mine")), Desk.USER, Desk.PASSWORD);
    assertThat(new Browser().get(consent.uri()).headers().firstValue("Location").orElse(""))
        .as("who is not logged in logs in")
        .startsWith(Desk.LOGIN);
    Browser other = new Browser();
    loggedIn(other);
    assertThat(other.decide(consent, "allow").statusCode()).isEqualTo(403);
  }

  @Test
  void login_changesTheSession() {
    Browser browser = new Browser();
    String first = session(loggedIn(browser));
    assertThat(session(loggedIn(browser))).isNotEqualTo(first);
  }

  @Test
  void loginTokenOfAnotherBrowser_isForbidden() {
    List<String[]> fields = credentials(new Browser().get(desk.uri("/login")));
    Browser other = new Browser();
    HttpResponse<String> page = other.get(desk.uri("/login"));
    assertThat(other.submit(page, fields).statusCode()).isEqualTo(403);
  }

  /** It is in a cookie that any server on this machine may set. */
  @Test
  void loginToken_isNoneForTheConsent() {
    Browser browser = new Browser();
    HttpResponse<String> login = browser.get(desk.uri("/login"));
    assertThat(browser.submit(login, credentials(login)).statusCode()).isEqualTo(303);
    HttpResponse<String> consent =
        browser.open(desk.authorize(desk.publicClient("token")), Desk.USER, Desk.PASSWORD);
    List<String[]> fields = new ArrayList<>(Browser.hidden(consent.body()));
    fields.removeIf(field -> field[0].equals("request"));
    Browser.hidden(login.body()).stream()
        .filter(field -> field[0].equals("_csrf"))
        .forEach(field -> fields.add(new String[] {"request", field[1]}));
    fields.add(new String[] {"decision", "allow"});
    assertThat(browser.submit(consent, fields).statusCode()).isEqualTo(403);
  }

  @Test
  void wrongPassword_showsThePageAgainWithTheRequest() {
    Browser browser = new Browser();
    HttpResponse<String> page = browser.open(desk.authorize(desk.publicClient("x")), "ada", "no");
    assertThat(page.body()).contains("Wrong user name or password", "id=\"login\"");
    HttpResponse<String> onward = browser.submit(page, credentials(page));
    assertThat(Browser.location(onward).getPath()).isEqualTo(desk.path(Desk.AUTHORIZE));
    assertThat(browser.get(Browser.location(onward)).body()).contains("id=\"consent\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\nSet-Cookie: a=b", "a b", "\u00e9", "//evil.example/"})
  void requestThatIsNoQuery_leadsNowhereElse(String request) {
    Browser browser = new Browser();
    HttpResponse<String> page = browser.get(desk.uri("/login"));
    List<String[]> fields = credentials(page);
    fields.removeIf(field -> field[0].equals("back"));
    fields.add(new String[] {"back", request});
    HttpResponse<String> response = browser.submit(page, fields);
    assertThat(header(response, "Location"))
        .startsWith(desk.path(Desk.AUTHORIZE))
        .doesNotContain(" ");
    assertThat(cookies(response)).noneMatch(cookie -> cookie.startsWith("a="));
  }

  private static HttpResponse<String> loggedIn(Browser browser) {
    HttpResponse<String> login = browser.get(desk.uri("/login"));
    HttpResponse<String> response = browser.submit(login, credentials(login));
    assertThat(Browser.location(response)).isEqualTo(desk.uri(Desk.APPLICATIONS));
    return response;
  }

  private static List<String[]> credentials(HttpResponse<String> login) {
    List<String[]> fields = new ArrayList<>(Browser.hidden(login.body()));
    fields.add(new String[] {"username", Desk.USER});
    fields.add(new String[] {"password", Desk.PASSWORD});
    return fields;
  }

  private static List<String> cookies(HttpResponse<String> response) {
    return response.headers().allValues("Set-Cookie");
  }

  private static String session(HttpResponse<String> response) {
    return cookies(response).stream()
        .filter(cookie -> cookie.startsWith(SESSION_COOKIE))
        .map(cookie -> cookie.split(";", -1)[0])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void consentGivenTwice_countsOnce() {
    Browser browser = new Browser();
    HttpResponse<String> consent =
        browser.open(desk.authorize(desk.publicClient("twice")), Desk.USER, Desk.PASSWORD);
    assertThat(browser.decide(consent, "allow").statusCode()).isEqualTo(303);
    assertThat(browser.decide(consent, "allow").statusCode()).isEqualTo(403);
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
