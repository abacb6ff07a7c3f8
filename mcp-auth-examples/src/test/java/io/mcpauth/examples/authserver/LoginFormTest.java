package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class LoginFormTest {
  private final MovedClock clock = new MovedClock();
  private final Desk desk = new Desk(clock, Desk.RESOURCE);

  @AfterEach
  void stop() {
    desk.close();
  }

  private HttpResponse<String> typed(Browser browser, String user, String password) {
    HttpResponse<String> page = browser.get(desk.uri(Desk.LOGIN));
    List<String[]> fields = new ArrayList<>(Browser.hidden(page.body()));
    fields.add(new String[] {"username", user});
    fields.add(new String[] {"password", password});
    return browser.submit(page, fields);
  }

  /** Whether the name is that of somebody cannot be told from when it is refused. */
  @Test
  void wrongPasswordTooOften_isTooManyWhoeverItIs() {
    for (String user : List.of(Desk.USER, "nobody")) {
      Browser browser = new Browser();
      for (int i = 0; i < LoginThrottle.MOST_OF_AN_ACCOUNT; i++) {
        assertThat(typed(browser, user, "wrong").statusCode()).isEqualTo(403);
      }
      HttpResponse<String> refused = typed(browser, user, Desk.PASSWORD);
      assertThat(refused.statusCode()).as(user).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]?");
      assertThat(refused.headers().allValues("Set-Cookie")).isEmpty();
    }
    assertThat(typed(new Browser(), Desk.GUEST, Desk.PASSWORD).statusCode())
        .as("others log in")
        .isEqualTo(303);
    clock.moveTo(Duration.ofSeconds(61));
    assertThat(typed(new Browser(), Desk.USER, Desk.PASSWORD).statusCode()).isEqualTo(303);
  }

  @Test
  void wrongPasswordAndUnknownName_getTheSamePage() {
    Browser browser = new Browser();
    HttpResponse<String> wrong = typed(browser, Desk.USER, "wrong");
    HttpResponse<String> unknown = typed(browser, "nobody", "wrong");
    assertThat(unknown.statusCode()).isEqualTo(wrong.statusCode());
    assertThat(unknown.body()).isEqualTo(wrong.body()).doesNotContain("wrong", Desk.USER);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, https://evil.example",
    "Origin, null",
    "Sec-Fetch-Site, cross-site",
    "Sec-Fetch-Site, same-site"
  })
  void formOfAnotherSite_logsNobodyIn(String header, String value) {
    Browser browser = new Browser();
    HttpResponse<String> page = browser.get(desk.uri(Desk.LOGIN));
    List<String[]> fields = new ArrayList<>(Browser.hidden(page.body()));
    fields.add(new String[] {"username", Desk.USER});
    fields.add(new String[] {"password", Desk.PASSWORD});
    HttpResponse<String> posted = browser.submit(page, fields, header, value);
    assertThat(posted.statusCode()).isEqualTo(403);
    assertThat(posted.headers().allValues("Set-Cookie")).isEmpty();
  }

  @Test
  void passwordInTheAddress_isNotRead() {
    Browser browser = new Browser();
    HttpResponse<String> page = browser.get(desk.uri(Desk.LOGIN));
    String password = URLEncoder.encode(Desk.PASSWORD, StandardCharsets.UTF_8);
    URI address = URI.create(page.uri() + "?username=" + Desk.USER + "&password=" + password);
    HttpResponse<String> posted = browser.post(address, Browser.hidden(page.body()));
    assertThat(posted.statusCode()).isEqualTo(403);
    assertThat(posted.headers().allValues("Set-Cookie")).isEmpty();
  }

  @Test
  void promptLogin_asksWhoIsLoggedInAndComesBackWithoutAskingAgain() {
    Browser browser = new Browser();
    String client = desk.publicClient("again");
    assertThat(desk.allowed(browser, desk.authorize(client))).containsKey("code");
    URI again = desk.authorize(client, "prompt", "login");
    HttpResponse<String> asked = browser.get(again);
    assertThat(asked.headers().firstValue("Location").orElse("")).startsWith(Desk.LOGIN + "?");
    Map<String, String> response = desk.allowed(browser, again);
    assertThat(response).containsKey("code");
  }

  @Test
  void maxAge_asksWhoLoggedInLongerAgo() {
    Browser browser = new Browser();
    String client = desk.publicClient("age");
    assertThat(desk.allowed(browser, desk.authorize(client))).containsKey("code");
    URI recent = desk.authorize(client, "max_age", "600");
    assertThat(browser.get(recent).body()).contains("id=\"consent\"");
    clock.moveTo(Duration.ofMinutes(11));
    assertThat(browser.get(recent).headers().firstValue("Location").orElse(""))
        .startsWith(Desk.LOGIN + "?");
  }

  @Test
  void logout_endsTheLoginAndAsksForAnother() {
    Browser browser = new Browser();
    URI request = desk.authorize(desk.publicClient("not you"));
    HttpResponse<String> consent = browser.open(request, Desk.USER, Desk.PASSWORD);
    assertThat(consent.body()).contains("Not you? Log out.");
    HttpResponse<String> out = browser.submit(consent, "logout", Browser.hidden(consent.body()));
    assertThat(out.statusCode()).isEqualTo(303);
    HttpResponse<String> asked = browser.get(Browser.location(out));
    assertThat(asked.headers().firstValue("Location").orElse("")).startsWith(Desk.LOGIN + "?");
    assertThat(browser.open(request, Desk.GUEST, Desk.PASSWORD).body())
        .contains("<strong id=\"user\"><bdi>" + Desk.GUEST + "</bdi></strong>");
  }
}
