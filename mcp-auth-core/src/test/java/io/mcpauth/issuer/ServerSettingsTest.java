package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessStatus;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.ConfiguredServers;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.seal.SealKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An authorization server by settings, beside the resource server that accepts its tokens. */
class ServerSettingsTest {
  private static final String ISSUER = "https://mcp.example.com";

  private static final byte[] SEAL_KEY = Opaque.sha256("of a test");

  @TempDir private Path directory;

  /**
   * What a setting does.
   *
   * @param value what it is set to
   * @param seen what can be seen of it
   * @param expected what is then seen, and not before
   */
  private record Effect(String value, Function<ServerSetup, Object> seen, Object expected) {}

  private Map<Setting, Effect> effects() {
    Map<Setting, Effect> effects = new EnumMap<>(Setting.class);
    effects.put(
        Setting.SERVER_ISSUER,
        new Effect("https://mcp.example.com/app", s -> s.issuer(), "https://mcp.example.com/app"));
    effects.put(
        Setting.SERVER_ROLES,
        new Effect("editor, owner", s -> ((Roles) s.login()).names(), List.of("editor", "owner")));
    effects.put(
        Setting.SERVER_TOKEN_LIFETIME_SECONDS,
        new Effect("28800", s -> s.accessTokenLifetime(), Duration.ofHours(8)));
    effects.put(
        Setting.SERVER_REFRESH_LIFETIME_SECONDS,
        new Effect("86400", s -> s.refreshTokenLifetime(), Duration.ofDays(1)));
    effects.put(Setting.SERVER_TOKENS, new Effect("signed", s -> s.signing() == null, false));
    effects.put(
        Setting.SERVER_TOKEN_KEYS_FILE,
        new Effect(keysFile(), s -> String.valueOf(s.signing()), SealKeys.of(SEAL_KEY).toString()));
    effects.put(Setting.SERVER_CONSENT, new Effect("always", s -> s.consent(), Consent.ALWAYS));
    effects.put(
        Setting.SERVER_FIRST_PARTIES,
        new Effect("desk,shop", s -> s.firstParties(), Set.of("desk", "shop")));
    effects.put(
        Setting.SERVER_REGISTRATION, new Effect("none", s -> s.ways(), Set.of(Client.Way.ENTERED)));
    effects.put(
        Setting.SERVER_TRUSTED_PROXIES,
        new Effect(
            "10.0.0.7,10.1.0.0/16", s -> s.sources().toString(), "RequestSources[2 proxies]"));
    return effects;
  }

  /** A login that says which roles it was asked for. */
  private record Roles(List<String> names) implements Login {
    @Override
    public LoginResult who(LoginRequest request) {
      return new LoginResult.Answered();
    }
  }

  private String keysFile() {
    try {
      return Files.writeString(
              directory.resolve("keys"), Base64.getEncoder().encodeToString(SEAL_KEY) + "\n")
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> before(Setting key) {
    return switch (key) {
      case SERVER_FIRST_PARTIES -> Map.of("SERVER_CONSENT", "never-for-first-parties");
      case SERVER_TOKEN_KEYS_FILE -> Map.of("SERVER_TOKENS", "signed");
      default -> Map.of();
    };
  }

  private static Settings settings(Map<String, String> more, String... pairs) {
    Map<String, String> all = new HashMap<>();
    all.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp");
    all.put("MCP_AUTH_REQUIRED_SCOPES", "mcp");
    all.put("MCP_AUTH_SERVER", "container");
    more.forEach((name, value) -> all.put("MCP_AUTH_" + name, value));
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i + 1].isEmpty()) {
        all.remove("MCP_AUTH_" + pairs[i]);
      } else {
        all.put("MCP_AUTH_" + pairs[i], pairs[i + 1]);
      }
    }
    return Settings.of(List.of(Setting.values()), SettingSource.environment(all));
  }

  private static ConfiguredServers start(Settings settings) {
    return ConfiguredServers.of(settings, Roles::new);
  }

  private static ServerSetup setup(Settings settings) {
    try (ConfiguredServers servers = start(settings)) {
      return Objects.requireNonNull(servers.authorizationServer()).setup();
    }
  }

  @Test
  void everySettingOfTheServer_hasAnEffect() {
    assertThat(effects().keySet())
        .containsExactlyElementsOf(
            Arrays.stream(Setting.values())
                .filter(key -> key.name().startsWith("SERVER_"))
                .toList());
    effects()
        .forEach(
            (key, effect) -> {
              assertThat(effect.seen().apply(setup(settings(before(key)))))
                  .as("without " + key)
                  .isNotEqualTo(effect.expected());
              assertThat(
                      effect.seen().apply(setup(settings(before(key), key.name(), effect.value()))))
                  .as("with " + key)
                  .isEqualTo(effect.expected());
            });
  }

  @Test
  void documentedDefault_isWhatHoldsWithoutTheSetting() {
    int literal = 0;
    for (Map.Entry<Setting, Effect> row : effects().entrySet()) {
      String byDefault = row.getKey().byDefault();
      if (byDefault.startsWith("`")) {
        Settings with = settings(Map.of(), row.getKey().name(), byDefault.replace("`", ""));
        assertThat(row.getValue().seen().apply(setup(with)))
            .as(row.getKey().key())
            .isEqualTo(row.getValue().seen().apply(setup(settings(Map.of()))));
        literal++;
      }
    }
    assertThat(literal).isEqualTo(5);
  }

  @Test
  void resourceAndPolicy_areThoseOfTheResourceServer() throws IOException {
    Path policy = directory.resolve("policy.json");
    Files.writeString(
        policy,
        "{\"scopes\":{\"files:read\":{\"name\":\"Read your files\"}},"
            + "\"tools\":{\"read\":[\"files:read\"]}}");
    ServerSetup setup =
        setup(settings(Map.of(), "POLICY_FILE", policy.toString(), "REQUIRED_SCOPES", ""));
    assertThat(setup.issuer()).isEqualTo(ISSUER);
    assertThat(setup.resources()).containsExactly("https://mcp.example.com/mcp");
    assertThat(setup.scopes()).isEqualTo(PolicyFile.at(policy).load().scopeTexts());
    assertThat(setup.pages()).isNull();
    ServerSetup named = setup(settings(Map.of(), "RESOURCE_NAME", "Files & more"));
    assertThat(named.scopes().keySet()).containsExactly("mcp");
    assertThat(Objects.requireNonNull(named.pages())).isInstanceOf(OAuthPages.class);
  }

  @Test
  void resourceServer_acceptsTheTokensOfTheServerBesideItAndNamesIt() {
    try (ConfiguredServers servers = start(settings(Map.of()))) {
      assertThat(new String(servers.resourceServer().metadata().toJson(), StandardCharsets.UTF_8))
          .contains("\"authorization_servers\":[\"https://mcp.example.com\"]");
      assertThat(Objects.requireNonNull(servers.authorizationServer()).paths())
          .contains("/oauth/token", "/oauth/register");
    }
  }

  @Test
  void withoutTheServer_thereIsNone() {
    try (ConfiguredServers servers =
        start(settings(Map.of(), "SERVER", "", "ISSUER", "https://login.example.com"))) {
      assertThat(servers.authorizationServer()).isNull();
    }
  }

  @Test
  void serverThatIsClosedFirst_leavesTheOtherItsStore() {
    Settings settings = settings(Map.of(), "STORE_URL", "file:" + directory.resolve("store"));
    try (ConfiguredServers servers = start(settings)) {
      OAuthServer own = Objects.requireNonNull(servers.authorizationServer());
      CreatedClient unused =
          own.clients()
              .add(NewClient.withId("app").authMethod("none").redirectUris("https://a.test/"));
      own.close();
      own.close();
      AccessStatus closed = servers.resourceServer().access().close();
      assertThat(closed.mode()).isEqualTo(AccessStatus.AccessMode.CLOSED);
    }
    try (ConfiguredServers again = start(settings)) {
      assertThat(Objects.requireNonNull(again.authorizationServer()).clients().find("app"))
          .isNotNull();
      assertThat(again.resourceServer().access().status().mode())
          .isEqualTo(AccessStatus.AccessMode.CLOSED);
      again.resourceServer().close();
      assertThat(again.authorizationServer().clients().find("app")).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SERVER|keycloak|which is none. Write 'container'",
        "SERVER_ISSUER|https://mcp.example.com/|ends with a slash",
        "SERVER_ISSUER|http://mcp.example.com|MCP_AUTH_SERVER_ISSUER",
        "SERVER_TOKEN_LIFETIME_SECONDS|0|from 1 to 86400",
        "SERVER_REFRESH_LIFETIME_SECONDS|31622401|from 1 to 31622400",
        "SERVER_TOKENS|jwt|Write 'opaque' or 'signed'",
        "SERVER_TOKEN_KEYS_FILE|keys|MCP_AUTH_SERVER_TOKENS is not 'signed'",
        "SERVER_CONSENT|never|Write 'always', 'once' or 'never-for-first-parties'",
        "SERVER_FIRST_PARTIES|desk|MCP_AUTH_SERVER_CONSENT is not 'never-for-first-parties'",
        "SERVER_REGISTRATION|documents|Write 'registration', 'metadata-documents'",
        "SERVER_REGISTRATION|none,registration|Write 'registration', 'metadata-documents'",
        "SERVER_TRUSTED_PROXIES|proxy.example.com|MCP_AUTH_SERVER_TRUSTED_PROXIES",
        "ISSUER|https://login.example.com|each say who issues the tokens. Remove MCP_AUTH_ISSUER",
        "AUDIENCE|files|means nothing here: MCP_AUTH_SERVER (environment) has this application",
        "PROFILE|keycloak|Remove MCP_AUTH_PROFILE",
        "JWKS_URI|https://login.example.com/jwks|Remove MCP_AUTH_JWKS_URI",
        "INTROSPECTION_CLIENT_ID|me|Remove MCP_AUTH_INTROSPECTION_CLIENT_ID",
        "PROXY_TOKEN_PROFILE|google-iap|Remove MCP_AUTH_PROXY_TOKEN_PROFILE",
        "BACKCHANNEL_LOGOUT_PATH|/logout|Remove MCP_AUTH_BACKCHANNEL_LOGOUT_PATH",
        "ADVERTISED_SCOPES|openid|Remove MCP_AUTH_ADVERTISED_SCOPES",
        "STORE_URL|mysql:x|MCP_AUTH_STORE_URL (environment) is none that is known",
        "RESOURCE|https://mcp.example.com/mcp/../x|MCP_AUTH_RESOURCE (environment)",
        "REQUIRED_SCOPES||MCP_AUTH_POLICY_FILE is not set",
      })
  void wrongSetting_stopsTheStart(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start(settings(Map.of(), name, value == null ? "" : value)))
        .withMessageContaining("MCP_AUTH_" + name)
        .withMessageContaining(message);
  }

  /** Whoever could read the store could make tokens for everybody. */
  @Test
  void signedTokensOfAStoreThatLasts_needAKeyForTheirKeys() {
    Settings settings =
        settings(
            Map.of(), "SERVER_TOKENS", "signed", "STORE_URL", "file:" + directory.resolve("store"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start(settings))
        .withMessageStartingWith("MCP_AUTH_SERVER_TOKENS (environment) is 'signed', but nothing")
        .withMessageContaining("Write MCP_AUTH_SERVER_TOKEN_KEYS_FILE");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void mistakes_areToldTogether() {
    Settings wrong =
        settings(
            Map.of(),
            "SERVER_CONSENT",
            "never",
            "SERVER_TOKEN_LIFETIME_SECONDS",
            "x",
            "ISSUER",
            "https://login.example.com",
            "PROFILE",
            "keycloak",
            "REALM",
            "a\"b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start(wrong))
        .withMessageStartingWith("5 settings are wrong:")
        .withMessageContaining("MCP_AUTH_SERVER_CONSENT")
        .withMessageContaining("MCP_AUTH_SERVER_TOKEN_LIFETIME_SECONDS")
        .withMessageContaining("Remove MCP_AUTH_ISSUER")
        .withMessageContaining("Remove MCP_AUTH_PROFILE")
        .withMessageContaining("Realm");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SERVER_ISSUER",
        "SERVER_ROLES",
        "SERVER_TOKEN_LIFETIME_SECONDS",
        "SERVER_REFRESH_LIFETIME_SECONDS",
        "SERVER_TOKENS",
        "SERVER_TOKEN_KEYS_FILE",
        "SERVER_CONSENT",
        "SERVER_FIRST_PARTIES",
        "SERVER_REGISTRATION",
        "SERVER_TRUSTED_PROXIES"
      })
  void wordOfAServerThatIsNotThere_stopsTheStart(String name) {
    Settings settings =
        settings(Map.of(), "SERVER", "", "ISSUER", "https://login.example.com", name, "1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start(settings))
        .withMessage(
            "MCP_AUTH_"
                + name
                + " (environment) means nothing here: there is no MCP_AUTH_SERVER. Remove MCP_AUTH_"
                + name
                + ".");
  }

  @Test
  void programWithoutAContainer_saysWhoWouldMakeTheServer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.builder(settings(Map.of())))
        .withMessageStartingWith("MCP_AUTH_SERVER (environment) is 'container', but no container")
        .withMessageContaining("McpAuthInstaller.of(settings)");
  }

  @Test
  void whatIsAdministeredBeside_knowsTheIssuer() {
    assertThat(ConfiguredServer.acceptedIssuers(settings(Map.of())))
        .containsExactly(Set.of(ISSUER));
    assertThat(
            ConfiguredServer.acceptedIssuers(
                settings(Map.of(), "SERVER_ISSUER", "https://mcp.example.com/app")))
        .containsExactly(Set.of("https://mcp.example.com/app"));
    assertThat(ConfiguredServer.acceptedIssuers(settings(Map.of(), "RESOURCE", ""))).isEmpty();
  }

  @Test
  void policyThatIsCheckedAlone_mayNameClientsOfThisServer() throws IOException {
    Path file = directory.resolve("policy.json");
    String policy =
        "{\"tools\":{\"read\":[\"mcp\"]},\"clients\":[{\"issuer\":\"%s\",\"clientId\":\"c\","
            + "\"maxScopes\":[\"mcp\"]}]}";
    Files.writeString(file, policy.formatted("https://login.example.com"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.checkPolicy(settings(Map.of()), PolicyFile.at(file)))
        .withMessageContaining("https://login.example.com");
    Files.writeString(file, policy.formatted(ISSUER));
    assertThat(ConfiguredServer.checkPolicy(settings(Map.of()), PolicyFile.at(file))).isEmpty();
    assertThat(
            ConfiguredServer.checkPolicy(settings(Map.of(), "RESOURCE", ""), PolicyFile.at(file)))
        .isEmpty();
  }
}
