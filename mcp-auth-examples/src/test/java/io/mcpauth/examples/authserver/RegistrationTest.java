package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RegistrationTest {
  private static Desk desk;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE);
  }

  @AfterAll
  static void stop() {
    desk.close();
  }

  @Test
  void publicClient_isRegisteredAndToldWhatCounts() {
    HttpResponse<String> response =
        desk.register(
            """
            {"client_name": "VS Code", "token_endpoint_auth_method": "none",
             "redirect_uris": ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
             "grant_types": ["authorization_code", "refresh_token",
               "urn:ietf:params:oauth:grant-type:device_code"],
             "response_types": ["code"], "scope": "files:list unknown",
             "unknown_member": {"a": 1}, "logo_uri": "https://x.example/logo"}
            """);
    assertThat(response.statusCode()).isEqualTo(201);
    JsonNode client = Desk.JSON.readTree(response.body());
    assertThat(client.get("client_id").stringValue()).isNotBlank();
    assertThat(client.has("client_secret")).isFalse();
    assertThat(client.has("unknown_member")).isFalse();
    assertThat(client.get("client_name").stringValue()).isEqualTo("VS Code");
    assertThat(client.get("token_endpoint_auth_method").stringValue()).isEqualTo("none");
    assertThat(strings(client.get("grant_types")))
        .containsExactlyInAnyOrder("authorization_code", "refresh_token");
    assertThat(strings(client.get("response_types"))).containsExactly("code");
    assertThat(strings(client.get("redirect_uris")))
        .containsExactlyInAnyOrder("http://127.0.0.1:33418/", "https://vscode.dev/redirect");
    assertThat(client.get("scope").stringValue().split(" "))
        .as("a client that registers with its first challenge must be able to step up")
        .containsExactlyInAnyOrder("files:list", "files:read", "files:write");
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
  void confidentialClient_getsASecret(String method) {
    JsonNode client =
        Desk.JSON.readTree(
            desk.register(
                    "{\"redirect_uris\":[\"https://a.example/cb\"],\"%s\":\"%s\"}"
                        .formatted("token_endpoint_auth_method", method))
                .body());
    assertThat(client.get("client_secret").stringValue()).hasSizeGreaterThan(40);
    assertThat(client.get("client_secret_expires_at").longValue()).isZero();
    assertThat(client.get("token_endpoint_auth_method").stringValue()).isEqualTo(method);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"cursor://anysphere.cursor-mcp/oauth/callback\","
            + "\"https://www.cursor.com/agents/mcp/oauth/callback\","
            + "\"http://localhost:8787/callback\"]",
        "[\"https://chatgpt.com/connector/oauth/abc\","
            + "\"https://chatgpt.com/connector_platform_oauth_redirect\","
            + "\"https://chat.openai.com/oauth/callback\"]",
        "[\"https://claude.ai/api/mcp/auth_callback\","
            + "\"https://claude.com/api/mcp/auth_callback\"]",
        "[\"http://127.0.0.1/\",\"http://127.0.0.1:33418/\",\"http://localhost/\","
            + "\"https://vscode.dev/redirect\",\"https://insiders.vscode.dev/redirect\"]",
        "[\"http://[::1]:3334/oauth/callback\"]"
      })
  void redirectsOfRealClients_areAccepted(String uris) {
    assertThat(desk.register("{\"redirect_uris\":" + uris + "}").statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "JavaScript://localhost/%0aalert(1)",
        "data:text/html,x",
        "http://a.example/cb",
        "http://localhost.evil.example/cb",
        "http://localhost@evil.example/cb",
        "https://user:secret@a.example/cb",
        "https://a.example/cb#x",
        "https://*.a.example/cb",
        "https://a.example/x/../cb",
        "/cb",
        "https://a.example/\\u000d\\u000aX: y",
        "https://a.example\\\\@evil.example/",
        "myapp://callback",
        "cursor://anysphere.cursor-mcp/oauth/callback/",
        "cursor://evil/oauth/callback"
      })
  void otherRedirects_areRefused(String uri) {
    HttpResponse<String> response =
        desk.register("{\"redirect_uris\":[\"https://fine.example/cb\",\"%s\"]}".formatted(uri));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Desk.error(response)).isEqualTo("invalid_redirect_uri");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | invalid_redirect_uri",
        "{\"redirect_uris\":[]} | invalid_redirect_uri",
        "{\"redirect_uris\":null} | invalid_redirect_uri",
        "{\"redirect_uris\":\"https://a.example/\"} | invalid_redirect_uri",
        "{\"redirect_uris\":[1]} | invalid_redirect_uri",
        "{\"redirect_uris\":{\"a\":\"https://a.example/\"}} | invalid_redirect_uri",
        "{\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":[\"implicit\"]}"
            + " | invalid_client_metadata",
        "{\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":[\"client_credentials\"]}"
            + " | invalid_client_metadata",
        "{\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":[\"refresh_token\"]}"
            + " | invalid_client_metadata",
        "{\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":5}"
            + " | invalid_client_metadata",
        "{\"redirect_uris\":[\"https://a.example/\"],\"response_types\":[\"token\"]}"
            + " | invalid_client_metadata",
        "{\"redirect_uris\":[\"https://a.example/\"],"
            + "\"token_endpoint_auth_method\":\"private_key_jwt\"} | invalid_client_metadata",
        "{\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":[\"none\"]}"
            + " | invalid_client_metadata",
        "{\"redirect_uris\":[\"https://a.example/\"],\"redirect_uris\":[\"https://b.example/\"]}"
            + " | invalid_client_metadata",
        "{\"redirect_uris\":[\"https://a.example/\"]} x | invalid_client_metadata",
        "[] | invalid_client_metadata",
        "nonsense | invalid_client_metadata"
      })
  void badMetadata_isRefused(String body, String error) {
    HttpResponse<String> response = desk.register(body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Desk.error(response)).isEqualTo(error);
    assertThat(response.body()).doesNotContain("Exception", "tools.jackson");
  }

  @Test
  void emptyBody_isRefused() {
    assertThat(Desk.error(desk.register(""))).isEqualTo("invalid_client_metadata");
  }

  @Test
  void hugeBody_isTooLarge() {
    String body =
        "{\"redirect_uris\":[\"https://a.example/\"],\"x\":\"%s\"}".formatted("y".repeat(70_000));
    assertThat(desk.register(body).statusCode()).isEqualTo(413);
  }

  @Test
  void deepBody_isRefused() {
    String body = "[".repeat(5000);
    assertThat(desk.register(body).statusCode()).isEqualTo(400);
  }

  private static List<String> strings(JsonNode array) {
    return array.valueStream().map(JsonNode::stringValue).toList();
  }

  @Test
  void unusedRegistration_endsAfterADayAndAUsedOneDoesNot() {
    MovedClock clock = new MovedClock();
    try (Desk moved = new Desk(clock, Desk.RESOURCE)) {
      String unused = moved.publicClient("unused");
      String used = moved.publicClient("used");
      assertThat(moved.tokens(used).has("access_token")).isTrue();
      clock.moveTo(Duration.ofHours(25));
      assertThat(new Browser().get(moved.authorize(unused)).statusCode()).isEqualTo(400);
      assertThat(new Browser().get(moved.authorize(used)).statusCode()).isEqualTo(303);
    }
  }

  @Test
  void whoeverRegistersTheSame_doesNotShareTheConsent() {
    String mine = desk.publicClient("again");
    Browser browser = new Browser();
    assertThat(desk.allowed(browser, desk.authorize(mine))).containsKey("code");
    String theirs = desk.publicClient("again");
    assertThat(theirs).isNotEqualTo(mine);
    assertThat(browser.open(desk.authorize(theirs), Desk.USER, Desk.PASSWORD).body())
        .contains("id=\"consent\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "application",
        "application/*"
      })
  void otherContentType_isRefused(String type) {
    HttpResponse<String> response =
        desk.send(
            HttpRequest.newBuilder(desk.uri(Desk.REGISTER))
                .header("Content-Type", type)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"redirect_uris\":[\"http://localhost/cb\"]}"))
                .build());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("invalid_client_metadata");
  }
}
