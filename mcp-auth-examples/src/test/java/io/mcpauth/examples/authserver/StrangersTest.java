package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody without a credential makes this server keep, or fetch: counted. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class StrangersTest {
  private static final String METADATA =
      "{\"redirect_uris\":[\"%s\"],\"token_endpoint_auth_method\":\"none\"}"
          .formatted(Desk.REDIRECT);

  /** How many registrations that nobody used there may be. */
  private static final int CAPACITY = 1_000;

  private static final int MAX_CHARS = 2_048;

  private final Desk desk = new Desk(Desk.RESOURCE);

  @AfterEach
  void stop() {
    desk.close();
  }

  @Test
  void registrationsOfOnePageInALoop_leaveTheOthersTheirPlace() {
    String before = desk.publicClient("before");
    int asked = 0;
    HttpResponse<String> last;
    do {
      last = register("http://localhost:6274", "application/json");
    } while (last.statusCode() == 201 && ++asked < CAPACITY);
    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.headers().firstValue("Retry-After")).isPresent();
    String after = desk.publicClient("after");

    assertThat(desk.tokens(before).has("access_token")).isTrue();
    assertThat(desk.tokens(after).has("access_token")).isTrue();
  }

  @Test
  void clientThatAUserAllowed_givesWayToNobody() {
    String allowed = desk.publicClient("allowed");
    String code = desk.code(new Browser(), desk.authorize(allowed));
    String unused = desk.publicClient("unused");
    for (int i = 0; i < CAPACITY; i++) {
      assertThat(register(null, "application/json").statusCode()).isEqualTo(201);
    }

    assertThat(desk.exchange(allowed, code).statusCode()).isEqualTo(200);
    assertThat(new Browser().get(desk.authorize(unused)).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example, application/json, 403",
    "https://evil.example, text/plain, 403",
    "http://localhost.evil.example, application/json, 403",
    "http://localhost:6274.evil.example, application/json, 403",
    "null, application/json, 403",
    "null, text/plain, 403",
    "http://localhost:6274, text/plain, 400",
    ", text/plain, 400",
    "http://localhost:6274, application/json, 201",
    "http://127.0.0.1:6274, application/json, 201",
    "'http://[::1]:6274', application/json, 201",
    "https://localhost, application/json, 201",
  })
  void pageThatRegisters_isOneOfThisMachineAndSendsJson(
      @Nullable String origin, String type, int status) {
    HttpResponse<String> response = register(origin, type);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin").isPresent())
        .isEqualTo(status != 403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oauth/%72egister", "/oauth/register;a=b", "/oauth/register?a=b"})
  void pageElsewhereThatSpellsThePathAnotherWay_registersNothing(String path) {
    for (String method : List.of("POST", "OPTIONS")) {
      HttpResponse<String> response =
          desk.send(
              HttpRequest.newBuilder(desk.uri(path))
                  .header("Content-Type", "application/json")
                  .header("Origin", "https://evil.example")
                  .method(method, HttpRequest.BodyPublishers.ofString(METADATA))
                  .build());
      assertThat(response.statusCode()).as(method).isEqualTo(403);
      assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void authorizationRequestsOfStrangers_keepNothing() {
    String client = desk.publicClient("loop");
    String state = "s".repeat(MAX_CHARS);
    for (int i = 0; i < 300; i++) {
      HttpResponse<String> response = new Browser().get(desk.authorize(client, "state", state));
      assertThat(response.statusCode()).isEqualTo(303);
      assertThat(response.headers().allValues("Set-Cookie")).as("no session").isEmpty();
      HttpResponse<String> login = new Browser().get(Browser.location(response));
      assertThat(login.body()).contains(state);
      assertThat(login.headers().allValues("Set-Cookie"))
          .noneMatch(cookie -> cookie.startsWith("dev_authorization_server="));
    }

    assertThat(desk.allowed(new Browser(), desk.authorize(client, "state", state)))
        .containsEntry("state", state);
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "nonce", "scope", "resource", "redirect_uri", "code_challenge"})
  void longParameter_isRefusedFirstOfAll(String name) {
    String value = "s".repeat(MAX_CHARS + 1);
    HttpResponse<String> response = new Browser().get(desk.authorize("any", name, value));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("A parameter is too long");
    assertThat(response.headers().firstValue("Location")).isEmpty();
  }

  @Test
  void requestsOfOneUserInALoop_pushOutTheirOwn() {
    String client = desk.publicClient("two users");
    Browser guest = new Browser();
    HttpResponse<String> pending = guest.open(desk.authorize(client), Desk.GUEST, Desk.PASSWORD);
    Browser user = new Browser();
    HttpResponse<String> first = user.open(desk.authorize(client), Desk.USER, Desk.PASSWORD);
    for (int i = 0; i < 120; i++) {
      assertThat(user.open(desk.authorize(client), Desk.USER, Desk.PASSWORD).body())
          .contains("id=\"consent\"");
    }

    assertThat(user.decide(first, "allow").statusCode()).isEqualTo(403);
    assertThat(guest.decide(pending, "allow").statusCode()).isEqualTo(303);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"no such code", "", " "})
  void tokenRequestForADocumentNobodyAskedFor_fetchesNothing(@Nullable String code) {
    try (DocumentSite site = new DocumentSite()) {
      String client = site.publish("/never", Map.of());
      for (String[] proof : proofs(client)) {
        for (String type : List.of("authorization_code", "refresh_token")) {
          List<String> fields = new ArrayList<>(List.of(proof));
          fields.addAll(List.of("grant_type", type, "client_id", client));
          if (code != null) {
            fields.addAll(List.of("code", code, "refresh_token", code, "code_verifier", "x"));
          }
          HttpResponse<String> answer = desk.form(Desk.TOKEN, fields.toArray(String[]::new));
          boolean missing = code == null || code.isEmpty();
          assertThat(answer.statusCode()).isEqualTo(400);
          assertThat(Desk.error(answer)).isEqualTo(missing ? "invalid_request" : "invalid_grant");
        }
      }
      HttpResponse<String> other =
          desk.form(Desk.TOKEN, "grant_type", "client_credentials", "client_id", client);
      assertThat(Desk.error(other)).isIn("unauthorized_client", "invalid_client");
      assertThat(Desk.error(desk.form(Desk.TOKEN, "client_id", client)))
          .isEqualTo("invalid_request");
      assertThat(site.requests("/never")).isZero();
    }
  }

  @Test
  void revocationForADocumentNobodyAskedFor_fetchesNothing() {
    try (DocumentSite site = new DocumentSite()) {
      String client = site.publish("/never", Map.of());
      for (String[] proof : proofs(client)) {
        List<String> fields = new ArrayList<>(List.of(proof));
        fields.addAll(List.of("client_id", client, "token", "none"));
        HttpResponse<String> answer = desk.form(Desk.REVOKE, fields.toArray(String[]::new));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
      }
      HttpResponse<String> basic =
          desk.send(
              desk.formRequest(Desk.REVOKE, "token", "none")
                  .header("Authorization", "Basic " + basic(client))
                  .build());
      assertThat(basic.statusCode()).isEqualTo(200);
      assertThat(site.requests("/never")).isZero();
    }
  }

  /** Anybody registers a client with an address of keys; nobody answers at this one. */
  @Test
  void assertionWithoutAGrant_fetchesNoKeys() {
    String metadata =
        "{\"redirect_uris\":[\"%s\"],\"jwks_uri\":\"https://127.0.0.1:1/jwks\",\"%s\":\"%s\"}"
            .formatted(Desk.REDIRECT, "token_endpoint_auth_method", "private_key_jwt");
    String client =
        Desk.JSON.readTree(desk.register(metadata).body()).get("client_id").stringValue();
    String code = desk.code(new Browser(), desk.authorize(client));
    String issuer = desk.server.issuer();
    HttpResponse<String> stranger =
        desk.exchange(
            client, "none", SignedClient.fields(new SignedClient().assertion(client, issuer)));
    assertThat(Desk.error(stranger)).as("not asked for").isEqualTo("invalid_grant");
    HttpResponse<String> tried =
        desk.exchange(
            client, code, SignedClient.fields(new SignedClient().assertion(client, issuer)));
    assertThat(Desk.error(tried)).as("asked for").isEqualTo("temporarily_unavailable");
  }

  @Test
  void codeOfAnotherClient_fetchesNothing() {
    try (DocumentSite site = new DocumentSite()) {
      String code = desk.code(new Browser(), desk.authorize(desk.publicClient("mine")));
      String client = site.publish("/never", Map.of());
      assertThat(Desk.error(desk.exchange(client, code))).isEqualTo("invalid_grant");
      assertThat(site.requests("/never")).isZero();
    }
  }

  /** As is: a document that says no-store is asked for again by whoever has a grant. */
  @Test
  void grantOfThatClient_hasItsDocumentFetched() {
    try (DocumentSite site = new DocumentSite()) {
      String client = site.publish("/mine", Map.of());
      String refreshToken = desk.tokens(client).get("refresh_token").stringValue();
      long before = site.requests("/mine");
      assertThat(desk.refresh(client, refreshToken).statusCode()).isEqualTo(200);
      assertThat(site.requests("/mine")).isGreaterThan(before);
    }
  }

  private List<String[]> proofs(String client) {
    return List.of(
        new String[0],
        SignedClient.fields(new SignedClient().assertion(client, desk.server.issuer())),
        new String[] {"client_secret", "x"});
  }

  private static String basic(String client) {
    String name = URLEncoder.encode(client, StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString((name + ":x").getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> register(@Nullable String origin, String type) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(desk.uri(Desk.REGISTER))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(METADATA));
    if (origin != null) {
      request.header("Origin", origin);
    }
    return desk.send(request.build());
  }
}
