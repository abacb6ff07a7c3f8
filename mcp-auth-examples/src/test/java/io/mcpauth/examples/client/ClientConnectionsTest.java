package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.error.ClientException;
import io.mcpauth.examples.PrivateNetwork;
import io.mcpauth.examples.client.ScriptedServers.Reply;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client and an authorization server that is reached by a proxy, or whom nobody knows. */
class ClientConnectionsTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private PrivateNetwork network;

  @BeforeEach
  void start() throws Exception {
    network = new PrivateNetwork(directory);
  }

  @AfterEach
  void stop() throws Exception {
    network.close();
  }

  @Test
  void serverOfAPrivateAuthority_isReachedWithTheTrustStoreThatTheMessageNames() {
    assertThat(run(network.origin(), "MCP_AUTH_PROXY", "none")).isEqualTo(1);
    assertThat(said.toString(UTF_8)).contains("set MCP_AUTH_TRUST_STORE");
    assertThat(
            run(
                network.origin(),
                "MCP_AUTH_PROXY",
                "none",
                "MCP_AUTH_TRUST_STORE",
                network.trustStore()))
        .as(said.toString(UTF_8))
        .isZero();
    assertThat(asked).containsExactly("register", "token");
  }

  @Test
  void serverBehindAProxy_isReachedForMetadataRegistrationAndTokens() {
    assertThat(
            run(
                network.originBehindTheProxy(),
                "MCP_AUTH_PROXY",
                network.proxy(),
                "MCP_AUTH_TRUST_STORE",
                network.trustStore()))
        .as(said.toString(UTF_8))
        .isZero();
    assertThat(asked).containsExactly("register", "token");
    assertThat(network.tunnels())
        .containsExactly("app.example:443", "app.example:443", "app.example:443");
  }

  @Test
  void identityProviderOfAnEnterprise_isReachedSo() {
    network.answer("/idp", form -> noted("idp", "{}"));
    int status =
        runWith(
            "enterprise",
            network.origin(),
            "MCP_AUTH_PROXY",
            "none",
            "MCP_AUTH_TRUST_STORE",
            network.trustStore(),
            "MCP_CLIENT_ID",
            "me",
            "MCP_CLIENT_ID_TOKEN",
            "aaaa.bbbb.cccc",
            "MCP_CLIENT_IDP_ISSUER",
            network.origin(),
            "MCP_CLIENT_IDP_TOKEN_ENDPOINT",
            network.origin() + "/idp",
            "MCP_CLIENT_IDP_CLIENT_ID",
            "me-there");
    assertThat(asked).containsExactly("idp");
    assertThat(status).as("it gave no assertion").isEqualTo(1);
  }

  @Test
  void settingsOfAServer_areNotInTheWayButMistakenOnesAre() {
    String[] trusting = {
      "MCP_AUTH_PROXY",
      "none",
      "MCP_AUTH_TRUST_STORE",
      network.trustStore(),
      "MCP_AUTH_RESOURCE",
      "https://mcp.example.com/mcp",
      "MCP_AUTH_JWKS_FILE",
      "/no/such/file"
    };
    assertThat(run(network.origin(), trusting)).as(said.toString(UTF_8)).isZero();
    assertThat(run(network.origin(), "MCP_AUTH_TRUST_STROE", "x")).isEqualTo(2);
    assertThat(said.toString(UTF_8)).contains("Write MCP_AUTH_TRUST_STORE");
    assertThat(run(network.origin(), "MCP_AUTH_TRUST_STORE", "/no/such/file")).isEqualTo(2);
    assertThat(said.toString(UTF_8)).contains("mcp-client: MCP_AUTH_TRUST_STORE (environment): ");
  }

  private int run(String issuer, String... environment) {
    return runWith("user", issuer, environment);
  }

  private int runWith(String grant, String issuer, String... environment) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    serve(issuer);
    PrintStream err = new PrintStream(said, true, UTF_8);
    try (ScriptedServers servers =
        new ScriptedServers((token, call) -> token.equals("t0ken") ? 200 : 401, true)) {
      servers.with(
          (path, parameters) ->
              path.startsWith("/.well-known/oauth-protected-resource")
                  ? new Reply(
                      200,
                      "{\"resource\":\"%s\",\"authorization_servers\":[\"%s\"]}"
                          .formatted(servers.url(), issuer))
                  : null);
      return ClientMain.run(
          List.of("--revision", "2026-07-28", "--grant", grant, servers.url()),
          variables,
          new Agreeing(),
          err,
          err);
    }
  }

  private void serve(String issuer) {
    network.answer(
        "/.well-known/oauth-authorization-server",
        body ->
            """
            {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize",
             "token_endpoint":"%1$s/token","registration_endpoint":"%1$s/register",
             "response_types_supported":["code"],"code_challenge_methods_supported":["S256"],
             "token_endpoint_auth_methods_supported":["none"]}
            """
                .formatted(issuer));
    network.answer(
        "/register",
        body -> noted("register", "{\"client_id\":\"me\"," + body.strip().substring(1)));
    network.answer(
        "/token",
        form ->
            noted(
                "token",
                "{\"access_token\":\"t0ken\",\"token_type\":\"Bearer\",\"expires_in\":3600}"));
  }

  private String noted(String what, String answer) {
    asked.add(what);
    return answer;
  }

  /** A user who says yes to everything, without a browser. */
  private static final class Agreeing implements UserAgent {
    @Override
    public URI redirectUri() {
      return URI.create("http://127.0.0.1:7777/callback");
    }

    @Override
    public AuthorizationCode authorize(AuthorizationRequest request) throws ClientException {
      return request
          .pending()
          .accept(
              URI.create(redirectUri() + "?code=c&state=" + request.pending().state()),
              Instant.now());
    }
  }
}
