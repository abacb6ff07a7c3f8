package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.time.Clock;
import java.util.List;

/** An authorization server that knows service accounts; whom it does not know, it refuses. */
final class AccountProvider implements AutoCloseable {
  private static final String TOKEN = "/token";

  private final WireMockServer web =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
  private final TestIssuer keys;

  AccountProvider(Clock clock) {
    keys = TestIssuer.start(clock);
    web.start();
    takes("[\"client_secret_basic\",\"client_secret_post\"]");
    answers(refusal(401, "invalid_client"));
  }

  static ResponseDefinitionBuilder refusal(int status, String error) {
    return okJson("{\"error\":\"" + error + "\"}").withStatus(status);
  }

  /** What its metadata says of how clients prove themselves. */
  void takes(String methods) {
    web.stubFor(
        get(urlEqualTo("/.well-known/oauth-authorization-server"))
            .willReturn(
                okJson(
                    """
                    {"issuer":"%1$s","jwks_uri":"%2$s","token_endpoint":"%1$s/token",\
                    "response_types_supported":["code"],\
                    "code_challenge_methods_supported":["S256"],\
                    "token_endpoint_auth_methods_supported":%3$s}
                    """
                        .formatted(issuer(), keys.jwksUri(), methods))));
  }

  /** What everybody gets from now on. */
  void answers(ResponseDefinitionBuilder answer) {
    web.stubFor(any(urlEqualTo(TOKEN)).willReturn(answer));
  }

  /** Gives this account this token from now on, and nobody else. */
  void account(String id, String secret, String token, int expiresIn) {
    web.stubFor(
        post(urlEqualTo(TOKEN)).withBasicAuth(id, secret).willReturn(good(token, expiresIn)));
  }

  static ResponseDefinitionBuilder good(String token, int expiresIn) {
    return okJson(
        "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
            .formatted(token, expiresIn));
  }

  /** A token of a client with these scopes. */
  TestIssuer.Token token(String client, String... scopes) {
    return keys.token(ProtectedServer.RESOURCE)
        .claim("iss", issuer())
        .claim("sub", client)
        .claim("client_id", client)
        .scopes(scopes);
  }

  /** What its token endpoint was asked. */
  List<LoggedRequest> asked() {
    return web.findAll(postRequestedFor(urlEqualTo(TOKEN)));
  }

  String issuer() {
    return "http://127.0.0.1:" + web.port();
  }

  AuthorizationServer server() {
    return AuthorizationServer.of(issuer());
  }

  @Override
  public void close() {
    web.stop();
    keys.close();
  }
}
