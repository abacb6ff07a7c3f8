package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.LOOPBACK;
import static io.mcpauth.issuer.ConsentDesk.PLACE;
import static io.mcpauth.issuer.ConsentDesk.assertPage;
import static io.mcpauth.issuer.ConsentDesk.body;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ConsentDesk.told;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When users are asked, and what they read. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ConsentRulesTest {
  private static final String BOTH = "files:read files:write";

  private final List<ConsentDesk> desks = new ArrayList<>();

  @AfterEach
  void close() {
    desks.forEach(ConsentDesk::close);
  }

  private ConsentDesk desk(Consent when, String... firstParties) {
    ConsentDesk desk =
        new ConsentDesk(
            builder -> {
              OAuthServerBuilder with = builder.consent(when);
              return firstParties.length == 0 ? with : with.firstParties(firstParties);
            });
    desks.add(desk);
    return desk;
  }

  private static void allow(Visitor visitor, String query, String place) {
    OAuthAnswer page = visitor.open(query);
    assertPage(page, 200);
    assertThat(told(visitor.decide(page, "allow"), place)).containsKey("code");
  }

  private static void assertNotAsked(Visitor visitor, String query) {
    assertThat(told(visitor.open(query), PLACE)).containsKey("code");
  }

  private static void assertAsked(Visitor visitor, String query) {
    assertPage(visitor.open(query), 200);
  }

  @Test
  void once_asksForWhatIsNew() {
    ConsentDesk desk = desk(Consent.ONCE);
    String client = desk.register("Two", "none", PLACE, "https://other.test/cb");
    Visitor alice = desk.visitor("alice");
    allow(alice, query(client, "scope", BOTH), PLACE);

    assertNotAsked(alice, query(client, "scope", BOTH));
    assertNotAsked(alice, query(client));
    assertAsked(alice, query(client, "redirect_uri", "https://other.test/cb"));
    assertAsked(alice, query(client, "prompt", "consent"));
    assertAsked(desk.visitor("bob"), query(client));
    assertAsked(alice, query("app"));
    Visitor elsewhere = desk.visitor("alice");
    assertNotAsked(elsewhere, query(client));
  }

  /** Kept for a year of disuse. */
  @Test
  void consentThatIsUsed_lasts() {
    ConsentDesk desk = desk(Consent.ONCE);
    Visitor alice = desk.visitor("alice");
    allow(alice, query("app"), PLACE);
    for (int i = 0; i < 3; i++) {
      desk.clock.advance(Duration.ofDays(300));
      assertNotAsked(alice, query("app"));
    }
    desk.clock.advance(Duration.ofDays(366));
    assertAsked(alice, query("app"));
  }

  @Test
  void consentThatIsUsedAllTheTime_isWrittenOnceInAMonth() {
    ConsentDesk desk = desk(Consent.ONCE);
    Visitor alice = desk.visitor("alice");
    allow(alice, query("app"), PLACE);
    Consents consents = new Consents(desk.store, desk.clock);
    Set<Instant> ends = new TreeSet<>();
    for (int i = 0; i < 40; i++) {
      desk.clock.advance(Duration.ofDays(1));
      assertNotAsked(alice, query("app"));
      ends.addAll(consentEnds(desk));
    }
    assertThat(consents.of("alice", "app", ConsentDesk.RESOURCE).scopes()).isNotEmpty();
    assertThat(ends).hasSize(2);
  }

  private static List<Instant> consentEnds(ConsentDesk desk) {
    return desk.store.entries("oauth.consent", "", "", 10).stream()
        .map(listed -> listed.entry().expiresAt())
        .toList();
  }

  @Test
  void always_asksEachTime() {
    ConsentDesk desk = desk(Consent.ALWAYS);
    Visitor alice = desk.visitor("alice");
    allow(alice, query("app"), PLACE);

    assertAsked(alice, query("app"));
    assertAsked(alice, query("narrow"));
  }

  @Test
  void neverForFirstParties_asksForTheOthersAlone() {
    ConsentDesk desk = desk(Consent.NEVER_FOR_FIRST_PARTIES, "app");
    String client = desk.register("Stranger", "none", PLACE);
    Visitor alice = desk.visitor("alice");

    assertNotAsked(alice, query("app"));
    assertNotAsked(alice, query("narrow"));
    assertAsked(alice, query(client));
    assertAsked(alice, query("app", "prompt", "consent"));
    assertThat(desk.store.dump()).as("nobody allowed it").doesNotContain("oauth.consent");
  }

  @Test
  void whatIsAskedForAgain_isNotFolded() {
    Visitor alice = desk(Consent.ALWAYS).visitor("alice");
    allow(alice, query("app"), PLACE);

    assertThat(body(alice.open(query("app"))))
        .contains("<code>files:read</code>")
        .doesNotContain("<details");
    assertThat(body(alice.open(query("app", "scope", BOTH))))
        .containsSubsequence(
            "<ul id=\"scopes\"", "files:write", "<details", "<code>files:read</code>");
  }

  @ParameterizedTest
  @EnumSource(Consent.class)
  void publicClientOnTheUsersComputer_isAskedForEachTime(Consent when) {
    ConsentDesk desk = desk(when);
    var unused =
        desk.server
            .clients()
            .add(NewClient.withId("own").authMethod("none").redirectUris(LOOPBACK).firstParty());
    try (OAuthServer node = desk.node()) {
      Visitor alice = new Visitor(node, "alice");
      String query = query("own", "redirect_uri", LOOPBACK);
      allow(alice, query, LOOPBACK);
      assertAsked(alice, query);
      assertAsked(alice, query(desk.register("R", "none", LOOPBACK), "redirect_uri", LOOPBACK));
    }
  }

  @Test
  void clientOnTheUsersComputerThatProvesItself_isRemembered() {
    ConsentDesk desk = desk(Consent.ONCE);
    String client = desk.register("Secret", "client_secret_post", LOOPBACK);
    Visitor alice = desk.visitor("alice");
    allow(alice, query(client, "redirect_uri", LOOPBACK), LOOPBACK);

    String otherPort = LOOPBACK.replace("5123", "5124");
    assertThat(told(alice.open(query(client, "redirect_uri", otherPort)), otherPort))
        .containsKey("code");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:7777/callback",
        "http://127.0.0.1:1234/callback",
        "http://[::1]/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback"
      })
  void redirectToThisComputer_isWarnedOfWhoeverItIs(String place) {
    ConsentDesk desk = desk(Consent.ONCE);
    for (String method : List.of("none", "client_secret_post")) {
      String client = desk.register("C", method, place);
      assertThat(body(desk.visitor("alice").open(query(client, "redirect_uri", place))))
          .contains("<p id=\"localhost-warning\" class=\"warning\" role=\"alert\">")
          .contains("<strong id=\"redirect-place\">an application on this computer");
    }
  }

  @Test
  void redirectToASite_isNamedAndNotWarnedOf() {
    ConsentDesk desk = desk(Consent.ONCE);

    assertThat(body(desk.visitor("alice").open(query(desk.register("C", "none", PLACE)))))
        .contains("<strong id=\"redirect-place\">app.test</strong>")
        .contains("it registered itself here")
        .doesNotContain("localhost-warning");
    assertThat(body(desk.visitor("alice").open(query("app"))))
        .contains("The operator of this server has entered it");
  }

  @Test
  void firstTime_showsAllInWordsAndNothingFolded() {
    ConsentDesk desk = desk(Consent.ONCE);

    assertThat(body(desk.visitor("alice").open(query("app", "scope", BOTH))))
        .contains("<strong>Read your files</strong> <code>files:read</code>")
        .contains("Their names and what is in them.")
        .contains("<strong>files:write</strong>")
        .contains("<bdi>ALICE</bdi>")
        .doesNotContain("<details", "New:");
  }

  @Test
  void stepUp_showsWhatIsNewFirstAndFoldsTheRest() {
    ConsentDesk desk = desk(Consent.ONCE);
    Visitor alice = desk.visitor("alice");
    allow(alice, query("app"), PLACE);

    String page = body(alice.open(query("app", "scope", BOTH)));
    String folded = page.substring(page.indexOf("<details id=\"earlier\">"));
    String shown = page.substring(0, page.indexOf("<details id=\"earlier\">"));
    assertThat(shown).contains("New: it will be able to", "files:write");
    assertThat(shown).doesNotContain("files:read");
    assertThat(folded).contains("<summary>What you allowed before</summary>", "files:read");
    assertThat(folded.substring(0, folded.indexOf("</details>"))).doesNotContain("files:write");
  }

  @Test
  void hostileName_isShownAsText() {
    ConsentDesk desk = desk(Consent.ONCE);
    String client = desk.register("a < b > \\\"'& %s\\u202e\\u0007", "none", PLACE);

    assertThat(body(desk.visitor("<b>\"&'").open(query(client))))
        .contains("a b &quot;&#39;&amp; %s")
        .contains("&lt;B&gt;&quot;&amp;&#39;")
        .doesNotContain("\u202e", "\u0007", "<b>\"", "<B>");
  }
}
