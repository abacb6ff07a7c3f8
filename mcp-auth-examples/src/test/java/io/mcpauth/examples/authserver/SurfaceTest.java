package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SurfaceTest {
  private static Desk desk;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE, "http://localhost:8080");
  }

  @AfterAll
  static void stop() {
    desk.close();
  }

  @Test
  void metadata_saysWhatTheServerDoesAndNothingElse() {
    HttpResponse<String> response = desk.get(Desk.METADATA);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    JsonNode metadata = Desk.JSON.readTree(response.body());
    String issuer = desk.server.issuer();
    assertThat(issuer).isEqualTo("http://localhost:" + desk.server.port());
    assertThat(metadata)
        .isEqualTo(
            Desk.JSON.readTree(
                """
                {"issuer": "%1$s",
                 "authorization_endpoint": "%1$s/oauth/authorize",
                 "token_endpoint": "%1$s/oauth/token",
                 "token_endpoint_auth_methods_supported":
                   ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
                 "token_endpoint_auth_signing_alg_values_supported":
                   ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"],
                 "jwks_uri": "%1$s/oauth/keys",
                 "response_types_supported": ["code"],
                 "response_modes_supported": ["query"],
                 "grant_types_supported":
                   ["authorization_code", "refresh_token", "client_credentials"],
                 "revocation_endpoint": "%1$s/oauth/revoke",
                 "revocation_endpoint_auth_methods_supported":
                   ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
                 "revocation_endpoint_auth_signing_alg_values_supported":
                   ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"],
                 "introspection_endpoint": "%1$s/oauth/introspect",
                 "introspection_endpoint_auth_methods_supported":
                   ["client_secret_basic", "client_secret_post", "private_key_jwt"],
                 "introspection_endpoint_auth_signing_alg_values_supported":
                   ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"],
                 "client_id_metadata_document_supported": true,
                 "code_challenge_methods_supported": ["S256"],
                 "dpop_signing_alg_values_supported":
                   ["ES256", "EdDSA", "Ed25519", "PS256", "RS256"],
                 "scopes_supported": ["files:list", "files:read", "files:write"],
                 "protected_resources":
                   ["http://localhost:8080/mcp", "http://localhost:8080"],
                 "registration_endpoint": "%1$s/oauth/register",
                 "authorization_response_iss_parameter_supported": true}
                """
                    .formatted(issuer)));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, " + Desk.METADATA,
    "GET, " + Desk.JWKS,
    "POST, " + Desk.TOKEN,
    "POST, " + Desk.REVOKE,
    "POST, " + Desk.REGISTER
  })
  void machineEndpoint_isOpenToBrowsersWithoutCredentials(String method, String path) {
    HttpResponse<String> preflight =
        desk.send(
            HttpRequest.newBuilder(desk.uri(path))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "http://localhost:6274")
                .header("Access-Control-Request-Method", method)
                .header("Access-Control-Request-Headers", "content-type,mcp-protocol-version")
                .build());
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(header(preflight, "Access-Control-Allow-Headers"))
        .containsIgnoringCase("content-type")
        .containsIgnoringCase("mcp-protocol-version");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    HttpResponse<String> call =
        desk.send(
            HttpRequest.newBuilder(desk.uri(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Origin", "http://localhost:6274")
                .build());
    assertThat(header(call, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(call.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void severalResources_mustBeNamedAndAreToldApart() throws Exception {
    String client = desk.publicClient("resources");
    Browser browser = new Browser();
    HttpResponse<String> missing =
        browser.open(desk.authorize(client, "resource", ""), Desk.USER, Desk.PASSWORD);
    assertThat(Browser.query(Browser.location(missing))).containsEntry("error", "invalid_target");
    Map<String, String> response =
        desk.allowed(browser, desk.authorize(client, "resource", "http://localhost:8080/"));
    String code = Browser.code(response);
    JsonNode tokens =
        Desk.JSON.readTree(desk.exchange(client, code, "resource", "http://localhost:8080").body());
    assertThat(AuthorizationFlowTest.audience(tokens)).isEqualTo("http://localhost:8080");
    String other = desk.code(browser, desk.authorize(client, "resource", "http://localhost:8080"));
    assertThat(Desk.error(desk.exchange(client, other, "resource", Desk.RESOURCE)))
        .isEqualTo("invalid_target");
  }

  @Test
  void repeatedParameterOrQuery_isRefused() {
    String client = desk.publicClient("repeat");
    HttpResponse<String> repeated =
        desk.form(
            Desk.TOKEN,
            "grant_type",
            "authorization_code",
            "client_id",
            client,
            "code",
            "x",
            "code_verifier",
            "a",
            "code_verifier",
            "b");
    assertThat(repeated.statusCode()).isEqualTo(400);
    assertThat(Desk.error(repeated)).isEqualTo("invalid_request");
    HttpResponse<String> query =
        desk.form(
            Desk.TOKEN + "?client_id=" + client,
            "grant_type",
            "refresh_token",
            "refresh_token",
            "x");
    assertThat(Desk.error(query)).as("a query counts for nothing").isEqualTo("invalid_client");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:device_code"
      })
  void otherGrants_areUnsupported(String grant) {
    HttpResponse<String> response =
        desk.form(Desk.TOKEN, "grant_type", grant, "client_id", desk.publicClient("grants"));
    assertThat(Desk.error(response)).isEqualTo("unsupported_grant_type");
  }

  @Test
  void clientThatRegisteredItself_cannotActForItself() {
    HttpResponse<String> response =
        desk.form(
            Desk.TOKEN, "grant_type", "client_credentials", "client_id", desk.publicClient("own"));
    assertThat(Desk.error(response)).isEqualTo("unauthorized_client");
  }

  @Test
  void tokenRequestWithoutClient_isInvalidClient() {
    HttpResponse<String> response =
        desk.form(Desk.TOKEN, "grant_type", "authorization_code", "code", "x");
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(Desk.error(response)).isEqualTo("invalid_client");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, " + Desk.TOKEN + ", 405",
    "GET, " + Desk.REGISTER + ", 405",
    "GET, " + Desk.REVOKE + ", 405",
    "GET, introspection_endpoint, 405",
    "POST, " + Desk.JWKS + ", 405",
    "DELETE, " + Desk.METADATA + ", 405",
    "GET, " + Desk.METADATA + "/x, 404",
    "GET, /oauth/device_authorization, 404",
    "GET, /elsewhere, 404"
  })
  void otherMethodOrPath_isRefused(String method, String path, int status) {
    HttpResponse<String> response =
        desk.send(
            HttpRequest.newBuilder(desk.uri(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build());
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "127.0.0.1, 200",
    "[::1], 200",
    "evil.example, 400",
    "localhost.evil.example, 400",
    "127.0.0.1.evil.example, 400"
  })
  void foreignHostName_isRefused(String host, int status) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), desk.server.port())) {
      String request =
          "GET %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
              .formatted(Desk.METADATA, host, desk.server.port());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(response).startsWith("HTTP/1.1 " + status).doesNotContain("evil.example");
    }
  }

  @Test
  void hugeForm_isRefusedWithoutAStackTrace() {
    HttpResponse<String> response = desk.form(Desk.TOKEN, "grant_type", "x".repeat(200_000));
    assertThat(response.statusCode()).isBetween(400, 499);
    assertThat(response.body()).doesNotContain("Exception", "at org.");
  }

  @Test
  void portTaken_stopsTheStart() {
    var settings = Desk.settings(desk.server.port(), java.util.Set.of(Desk.RESOURCE));
    assertThatThrownBy(() -> EmbeddedAuthorizationServer.start(settings))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Integer.toString(desk.server.port()))
        .hasMessageContaining("choose another port");
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
