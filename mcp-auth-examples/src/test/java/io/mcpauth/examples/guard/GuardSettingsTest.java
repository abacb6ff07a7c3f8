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
import org.junit.jupiter.params.provider.CsvSource;
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

  private static GuardSettings casdoor(String... changes) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CASDOOR_URL", "https://door.example.com");
    environment.put("OAUTH_CLIENT_ID", "chatgpt");
    environment.put("OAUTH_CLIENT_SECRET", "hidden");
    environment.put("OAUTH_SCOPES", "read:application write:application openid offline_access");
    for (int i = 0; i < changes.length; i += 2) {
      environment.put(changes[i], changes[i + 1]);
    }
    return GuardSettings.from(SettingSource.environment(environment));
  }

  /** https://casdoor.org/docs/how-to-connect/mcp/connect-chatgpt: these four and nothing else. */
  @Test
  void fourVariablesOfCasdoorsGuide_areEnoughOnLoopback() {
    GuardSettings settings = casdoor();
    assertThat(settings.bind()).isEqualTo("loopback");
    assertThat(settings.target()).hasToString("https://door.example.com/api/mcp");
    assertThat(settings.credential()).isEqualTo(CredentialKind.CLIENT_CREDENTIALS);
    assertThat(settings.settings().words(Setting.REQUIRED_SCOPES))
        .containsExactly("read:application", "write:application", "openid");
    assertThat(settings.settings().values(Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE))
        .containsExactly("chatgpt");
    assertThat(settings.notes())
        .containsExactly(
            "CASDOOR_URL is taken as MCP_AUTH_ISSUER=https://door.example.com",
            "CASDOOR_URL is taken as MCP_AUTH_PROFILE=casdoor",
            "OAUTH_SCOPES is taken as MCP_AUTH_REQUIRED_SCOPES=read:application"
                + " write:application openid",
            "OAUTH_CLIENT_ID is taken as MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE=chatgpt",
            "That is for this computer alone: whatever server this client logs in to can use its"
                + " tokens here. For others set PUBLIC_BASE_URL, and tokens need the guard's URL"
                + " as aud");
  }

  /** A foreign name loosens nothing off loopback, nor where the library's own say something. */
  @ParameterizedTest
  @CsvSource({
    "PUBLIC_BASE_URL, https://mcp.example.com",
    "PUBLIC_BASE_URL, http://localhost:3000",
    "MCP_AUTH_RESOURCE, http://localhost:3000/mcp",
    "MCP_AUTH_AUDIENCE, api",
    "MCP_AUTH_REQUIRED_SCOPES, mcp",
    "MCP_AUTH_POLICY_FILE, policy.json"
  })
  void casdoorsNamesBesideAnother_trustNoClient(String name, String value) {
    GuardSettings settings = casdoor(name, value);
    assertThat(settings.settings().value(Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE)).isNull();
    boolean policy = name.equals("MCP_AUTH_POLICY_FILE");
    assertThat(settings.settings().value(Setting.REQUIRED_SCOPES) == null).isEqualTo(policy);
  }

  @ParameterizedTest
  @CsvSource({
    "MCP_AUTH_REQUIRED_SCOPES, mcp, MCP_AUTH_REQUIRED_SCOPES (environment)",
    "MCP_AUTH_AUDIENCE, api, MCP_AUTH_AUDIENCE (environment)",
    "PUBLIC_BASE_URL, https://e.example, 'PUBLIC_BASE_URL (environment, taken as"
        + " MCP_AUTH_RESOURCE)'"
  })
  void clientThatIsTrustedNoMore_isTold(String name, String value, String place) {
    assertThat(casdoor(name, value).notes())
        .last()
        .isEqualTo(
            "OAUTH_CLIENT_ID is not trusted instead of an audience, because "
                + place
                + " is set: tokens need the guard's URL as aud, or what MCP_AUTH_AUDIENCE says");
    assertThat(casdoor("MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE", "x").notes())
        .noneMatch(note -> note.contains("not trusted"));
  }

  @Test
  void casdoorBesideTheSameIssuerAndProfile_isNoContradiction() {
    GuardSettings settings =
        casdoor("MCP_AUTH_ISSUER", "https://door.example.com", "MCP_AUTH_PROFILE", "casdoor");
    assertThat(settings.settings().value(Setting.ISSUER)).isEqualTo("https://door.example.com");
  }

  /** They are what callers need; upstream nothing is asked for. */
  @Test
  void casdoorsScopesWithoutAClient_areThoseOfCallers() {
    GuardSettings settings =
        read(
            "MCP_AUTH_ISSUER", "-",
            "MCP_AUTH_REQUIRED_SCOPES", "-",
            "CASDOOR_URL", "https://door.example.com",
            "OAUTH_SCOPES", "a b");
    assertThat(settings.settings().words(Setting.REQUIRED_SCOPES)).containsExactly("a", "b");
    assertThat(settings.credential()).isEqualTo(CredentialKind.NONE);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                read(
                    "MCP_AUTH_ISSUER", "-",
                    "CASDOOR_URL", "https://door.example.com",
                    "OAUTH_SCOPES", "a b"))
        .withMessageStartingWith("OAUTH_SCOPES (environment) means nothing here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loopback", "127.0.0.1", "::1"})
  void casdoorsNamesOnALoopbackAddress_areEnough(String bind) {
    assertThat(casdoor("GUARD_BIND", bind).notes()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "0.0.0.0", "10.0.0.7"})
  void casdoorsNamesOffLoopback_needThePublicUrl(String bind) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> casdoor("GUARD_BIND", bind))
        .withMessageContaining("Write PUBLIC_BASE_URL");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> casdoor("GUARD_BIND", bind, "MCP_AUTH_REQUIRED_SCOPES", "mcp"))
        .withMessageContaining("Write PUBLIC_BASE_URL");
    GuardSettings settings =
        casdoor("GUARD_BIND", bind, "PUBLIC_BASE_URL", "https://mcp.example.com/");
    assertThat(settings.settings().value(Setting.RESOURCE))
        .isEqualTo("https://mcp.example.com/mcp");
  }

  /** A proxy on this computer serves it to others: each of them would bring the client's tokens. */
  @ParameterizedTest
  @CsvSource({
    "MCP_AUTH_ALLOWED_HOSTS, mcp.example.com",
    "MCP_AUTH_ALLOWED_HOSTS, 'localhost,10.0.0.7:8080'",
    "MCP_AUTH_ALLOWED_HOSTS, my_host",
    "MCP_AUTH_ALLOWED_ORIGINS, https://mcp.example.com",
    "MCP_AUTH_ALLOWED_ORIGINS, 'http://localhost:6274,http://localhost.example.com'"
  })
  void casdoorsNamesWithNamesOfOthers_needThePublicUrl(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> casdoor(name, value))
        .withMessageStartingWith(name + " (environment) is '" + value + "', but nothing says")
        .withMessageContaining("Write PUBLIC_BASE_URL");
    assertThat(
            casdoor(name, value, "PUBLIC_BASE_URL", "https://mcp.example.com")
                .settings()
                .value(Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE))
        .isNull();
  }

  @Test
  void casdoorsNamesWithLoopbackNames_areEnough() {
    assertThat(
            casdoor(
                    "MCP_AUTH_ALLOWED_HOSTS",
                    "localhost,[::1]:3000",
                    "MCP_AUTH_ALLOWED_ORIGINS",
                    "http://localhost:6274")
                .settings()
                .value(Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE))
        .isEqualTo("chatgpt");
  }

  /** Casdoor writes the client id into aud, unless the client sends resource. */
  @Test
  void tokenAsCasdoorWritesIt_isGrantedOnLoopbackAndOfOneClientAlone() throws Exception {
    try (RunningGuard running =
        RunningGuard.before(
            call -> call.answer("200 OK", "{}"),
            "MCP_AUTH_ISSUER",
            "",
            "MCP_AUTH_REQUIRED_SCOPES",
            "",
            "CASDOOR_URL",
            "{issuer}",
            "OAUTH_CLIENT_ID",
            "chatgpt",
            "OAUTH_CLIENT_SECRET",
            "hidden",
            "OAUTH_SCOPES",
            "read:application")) {
      assertThat(running.guard().url()).startsWith("http://localhost:").endsWith("/mcp");
      assertThat(status(running, "chatgpt", "chatgpt", "read:application")).isNotIn(401, 403);
      assertThat(status(running, running.guard().url(), "other", "read:application"))
          .isNotIn(401, 403);
      assertThat(status(running, "other", "other", "read:application")).isEqualTo(401);
      assertThat(status(running, "https://elsewhere.example", "chatgpt", "read:application"))
          .isEqualTo(401);
      assertThat(status(running, "chatgpt", "chatgpt", "openid")).isEqualTo(403);
    }
  }

  private static int status(RunningGuard running, String audience, String client, String scope)
      throws Exception {
    String token = running.issuer().token(audience).scopes(scope).claim("azp", client).mint();
    try (Wire wire = running.connect()) {
      wire.write(Wire.request("POST", CALL, "Authorization: Bearer " + token));
      return wire.head().status();
    }
  }

  /** The variables of the guide that sets up Auth0 for ChatGPT. */
  @Test
  void variablesOfAuth0sGuide_areUnderstood() {
    GuardSettings settings =
        read(
            "MCP_AUTH_ISSUER",
            "-",
            "AUTH_MODE",
            "oauth",
            "PUBLIC_BASE_URL",
            "https://your-domain.ddns.net",
            "AUTH0_DOMAIN",
            "your-tenant.us.auth0.com",
            "AUTH0_AUDIENCE",
            "https://your-domain.ddns.net/mcp");
    assertThat(settings.bind()).isEqualTo("all");
    assertThat(settings.notes())
        .containsExactly(
            "AUTH_MODE is taken as MCP_AUTH_MODE=oauth",
            "PUBLIC_BASE_URL is taken as MCP_AUTH_RESOURCE=https://your-domain.ddns.net/mcp",
            "AUTH0_DOMAIN is taken as MCP_AUTH_ISSUER=https://your-tenant.us.auth0.com/",
            "AUTH0_DOMAIN is taken as MCP_AUTH_PROFILE=auth0",
            "AUTH0_AUDIENCE is taken as MCP_AUTH_AUDIENCE=https://your-domain.ddns.net/mcp");
  }

  @Test
  void foreignNameThatSaysTheSame_isNoContradiction() {
    assertThat(
            read(
                    "MCP_AUTH_RESOURCE",
                    "https://mcp.example.com/mcp",
                    "PUBLIC_BASE_URL",
                    "https://mcp.example.com/")
                .notes())
        .hasSize(1);
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
            "which means MCP_AUTH_ISSUER=https://d.example, but MCP_AUTH_ISSUER (environment) says",
            "CASDOOR_URL",
            "https://d.example"),
        mistake(
            "CASDOOR_URL (environment): Issuer 'http://d.example'",
            "MCP_AUTH_ISSUER",
            "-",
            "CASDOOR_URL",
            "http://d.example"),
        mistake("AUTH_MODE (environment) is 'none', and would", "AUTH_MODE", "none"),
        mistake("own name, MCP_AUTH_MODE.", "AUTH_MODE", "None"),
        mistake("is no domain", "MCP_AUTH_ISSUER", "-", "AUTH0_DOMAIN", "https://t.auth0.com"),
        mistake(
            "which means MCP_AUTH_ISSUER=https://t.auth0.com/, but MCP_AUTH_ISSUER (environment)",
            "AUTH0_DOMAIN",
            "t.auth0.com"),
        mistake(
            "which means MCP_AUTH_AUDIENCE=a, but MCP_AUTH_AUDIENCE (environment) says",
            "AUTH0_AUDIENCE",
            "a",
            "MCP_AUTH_AUDIENCE",
            "b"),
        mistake(
            "PUBLIC_BASE_URL (environment) is 'https://e.example', which means",
            "PUBLIC_BASE_URL",
            "https://e.example",
            "MCP_AUTH_RESOURCE",
            "https://e.example/api/mcp"),
        mistake("is the endpoint already", "PUBLIC_BASE_URL", "https://e.example/mcp"),
        mistake(
            "PUBLIC_BASE_URL (environment): Resource 'http://e.example/mcp': plain http",
            "PUBLIC_BASE_URL",
            "http://e.example"),
        mistake(
            "AUTH0_DOMAIN (environment) means nothing here: CASDOOR_URL (environment) names",
            "MCP_AUTH_ISSUER",
            "-",
            "CASDOOR_URL",
            "https://d.example",
            "AUTH0_DOMAIN",
            "t.auth0.com"),
        mistake(
            "'/api/mcp', which is for a resource that is an origin. Write MCP_AUTH_RESOURCE as",
            "MCP_AUTH_ENDPOINT_PATH",
            "/api/mcp"),
        withClient("OAUTH_SCOPES (environment) is 'a,b', which has a comma", "OAUTH_SCOPES", "a,b"),
        mistake(
            "OAUTH_SCOPES (environment, taken as MCP_AUTH_REQUIRED_SCOPES): Scope 'a\\b' is not",
            "MCP_AUTH_ISSUER",
            "-",
            "MCP_AUTH_REQUIRED_SCOPES",
            "-",
            "CASDOOR_URL",
            "https://d.example",
            "OAUTH_SCOPES",
            "a\\b"),
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
            "which means MCP_AUTH_PROFILE=casdoor, but MCP_AUTH_PROFILE (environment) says",
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
        withClient(
            "MCP_AUTH_PROXY_TOKEN_PROFILE (environment) is 'google-iap', but GUARD_CREDENTIAL is",
            "MCP_AUTH_PROXY_TOKEN_PROFILE",
            "google-iap",
            "GUARD_CREDENTIAL",
            "token_exchange"),
        withClient(
            "MCP_AUTH_PROXY_TOKEN_HEADER (environment) is 'X-Who', but GUARD_CREDENTIAL is",
            "MCP_AUTH_PROXY_TOKEN_HEADER",
            "X-Who",
            "MCP_AUTH_PROXY_TOKEN_ISSUER",
            "https://proxy.example",
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

  /** Somebody else on this computer could have the other address of localhost. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "[::1]"})
  void oneAddressOfLocalhost_isBoth(String bind) {
    assertThat(read("GUARD_BIND", bind).bind()).isEqualTo("loopback");
    assertThat(read("MCP_AUTH_RESOURCE", "http://localhost:3000/mcp", "GUARD_BIND", bind).bind())
        .isEqualTo("loopback");
    assertThat(read("MCP_AUTH_RESOURCE", "http://127.0.0.1:3000/mcp", "GUARD_BIND", bind).bind())
        .isEqualTo(bind);
  }
}
