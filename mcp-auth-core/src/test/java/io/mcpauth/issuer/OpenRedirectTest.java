package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.LOOPBACK;
import static io.mcpauth.issuer.ConsentDesk.PLACE;
import static io.mcpauth.issuer.ConsentDesk.STATE;
import static io.mcpauth.issuer.ConsentDesk.assertPage;
import static io.mcpauth.issuer.ConsentDesk.body;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ConsentDesk.told;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors that would lead a browser to wherever somebody registered. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OpenRedirectTest {
  private final ConsentDesk desk = new ConsentDesk();
  private final String client = desk.register("Anybody", "none", PLACE);

  @AfterEach
  void close() {
    desk.close();
  }

  private static void assertAsks(OAuthAnswer answer, int status, String error) {
    assertPage(answer, status);
    assertThat(body(answer)).contains("<strong id=\"redirect-place\">app.test</strong>");
    Matcher link =
        Pattern.compile("<a id=\"onward\" rel=\"noreferrer\" href=\"([^\"]*)\">")
            .matcher(body(answer));
    assertThat(link.find()).isTrue();
    String target = link.group(1).replace("&amp;", "&").replace("&quot;", "\"");
    assertThat(target).startsWith(PLACE + "&");
    assertThat(ConsentDesk.parameters(target.substring(PLACE.length() + 1)))
        .containsEntry("error", error)
        .containsEntry("state", STATE)
        .containsEntry("iss", ConsentDesk.ISSUER);
  }

  @ParameterizedTest
  @CsvSource({
    "scope, admin, invalid_scope",
    "resource, https://evil.test/, invalid_target",
    "code_challenge, '', invalid_request",
    "code_challenge_method, plain, invalid_request",
    "response_type, token, unsupported_response_type"
  })
  void errorToAPlaceThatWasNeverApproved_isAPageWithALink(String name, String value, String error) {
    assertAsks(desk.visitor("alice").open(query(client, name, value)), 400, error);
  }

  @Test
  void denialToSuchAPlace_isAPageWithALinkToo() {
    Visitor alice = desk.visitor("alice");

    assertAsks(alice.decide(alice.open(query(client)), "deny"), 403, "access_denied");
    assertAsks(alice.open(query(client, "prompt", "none")), 403, "consent_required");
  }

  @Test
  void errorToAPlaceThatThisUserApproved_isARedirect() {
    Visitor alice = desk.visitor("alice");
    assertThat(told(alice.decide(alice.open(query(client)), "allow"), PLACE)).containsKey("code");

    String bad = query(client, "scope", "admin");
    assertThat(told(alice.open(bad), PLACE)).containsEntry("error", "invalid_scope");
    assertAsks(desk.visitor("bob").open(bad), 400, "invalid_scope");
    String other = desk.register("Another", "none", PLACE);
    assertAsks(alice.open(query(other, "scope", "admin")), 400, "invalid_scope");
  }

  @Test
  void errorToTheUsersOwnComputer_isARedirectAfterTheLoginAlone() {
    String local = desk.register("Local", "none", LOOPBACK);
    String bad = query(local, "redirect_uri", LOOPBACK, "scope", "admin");

    assertThat(told(desk.visitor("alice").open(bad), LOOPBACK))
        .containsEntry("error", "invalid_scope");
    assertPage(desk.visitor(null).open(bad + "&prompt=none"), 400);
  }
}
