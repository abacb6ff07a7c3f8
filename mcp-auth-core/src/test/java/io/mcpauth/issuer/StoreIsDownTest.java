package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.PLACE;
import static io.mcpauth.issuer.ConsentDesk.SECRET;
import static io.mcpauth.issuer.ConsentDesk.VERIFIER;
import static io.mcpauth.issuer.ConsentDesk.body;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ConsentDesk.told;
import static io.mcpauth.issuer.ServerInTest.header;
import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What everybody is told while the store does not answer, and what is there when it does. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class StoreIsDownTest {
  private final ConsentDesk desk = new ConsentDesk();
  private final Visitor alice = desk.visitor("alice");

  @AfterEach
  void close() {
    desk.close();
  }

  private OAuthAnswer proven(String path, String... form) {
    List<String> all = new ArrayList<>(List.of(form));
    all.addAll(List.of("client_id", "app", "client_secret", SECRET));
    return desk.server.answer(SentRequest.post(path, all.toArray(String[]::new)));
  }

  private OAuthAnswer redeem(String code) {
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

  private static String code(OAuthAnswer answer) {
    return Objects.requireNonNull(told(answer, PLACE).get("code"));
  }

  /** Everything that is under way: a page, a code, a grant. */
  private Map<String, Supplier<OAuthAnswer>> underWay() {
    OAuthAnswer page = alice.open(query("app"));
    String code = code(alice.decide(alice.open(query("app")), "allow"));
    String token = text(redeem(code(alice.open(query("app")))), "refresh_token");
    Map<String, Supplier<OAuthAnswer>> all = new LinkedHashMap<>();
    all.put("authorize", () -> alice.open(query("app", "scope", "files:write")));
    all.put("consent", () -> alice.decide(page, "allow"));
    all.put("code", () -> redeem(code));
    all.put("applications", alice::applications);
    all.put(
        "register",
        () ->
            desk.server.answer(
                ClientRequest.json(
                    OAuthAddresses.REGISTER, "{\"redirect_uris\":[\"https://new.test/\"]}")));
    all.put("refresh", () -> refresh(token));
    all.put("revoke", () -> proven(OAuthAddresses.REVOKE, "token", token));
    return all;
  }

  @Test
  void everyEndpoint_isA503ForLaterAndNothingIsHalfIssued() {
    Map<String, Supplier<OAuthAnswer>> all = underWay();
    String before = desk.store.dump();
    desk.store.breakDown();
    desk.events.clear();
    all.forEach(
        (name, request) -> {
          OAuthAnswer answer = request.get();
          assertThat(answer.status()).as(name).isEqualTo(503);
          assertThat(header(answer, "Retry-After")).as(name).matches("[0-9]+");
          assertThat(answer.headers()).as(name).doesNotContainKeys("Location", "WWW-Authenticate");
          assertThat(body(answer)).as(name).doesNotContain("xception", "down.", "mcp");
        });
    assertThat(desk.events)
        .filteredOn(event -> !event.done())
        .allMatch(event -> event.reason() == ReasonCode.STORE_UNAVAILABLE)
        .extracting(AuthorizationEvent::kind)
        .as("applications have no event of their own")
        .containsExactly(
            AuthorizationEvent.Kind.CONSENT,
            AuthorizationEvent.Kind.CONSENT,
            AuthorizationEvent.Kind.ISSUE,
            AuthorizationEvent.Kind.REGISTRATION,
            AuthorizationEvent.Kind.REFRESH,
            AuthorizationEvent.Kind.REVOCATION);
    assertThat(desk.events)
        .filteredOn(AuthorizationEvent::done)
        .extracting(AuthorizationEvent::kind)
        .as("of alice, who was logged in")
        .containsExactly(AuthorizationEvent.Kind.LOGIN);
    assertThat(desk.server.answer(metadata()).status()).isEqualTo(200);
    desk.store.repair();
    assertThat(desk.store.dump()).isEqualTo(before);

    all.forEach((name, request) -> assertThat(request.get().status()).as(name).isBetween(200, 303));
  }

  private static SentRequest metadata() {
    return SentRequest.of("GET", "/.well-known/oauth-authorization-server", null);
  }
}
