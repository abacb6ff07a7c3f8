package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.PLACE;
import static io.mcpauth.issuer.ConsentDesk.SECRET;
import static io.mcpauth.issuer.ConsentDesk.VERIFIER;
import static io.mcpauth.issuer.ConsentDesk.body;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ConsentDesk.told;
import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.issuer.AuthorizationEvent.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener hears of all that can happen at an authorization server. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class EveryEventTest {
  private final ConsentDesk desk = new ConsentDesk();
  private final Set<Kind> heard = EnumSet.noneOf(Kind.class);
  private final List<String> secrets = new ArrayList<>(List.of(SECRET, VERIFIER.value()));

  @AfterEach
  void close() {
    desk.close();
  }

  /** One event for each kind, and no other. */
  private OAuthAnswer heard(OAuthAnswer answer, boolean done, Kind... kinds) {
    assertThat(desk.events).extracting(AuthorizationEvent::kind).containsExactly(kinds);
    assertThat(desk.events).allMatch(event -> event.done() == done);
    assertThat(desk.events.toString()).doesNotContain(secrets.toArray(String[]::new));
    desk.events.clear();
    heard.addAll(List.of(kinds));
    return answer;
  }

  private OAuthAnswer done(OAuthAnswer answer, Kind... kinds) {
    assertThat(answer.status()).isLessThan(400);
    return heard(answer, true, kinds);
  }

  private OAuthAnswer refused(OAuthAnswer answer, Kind kind) {
    assertThat(answer.status()).isGreaterThan(399);
    return heard(answer, false, kind);
  }

  private OAuthAnswer proven(String path, String... form) {
    List<String> all = new ArrayList<>(List.of(form));
    all.addAll(List.of("client_id", "app", "client_secret", SECRET));
    return desk.server.answer(SentRequest.post(path, all.toArray(String[]::new)));
  }

  private OAuthAnswer redeem(String code) {
    secrets.add(code);
    return proven(
        OAuthAddresses.TOKEN,
        "grant_type",
        "authorization_code",
        "code",
        code,
        "code_verifier",
        VERIFIER.value());
  }

  private OAuthAnswer refresh(String token) {
    return proven(OAuthAddresses.TOKEN, "grant_type", "refresh_token", "refresh_token", token);
  }

  private String refreshToken(OAuthAnswer tokens) {
    secrets.add(text(tokens, "access_token"));
    String token = text(tokens, "refresh_token");
    secrets.add(token);
    return token;
  }

  private static String code(OAuthAnswer answer) {
    return Objects.requireNonNull(told(answer, PLACE).get("code"));
  }

  private OAuthAnswer register(String body) {
    return desk.server.answer(ClientRequest.json(OAuthAddresses.REGISTER, body));
  }

  /** Each is heard of once, and without a word that would open anything. */
  @Test
  void eachKind_isHeardOnceWithoutASecret() {
    OAuthAnswer registered =
        register("{\"redirect_uris\":[\"https://new.test/\"],\"client_name\":\"New\"}");
    secrets.add(text(done(registered, Kind.REGISTRATION), "client_secret"));
    Visitor alice = desk.visitor("alice");
    OAuthAnswer page = done(alice.open(query("app")), Kind.LOGIN);
    heard(alice.decide(page, "deny"), false, Kind.DENIAL);
    page = done(alice.open(query("app")), Kind.LOGIN);
    String code = code(done(alice.decide(page, "allow"), Kind.CONSENT));
    String first = refreshToken(done(redeem(code), Kind.ISSUE));
    String second = refreshToken(done(refresh(first), Kind.REFRESH));
    String third = refreshToken(done(refresh(second), Kind.REFRESH));
    assertThat(third).isNotEqualTo(second);
    refused(refresh(first), Kind.REUSE);

    code = code(done(alice.open(query("app")), Kind.LOGIN, Kind.CONSENT));
    String last = refreshToken(done(redeem(code), Kind.ISSUE));
    done(proven(OAuthAddresses.REVOKE, "token", last), Kind.REVOCATION);
    done(proven(OAuthAddresses.REVOKE, "token", last)); // there was nothing to end

    code = code(done(alice.open(query("app")), Kind.LOGIN, Kind.CONSENT));
    String connected = refreshToken(done(redeem(code), Kind.ISSUE));
    OAuthAnswer applications = done(alice.applications());
    done(alice.send(disconnect(applications)), Kind.REVOCATION);
    refused(refresh(connected), Kind.REFRESH);
    assertThat(heard).containsExactlyInAnyOrder(Kind.values());
  }

  private static SentRequest disconnect(OAuthAnswer page) {
    Matcher form = Pattern.compile("<form id=\"(disconnect-([^\"]*))\"").matcher(body(page));
    assertThat(form.find()).isTrue();
    return Visitor.request(page, form.group(1), "grant", form.group(2));
  }

  /** And each refusal, whoever it is refused to. */
  @Test
  void eachRefusal_isHeardOnceWithItsReason() {
    Visitor alice = desk.visitor("alice");
    refused(register("{}"), Kind.REGISTRATION);
    refused(desk.visitor(null).open(query("nobody")), Kind.LOGIN);
    heard(alice.open(query("app", "scope", "admin")), false, Kind.LOGIN);
    OAuthAnswer page = done(alice.open(query("app")), Kind.LOGIN);
    alice.become("bob");
    refused(alice.decide(page, "allow"), Kind.CONSENT);
    refused(redeem("mcpco_made-up"), Kind.ISSUE);
    refused(refresh("mcprt_made-up"), Kind.REFRESH);
    String[] unproven = {"client_id", "app", "client_secret", "wrong", "token", "mcprt_x"};
    refused(desk.server.answer(SentRequest.post(OAuthAddresses.REVOKE, unproven)), Kind.REVOCATION);
    refused(proven(OAuthAddresses.TOKEN, "grant_type", "password"), Kind.ISSUE);
  }

  /** Whoever reads the log is not asked what the client was told, or had sent. */
  @Test
  void refusal_saysWhatWasWrong() {
    Visitor alice = desk.visitor("alice");
    OAuthAnswer unused = alice.open(query("app", "scope", "admin files:read"));
    assertThat(lastFacts()).isEqualTo(Map.of("surplus", "admin"));
    unused = alice.open(query("app", "resource", "https://mcp.example.com/other"));
    assertThat(lastFacts()).isEqualTo(Map.of("found", "https://mcp.example.com/other"));
    unused = alice.open(query("app", "redirect_uri", "https://elsewhere.example.com/"));
    assertThat(lastFacts()).isEqualTo(Map.of("found", "https://elsewhere.example.com/"));
    unused = register("{}");
    assertThat(lastFacts().get("problem")).startsWith("redirect_uris is missing");
    unused = register("{\"redirect_uris\":1}");
    assertThat(lastFacts().get("problem")).startsWith("redirect_uris must be");
    unused = proven(OAuthAddresses.TOKEN, "grant_type", "authorization_code");
    assertThat(lastFacts()).isEqualTo(Map.of("problem", "'code' is missing"));
  }

  private Map<String, String> lastFacts() {
    return desk.events.get(desk.events.size() - 1).facts();
  }

  /** It stands in a line of the log, and on the screen of whoever reads the events. */
  @ParameterizedTest
  @ValueSource(strings = {"app\r\nLOGIN for client x", "app\u001b[2J", "app\u2028x"})
  void idThatWouldBreakALine_isToldWithoutThat(String clientId) {
    OAuthAnswer unused = desk.visitor(null).open(query(clientId));
    unused =
        desk.server.answer(
            SentRequest.post(OAuthAddresses.TOKEN, "grant_type", "x", "client_id", clientId));

    assertThat(desk.events).hasSize(2);
    for (AuthorizationEvent event : desk.events) {
      assertThat(event.clientId()).startsWith("app").isNotEqualTo(clientId);
      assertThat(event.toString()).doesNotContainPattern("[\\p{Cntrl}\u2028]");
    }
  }
}
