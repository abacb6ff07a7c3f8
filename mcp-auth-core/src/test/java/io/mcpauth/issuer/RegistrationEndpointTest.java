package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessStatus;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that register themselves, as a server answers them. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RegistrationEndpointTest {
  private static final String BODY =
      "{\"client_name\":\"C\",\"redirect_uris\":[\"http://127.0.0.1/cb\"],"
          + "\"token_endpoint_auth_method\":\"none\"}";

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final List<AuthorizationEvent> events = new CopyOnWriteArrayList<>();
  private final OAuthServer server = builder().build();

  private OAuthServerBuilder builder() {
    return OAuthServer.builder(
            "https://auth.test", store, request -> new Login.LoginResult.Answered())
        .resource("https://mcp.test/mcp", ToolPolicy.builder().tool("read", "files:read").build())
        .events(events::add)
        .clock(clock);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private OAuthAnswer send(String body) {
    return server.answer(ClientRequest.json("/oauth/register", body));
  }

  private static String text(OAuthAnswer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private AuthorizationEvent only() {
    assertThat(events).hasSize(1);
    return events.get(0);
  }

  @Test
  void publicClient_isToldWhatCounts() {
    OAuthAnswer answer = send(BODY);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.headers())
        .containsEntry("Content-Type", List.of("application/json"))
        .containsEntry("Cache-Control", List.of("no-store"))
        .containsEntry("Access-Control-Allow-Origin", List.of("*"))
        .doesNotContainKey("Access-Control-Allow-Credentials");
    assertThat(text(answer))
        .contains(
            "\"client_id\":",
            "\"client_name\":\"C\"",
            "\"token_endpoint_auth_method\":\"none\"",
            "\"scope\":\"files:read\"")
        .doesNotContain("client_secret\"");
    assertThat(only().kind()).isEqualTo(AuthorizationEvent.Kind.REGISTRATION);
    assertThat(only().done()).isTrue();
    assertThat(text(answer)).contains(String.valueOf(only().clientId()));
  }

  /** It lasts as long as it is told to. */
  @Test
  void confidentialClient_getsASecretThatNoEventHas() {
    String body = text(send("{\"redirect_uris\":[\"https://c.example/cb\"]}"));

    assertThat(body)
        .contains("\"client_secret\":\"", "\"client_secret_expires_at\":0")
        .contains("\"token_endpoint_auth_method\":\"client_secret_basic\"");
    String secret = body.replaceAll(".*\"client_secret\":\"([^\"]*)\".*", "$1");
    assertThat(secret).hasSize(43);
    assertThat(events.toString()).doesNotContain(secret);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"logo_uri\":\"data:image/png;base64,AAAA\"",
        "\"client_uri\":\"not a url\"",
        "\"tos_uri\":17",
        "\"client_name\":\"<b>C</b>\"",
        "\"software_statement\":\"e.e.e\""
      })
  void whatDecidesNothing_refusesNothing(String member) {
    OAuthAnswer answer = send("{\"redirect_uris\":[\"https://c.example/cb\"]," + member + "}");

    assertThat(answer.status()).as(text(answer)).isEqualTo(201);
    assertThat(text(answer)).doesNotContain(member);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | CLIENT_METADATA_INVALID | invalid_client_metadata",
        "[] | CLIENT_METADATA_INVALID | invalid_client_metadata",
        "{\"redirect_uris\":1} | REDIRECT_URI_NOT_ACCEPTED | invalid_redirect_uri",
        "{\"redirect_uris\":[]} | REDIRECT_URI_NOT_ACCEPTED | invalid_redirect_uri",
        "{\"redirect_uris\":[\"javascript:alert(1)\"]} | REDIRECT_URI_NOT_ACCEPTED |"
            + " invalid_redirect_uri",
        "{\"redirect_uris\":[\"https://c.example/cb\"],"
            + "\"token_endpoint_auth_method\":\"client_secret_jwt\"} | CLIENT_METADATA_INVALID |"
            + " invalid_client_metadata",
        "{\"grant_types\":[\"client_credentials\"]} | CLIENT_METADATA_INVALID |"
            + " invalid_client_metadata"
      })
  void badMetadata_isRefused(String body, ReasonCode reason, String error) {
    OAuthAnswer answer = send(body);

    assertThat(answer.status()).as(text(answer)).isEqualTo(400);
    assertThat(text(answer)).contains("\"error\":\"" + error + "\"");
    assertThat(only().reason()).isEqualTo(reason);
    assertThat(only().clientId()).isNull();
  }

  /** Or any page could register without asking the browser first. */
  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "", "application/jso"})
  void otherContentType_isRefused(String type) {
    OAuthAnswer answer =
        server.answer(ClientRequest.json("/oauth/register", BODY).with("Content-Type", type));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(only().reason()).isEqualTo(ReasonCode.CLIENT_METADATA_INVALID);
  }

  @Test
  void contentTypeWithACharset_isJson() {
    assertThat(
            server
                .answer(
                    ClientRequest.json("/oauth/register", BODY)
                        .with("Content-Type", "Application/JSON; charset=utf-8"))
                .status())
        .isEqualTo(201);
  }

  @Test
  void hugeBody_isTooLarge() {
    OAuthAnswer answer = send(" ".repeat(ClientMetadata.MAX_BYTES) + BODY);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(only().reason()).isEqualTo(ReasonCode.BODY_TOO_LARGE);
  }

  @Test
  void sourceThatRegistersInALoop_isToldWhenToComeAgain() {
    OAuthAnswer last = send(BODY);
    for (int i = 0; i < 1000 && last.status() == 201; i++) {
      last = send(BODY);
    }

    assertThat(last.status()).isEqualTo(429);
    assertThat(last.headers()).containsEntry("Retry-After", List.of("60"));
    ClientRequest request = ClientRequest.json("/oauth/register", BODY);
    assertThat(server.answer(request.from("198.51.100.9")).status()).as("another").isEqualTo(201);
    assertThat(events.get(events.size() - 2).reason()).isEqualTo(ReasonCode.TOO_MANY_REQUESTS);
  }

  @Test
  void closedAccess_registersNobody() {
    assertThat(AccessControl.on(store).close().mode()).isEqualTo(AccessStatus.AccessMode.CLOSED);

    assertThat(send(BODY).status()).isEqualTo(503);
    assertThat(store.count("registration")).isZero();
  }

  @Test
  void wayThatIsNotOpen_isNoEndpoint() {
    try (OAuthServer closed = builder().refuseRegistration().build()) {
      assertThat(closed.paths()).doesNotContain("/oauth/register");
      assertThat(closed.answer(ClientRequest.json("/oauth/register", BODY)).status())
          .isEqualTo(404);
    }
  }
}
