package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.examples.authserver.Browser;
import io.mcpauth.examples.authserver.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The guard with an issuer of its own, to be tried without an identity provider. */
class DevelopmentIssuerTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String REDIRECT = "http://localhost:7777/callback";

  /** The pair of RFC 7636 appendix B. */
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  @TempDir Path directory;

  private static GuardSettings read(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TARGET_URL", "http://127.0.0.1:4000/mcp");
    environment.put("MCP_AUTH_DEV", "true");
    environment.put("PORT", "0");
    environment.put("GUARD_DEV_PORT", "0");
    environment.put("GUARD_TARGET_CHECK_SECONDS", "0");
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    environment.values().removeIf(String::isEmpty);
    return GuardSettings.from(SettingSource.environment(environment));
  }

  @Test
  void targetAndDev_areEnough() {
    GuardSettings settings = read();
    assertThat(settings.bind()).isEqualTo("loopback");
    assertThat(settings.settings().words(Setting.REQUIRED_SCOPES)).containsExactly("mcp");
    assertThat(settings.notes())
        .containsExactly("MCP_AUTH_DEV is taken as MCP_AUTH_REQUIRED_SCOPES=mcp");
    assertThat(read("MCP_AUTH_REQUIRED_SCOPES", "notes").notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "MCP_AUTH_ISSUER, https://login.example.com",
    "MCP_AUTH_SERVER, container",
    "CASDOOR_URL, https://door.example.com",
    "AUTH0_DOMAIN, t.auth0.com",
    "MCP_AUTH_AUDIENCE, api",
    "MCP_AUTH_JWKS_URI, https://login.example.com/jwks",
    "OAUTH_CLIENT_ID, guard"
  })
  void anotherIssuerBesideIt_stopsTheStart(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(name, value))
        .withMessage(
            name
                + " (environment) means nothing here: MCP_AUTH_DEV (environment) starts an issuer"
                + " of the guard's own. Remove "
                + name
                + ".");
  }

  /** Nor does a setting of a server of the application's own, which would go unheard. */
  @Test
  void settingOfAnotherServer_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GuardServer.start(read("MCP_AUTH_SERVER_CONSENT", "always")).close())
        .withMessageContaining("MCP_AUTH_SERVER_CONSENT (environment) means nothing here");
  }

  @ParameterizedTest
  @CsvSource({
    "MCP_AUTH_RESOURCE, https://mcp.example.com/mcp",
    "PUBLIC_BASE_URL, https://mcp.example.com",
    "GUARD_BIND, all",
    "GUARD_BIND, 10.0.0.7",
    "MCP_AUTH_ALLOWED_HOSTS, 'localhost,mcp.example.com'",
    "MCP_AUTH_ALLOWED_ORIGINS, https://app.example.com"
  })
  void guardForOthers_stopsTheStart(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(name, value))
        .withMessageContaining("but MCP_AUTH_DEV is for this computer alone")
        .withMessageContaining("write MCP_AUTH_ISSUER instead");
  }

  @ParameterizedTest
  @CsvSource({"GUARD_DEV_PORT, 9001", "GUARD_DEV_PASSWORD, hidden", "GUARD_DEV_ROLES, editor"})
  void settingOfItWithoutIt_stopsTheStart(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("MCP_AUTH_DEV", "", "GUARD_DEV_PORT", "", "PORT", "0", name, value))
        .withMessage(
            name
                + " (environment) means nothing here: MCP_AUTH_DEV is not 'true', so none starts."
                + " Remove "
                + name
                + ".");
  }

  @Test
  void portThatIsTaken_isNamed() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(other.getLocalPort());
      assertThatIllegalStateException()
          .isThrownBy(() -> GuardServer.start(read("GUARD_DEV_PORT", port)).close())
          .withMessageStartingWith(
              "GUARD_DEV_PORT: port " + port + " on loopback cannot be opened");
    }
  }

  @Test
  void commandsBesideIt_knowItsIssuer() {
    assertThat(DevelopmentIssuer.issuers(read("GUARD_DEV_PORT", "").settings()))
        .containsExactly(Set.of("http://localhost:9000"));
    assertThat(DevelopmentIssuer.issuers(read().settings())).isEmpty();
  }

  /** From nothing to a granted call, as a client does it that knows the guard's URL alone. */
  @Test
  void client_logsInAndCallsTheTarget() throws Exception {
    Path policy =
        Files.writeString(
            directory.resolve("policy.json"),
            """
            {
              "scopes": {"notes:read": {"name": "Read notes", "description": "All of yours"}},
              "tools": {
                "read_note": ["notes:read"],
                "write_note": {"scopes": ["notes:write"], "roles": ["editor"]}
              }
            }
            """);
    try (RawTarget target = new RawTarget(call -> call.answer("200 OK", "{\"it\":\"answers\"}"));
        GuardServer guard =
            GuardServer.start(
                read(
                    "TARGET_URL",
                    target.url(),
                    "MCP_AUTH_POLICY_FILE",
                    policy.toString(),
                    "GUARD_DEV_ROLES",
                    "editor,owner",
                    "GUARD_DEV_PASSWORD",
                    "correct horse"))) {
      Login login = Objects.requireNonNull(guard.login());
      assertThat(login.editor().words()).isEqualTo("demo with your password");
      assertThat(metadata(guard)).contains(login.issuer());
      assertThat(call(guard, null, "read_note")).isEqualTo(401);
      String all = "notes:read notes:write";
      String reader = token(guard, login, login.editor(), "notes:read");
      assertThat(call(guard, reader, "read_note")).isEqualTo(200);
      assertThat(call(guard, reader, "write_note")).isEqualTo(403);
      String editor = token(guard, login, login.editor(), all);
      assertThat(call(guard, editor, "write_note")).isEqualTo(200);
      String guest = token(guard, login, login.guest(), all);
      assertThat(call(guard, guest, "read_note")).isEqualTo(200);
      assertThat(call(guard, guest, "write_note")).isEqualTo(403);
      assertThat(target.calls()).isEqualTo(3);
    }
  }

  /** What the target is told has nothing of the caller's login. */
  @Test
  void passwordOfAStart_isNewEachTime() {
    try (GuardServer one = GuardServer.start(read());
        GuardServer other = GuardServer.start(read())) {
      Login login = Objects.requireNonNull(one.login());
      assertThat(login.editor().words()).startsWith("demo with password ");
      assertThat(login.guest().password()).isNotEqualTo(login.editor().password());
      assertThat(Objects.requireNonNull(other.login()).editor().password())
          .isNotEqualTo(login.editor().password());
    }
  }

  private static String metadata(GuardServer guard) throws Exception {
    String path = "/.well-known/oauth-protected-resource/mcp";
    return send(HttpRequest.newBuilder(URI.create(guard.url()).resolve(path))).body();
  }

  private static int call(GuardServer guard, @Nullable String token, String tool)
      throws IOException {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}"
            .formatted(tool);
    String[] headers =
        token == null ? new String[0] : new String[] {"Authorization: Bearer " + token};
    try (Wire wire = new Wire(new Socket(InetAddress.getLoopbackAddress(), guard.port()))) {
      wire.write(Wire.request("POST", body, headers));
      return wire.head().status();
    }
  }

  private static String token(GuardServer guard, Login login, Login.Account account, String scopes)
      throws Exception {
    URI issuer = URI.create(login.issuer());
    JsonNode at =
        JSON.readTree(
            send(HttpRequest.newBuilder(issuer.resolve("/.well-known/oauth-authorization-server")))
                .body());
    String client =
        JSON.readTree(
                send(post(
                        at.get("registration_endpoint").stringValue(),
                        "application/json",
                        """
                        {"redirect_uris": ["%s"], "token_endpoint_auth_method": "none"}
                        """
                            .formatted(REDIRECT)))
                    .body())
            .get("client_id")
            .stringValue();
    String request =
        form(
            Map.of(
                "response_type", "code",
                "client_id", client,
                "redirect_uri", REDIRECT,
                "scope", scopes,
                "resource", guard.url(),
                "code_challenge", CHALLENGE,
                "code_challenge_method", "S256"));
    Browser browser = new Browser();
    HttpResponse<String> consent =
        browser.open(
            URI.create(at.get("authorization_endpoint").stringValue() + "?" + request),
            account.user(),
            account.password());
    assertThat(consent.body()).contains("Read notes: All of yours");
    URI back = Browser.location(browser.decide(consent, "allow"));
    String code = back.getRawQuery().replaceAll("(^|.*&)code=([^&]*).*", "$2");
    return JSON.readTree(
            send(post(
                    at.get("token_endpoint").stringValue(),
                    "application/x-www-form-urlencoded",
                    form(
                            Map.of(
                                "grant_type", "authorization_code",
                                "client_id", client,
                                "redirect_uri", REDIRECT,
                                "code_verifier", VERIFIER))
                        + "&code="
                        + code))
                .body())
        .get("access_token")
        .stringValue();
  }

  private static HttpRequest.Builder post(String uri, String type, String body) {
    return HttpRequest.newBuilder(URI.create(uri))
        .header("Content-Type", type)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }
}
