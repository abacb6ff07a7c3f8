package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read, and what stops the start. */
class GuardSettingsTest {
  private static final Map<String, String> LEAST =
      Map.of(
          "TARGET_URL", "http://10.0.0.7:4000/mcp",
          "MCP_AUTH_ISSUER", "https://login.example.com",
          "MCP_AUTH_REQUIRED_SCOPES", "mcp",
          "PORT", "0");

  @TempDir Path directory;

  private static GuardSettings read(String... changes) {
    Map<String, String> environment = new HashMap<>(LEAST);
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1].equals("-")) {
        environment.remove(changes[i]);
      } else {
        environment.put(changes[i], changes[i + 1]);
      }
    }
    return GuardSettings.from(SettingSource.environment(environment));
  }

  @Test
  void leastSettings_haveDefaults() {
    GuardSettings settings = read("PORT", "-", "PATH", "/bin", "OTHER", "");
    assertThat(settings.port()).isEqualTo(3000);
    assertThat(settings.bind()).isEqualTo("loopback");
    assertThat(settings.targetTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.identityHeaders()).isFalse();
    assertThat(settings.credential()).isEqualTo(CredentialKind.NONE);
  }

  @Test
  void publicResource_isServedOnEveryAddress() {
    assertThat(read("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp").bind()).isEqualTo("all");
    assertThat(read("MCP_AUTH_RESOURCE", "http://127.0.0.1:3000/mcp").bind()).isEqualTo("loopback");
    assertThat(
            read("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp", "GUARD_BIND", "10.0.0.1")
                .bind())
        .isEqualTo("10.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://door.example.com", "https://door.example.com/"})
  void namesOfCasdoorsGuide_areEnoughWithTheScopes(String casdoor) {
    GuardSettings settings =
        GuardSettings.from(
            SettingSource.environment(
                Map.of(
                    "CASDOOR_URL", casdoor,
                    "OAUTH_CLIENT_ID", "guard",
                    "OAUTH_CLIENT_SECRET", "hidden",
                    "OAUTH_SCOPES", "read:application write:application",
                    "PORT", "8081",
                    "MCP_AUTH_REQUIRED_SCOPES", "read:application")));
    assertThat(settings.target()).hasToString("https://door.example.com/api/mcp");
    assertThat(settings.settings().values(Setting.ISSUER))
        .containsExactly("https://door.example.com");
    assertThat(settings.settings().value(Setting.PROFILE)).isEqualTo("casdoor");
    assertThat(settings.port()).isEqualTo(8081);
    assertThat(settings.credential()).isEqualTo(CredentialKind.CLIENT_CREDENTIALS);
    assertThat(settings.settings().words(GuardSetting.OAUTH_SCOPES))
        .containsExactly("read:application", "write:application");
    assertThat(settings.toString()).doesNotContain("hidden");
  }

  @Test
  void targetBesideCasdoor_isTheTarget() {
    assertThat(read("CASDOOR_URL", "https://door.example.com", "MCP_AUTH_ISSUER", "-").target())
        .hasToString("http://10.0.0.7:4000/mcp");
  }

  @Test
  void secretInAFile_isReadWithoutItsLineBreak() throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), "from-file\n");
    GuardSettings settings =
        read("OAUTH_CLIENT_ID", "guard", "OAUTH_CLIENT_SECRET_FILE", file.toString());
    assertThat(settings.settings().value(GuardSetting.OAUTH_CLIENT_SECRET)).isEqualTo("from-file");
  }

  @Test
  void systemProperty_winsOverTheEnvironmentAndHoldsNoSecret() {
    SettingSource environment = SettingSource.environment(LEAST);
    Properties properties = new Properties();
    properties.setProperty("PORT", "1");
    assertThat(GuardSettings.from(SettingSource.systemProperties(properties), environment).port())
        .isEqualTo(1);
    properties.setProperty("OAUTH_CLIENT_SECRET", "hidden");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> GuardSettings.from(SettingSource.systemProperties(properties), environment))
        .withMessageStartingWith("OAUTH_CLIENT_SECRET (system property) is a secret")
        .withMessageNotContaining("hidden");
  }

  /** One that the resource server reads, and each that the filter does. */
  @Test
  void settingsOfTheLibrary_haveTheirEffect() throws Exception {
    String body = "x".repeat(300);
    try (RunningGuard running =
            RunningGuard.before(
                call -> call.answer("200 OK", "{}"),
                "MCP_AUTH_REALM",
                "inner",
                "MCP_AUTH_APPLICATION",
                "files",
                "MCP_AUTH_MIRROR_AUTHORIZATION_SERVER_METADATA",
                "true",
                "MCP_AUTH_METADATA_SIGNING_KEY",
                new ECKeyGenerator(Curve.P_256).keyID("1").generate().toJSONString(),
                "MCP_AUTH_MAX_BODY_BYTES",
                "200");
        Wire large = running.send("POST", body);
        Wire client = running.connect()) {
      assertThat(large.head().status()).isEqualTo(413);
      client.write(Wire.request("POST", CALL));
      Wire.Head challenge = client.head();
      assertThat(challenge.header("www-authenticate")).contains("realm=\"inner\"");
      assertThat(client.text(challenge)).isNotEmpty();
      client.write(get("/.well-known/files/oauth-protected-resource"));
      assertThat(client.text(client.head())).contains("\"signed_metadata\":");
      client.write(get("/.well-known/oauth-authorization-server"));
      assertThat(client.head().status()).isEqualTo(503); // a mirror of metadata without a login
      assertThat(running.target().calls()).isZero();
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("TARGET_URL is not set", "TARGET_URL", "-"),
        mistake("TARGET_URL (environment) is no absolute http", "TARGET_URL", "localhost:4000"),
        mistake("TARGET_URL (environment) is no absolute http", "TARGET_URL", "ftp://host/mcp"),
        mistake("TARGET_URL (environment) is no URL", "TARGET_URL", "http://host/mcp?key=hidden|"),
        mistake("TARGET_URL (environment) has user", "TARGET_URL", "http://user:hidden@host/mcp"),
        mistake("TARGET_URL (environment) has user-info", "TARGET_URL", "http://host/mcp#part"),
        mistake("MCP_AUTH_ISSUER is not set", "MCP_AUTH_ISSUER", "-"),
        mistake(
            "MCP_AUTH_ISSUER (environment) means nothing here: CASDOOR_URL (environment) names",
            "CASDOOR_URL",
            "https://d.example"),
        mistake(
            "CASDOOR_URL (environment): Issuer 'http://d.example'",
            "MCP_AUTH_ISSUER",
            "-",
            "CASDOOR_URL",
            "http://d.example"),
        mistake("MCP_AUTH_POLICY_FILE is not set", "MCP_AUTH_REQUIRED_SCOPES", "-"),
        mistake("are two policies", "MCP_AUTH_POLICY_FILE", "policy.json"),
        mistake("Write MCP_AUTH_AUDIENCE", "MCP_AUTH_AUDIENC", "x"),
        mistake("GUARD_IDENTITY (environment) is not a setting", "GUARD_IDENTITY", "x"),
        mistake("MCP_AUTH_MODE (environment) is 'none', and nothing", "MCP_AUTH_MODE", "none"),
        mistake("MCP_AUTH_MODE (environment) is 'off', which is no", "MCP_AUTH_MODE", "off"),
        mistake("MCP_AUTH_OPEN_PATHS (environment) means", "MCP_AUTH_OPEN_PATHS", "/mcp"),
        mistake("MCP_AUTH_WELL_KNOWN_MAPPED (env", "MCP_AUTH_WELL_KNOWN_MAPPED", "true"),
        mistake("Write 'https://e.example/mcp'", "MCP_AUTH_RESOURCE", "https://e.example"),
        mistake("plain http is only for loop", "MCP_AUTH_RESOURCE", "http://e.example/mcp"),
        mistake("PORT (environment) is empty", "PORT", " "),
        mistake("PORT (environment) is '70000'", "PORT", "70000"),
        mistake("GUARD_IDENTITY_HEADERS (environment) is 'yes'", "GUARD_IDENTITY_HEADERS", "yes"),
        mistake("is '0', which is no whole number", "GUARD_TARGET_TIMEOUT_SECONDS", "0"),
        mistake("GUARD_PASS_HEADERS (environment): 'Cookie'", "GUARD_PASS_HEADERS", "Cookie"),
        mistake(
            "GUARD_PASS_RESPONSE_HEADERS (environment): 'NEL'",
            "GUARD_PASS_RESPONSE_HEADERS",
            "NEL"),
        mistake("GUARD_CREDENTIAL (environment) is 'own'", "GUARD_CREDENTIAL", "own"),
        mistake("OAUTH_SCOPES (environment) means nothing", "OAUTH_SCOPES", "a b"),
        mistake("OAUTH_CLIENT_SECRET (environment) means nothing", "OAUTH_CLIENT_SECRET", "hidden"),
        mistake("needs a client of its own", "GUARD_CREDENTIAL", "token_exchange"),
        mistake("needs a client of its own", "OAUTH_CLIENT_ID", "guard"),
        mistake(
            "OAUTH_CLIENT_ID (environment) means nothing here: GUARD_CREDENTIAL (env",
            "OAUTH_CLIENT_ID",
            "x",
            "GUARD_CREDENTIAL",
            "none"),
        withClient(
            "OAUTH_CLIENT_SECRET (environment) and OAUTH_CLIENT_SECRET_FILE (environment) are the",
            "OAUTH_CLIENT_SECRET_FILE",
            "x"),
        withClient("OAUTH_CLIENT_SECRET (environment): ", "OAUTH_CLIENT_SECRET", "hidden\n"),
        withClient("is 'a  b', which has more than a space", "OAUTH_SCOPES", "a  b"),
        withClient("GUARD_TARGET_RESOURCE (environment) is 'a b'", "GUARD_TARGET_RESOURCE", "a b"),
        withClient("GUARD_TARGET_RESOURCE (environment): Res", "GUARD_TARGET_RESOURCE", "files"),
        withClient("GUARD_TOKEN_ENDPOINT (environment) is no", "GUARD_TOKEN_ENDPOINT", "/token"),
        withClient(
            "GUARD_TOKEN_ENDPOINT (environment): Token", "GUARD_TOKEN_ENDPOINT", "http://e.test/t"),
        withClient(
            "MCP_AUTH_PROFILE (environment) means nothing",
            "MCP_AUTH_ISSUER",
            "-",
            "CASDOOR_URL",
            "https://d.example",
            "MCP_AUTH_PROFILE",
            "keycloak"),
        withClient(
            "but GUARD_CREDENTIAL is 'token_exchange'",
            "MCP_AUTH_ISSUER",
            "https://a.example,https://b.example",
            "GUARD_CREDENTIAL",
            "token_exchange"),
        mistake(
            "OAUTH_CLIENT_SECRET_FILE (environment) is 'no-such', which does not exist",
            "OAUTH_CLIENT_SECRET_FILE",
            "no-such"));
  }

  private static Arguments withClient(String message, String... changes) {
    List<String> all =
        new ArrayList<>(List.of("OAUTH_CLIENT_ID", "guard", "OAUTH_CLIENT_SECRET", "hidden"));
    all.addAll(List.of(changes));
    return mistake(message, all.toArray(String[]::new));
  }

  private static Arguments mistake(String message, String... changes) {
    return Arguments.of(message, changes);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_stopsTheStartAndSaysWhatToWrite(String message, String[] changes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GuardServer.start(read(changes)).close())
        .withMessageContaining(message)
        .withMessageMatching("(?s).*(Write|Remove|Put) .*")
        .withMessageNotContaining("hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "Cookie",
        "Connection",
        "Transfer-Encoding",
        "Accept-Encoding",
        "X-API-Key",
        "X_Tenant",
        "X-Forwarded-For",
        "X-HTTP-Method-Override",
        "X-MCP-Auth-Subject",
        "X-Consumer-Username",
        "Groups",
        "Mcp-Sub",
        "Mcp-Principal",
        "Mcp-Scopes",
        "Mcp-Auth-Subject",
        "Mcp-User-Email"
      })
  void headerThatNoCallerMaySet_stopsTheStart(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RequestHeaders.with(List.of("X-Tenant", name)))
        .withMessageContaining("'" + name + "' ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mcp-Method", "mcp-name", "Mcp-Param-Region"})
  void headerThatRepeatsTheBody_isNoneForTheList(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RequestHeaders.with(List.of(name)))
        .withMessageContaining("'" + name + "' repeats the body")
        .withMessageContaining("paramHeaders");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Set-Cookie",
        "WWW-Authenticate",
        "Location",
        "NEL",
        "Report-To",
        "Reporting-Endpoints",
        "Strict-Transport-Security",
        "Access-Control-Allow-Origin",
        "X-Accel-Redirect",
        "X-MCP-Auth-Subject",
        "X_Twice"
      })
  void headerThatNoTargetMaySet_stopsTheStart(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResponseHeaders.with(List.of("X-Twice", name)))
        .withMessageContaining("'" + name + "' ");
  }

  @Test
  void headerThatIsOnTheListAnyway_isNoMistake() {
    assertThatCode(() -> RequestHeaders.with(RequestHeaders.STANDARD)).doesNotThrowAnyException();
    assertThatCode(() -> ResponseHeaders.with(ResponseHeaders.STANDARD)).doesNotThrowAnyException();
  }

  @Test
  void guardOfItself_stopsTheStart() {
    GuardSettings settings =
        read(
            "TARGET_URL", "http://localhost:1/mcp",
            "MCP_AUTH_RESOURCE", "http://localhost:1/mcp");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GuardServer.start(settings))
        .withMessageContaining("would call itself");
  }
}
