package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfiguredServerTest {
  private static final ToolPolicy OTHERWISE = ToolPolicy.builder().tool("t", "s").build();

  @TempDir Path directory;

  /**
   * What a setting does.
   *
   * @param value what it is set to
   * @param seen what can be seen of it
   * @param expected what is then seen, and not before
   */
  private record Effect(
      String value,
      Function<ResourceServerBuilder, @Nullable Object> seen,
      @Nullable Object expected) {}

  @Test
  void everySetting_hasAnEffect() throws IOException {
    Map<Setting, Effect> effects = effects();
    EnumSet<Setting> others = EnumSet.complementOf(EnumSet.copyOf(effects.keySet()));
    EnumSet<Setting> elsewhere = EnumSet.of(Setting.MODE); // see below
    elsewhere.addAll(Setting.ofTheFilter());
    assertThat(others).isEqualTo(elsewhere);
    effects.forEach(
        (key, effect) -> {
          assertThat(effect.seen().apply(builder(before(key))))
              .as("without " + key)
              .isNotEqualTo(effect.expected());
          Map<String, String> with = before(key);
          with.put(key.key(), effect.value());
          assertThat(effect.seen().apply(builder(with)))
              .as("with " + key)
              .isEqualTo(effect.expected());
        });
  }

  /** The page says the default of each. */
  @Test
  void documentedDefault_isWhatHoldsWithoutTheSetting() throws IOException {
    int literal = 0;
    for (Map.Entry<Setting, Effect> row : effects().entrySet()) {
      String byDefault = row.getKey().byDefault();
      if (byDefault.startsWith("`")) {
        Map<String, String> with = before(row.getKey());
        with.put(row.getKey().key(), byDefault.replace("`", ""));
        assertThat(row.getValue().seen().apply(builder(with)))
            .as(row.getKey().key())
            .isEqualTo(row.getValue().seen().apply(builder(before(row.getKey()))));
        literal++;
      }
    }
    assertThat(literal).isEqualTo(11);
  }

  private Map<Setting, Effect> effects() throws IOException {
    Map<Setting, Effect> effects = new LinkedHashMap<>();
    effects.put(
        Setting.RESOURCE,
        new Effect(
            "https://b.example/m",
            b -> b.configuration().resource().value(),
            "https://b.example/m"));
    put(effects, Setting.ISSUER, "https://x.example", s -> s.issuer(), "https://x.example");
    put(effects, Setting.AUDIENCE, "a,b", AuthorizationServer::audiences, Set.of("a", "b"));
    put(effects, Setting.PROFILE, "keycloak", s -> s.profile().name(), "keycloak");
    String jwks = "https://x.example/jwks";
    put(effects, Setting.JWKS_URI, jwks, AuthorizationServer::jwksUri, URI.create(jwks));
    put(effects, Setting.ACCEPTED_ISSUERS, "a, b", s -> s.acceptedIssuers(), Set.of("a", "b"));
    put(effects, Setting.SCOPE_PREFIX, "api://f/", s -> s.scopePrefix(), "api://f/");
    put(effects, Setting.MAX_RSA_KEY_BITS, "8192", AuthorizationServer::maxRsaKeyBits, 8192);
    put(
        effects,
        Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE,
        "c, d",
        AuthorizationServer::trustedClients,
        Set.of("c", "d"));
    Path policy = directory.resolve("policy.json");
    Files.writeString(policy, "{\"tools\": {\"other\": \"base\"}}");
    effects.put(
        Setting.POLICY_FILE,
        new Effect(policy.toString(), b -> policy(b).get(), PolicyFile.at(policy).load()));
    effects.put(
        Setting.POLICY_WATCH_SECONDS, new Effect("0", ConfiguredServerTest::isWatched, false));
    effects.put(
        Setting.REQUIRED_SCOPES,
        new Effect("a b", b -> policy(b).get().initialScopes(), List.of("a", "b")));
    putRequestRules(effects);
    return effects;
  }

  private static void putRequestRules(Map<Setting, Effect> effects) {
    effects.put(
        Setting.ALLOWED_ORIGINS,
        new Effect(
            "https://p.example,http://localhost:1",
            b -> b.configuration().edge().origins(),
            Set.of("https://p.example", "http://localhost:1")));
    effects.put(
        Setting.ALLOWED_HOSTS,
        new Effect("a,b:1", b -> b.configuration().edge().hosts(), Set.of("a", "b:1")));
    effects.put(
        Setting.EXPOSED_CLAIMS,
        new Effect(
            "email,org",
            b -> policy(b).inForce().generation().claimNames(),
            Set.of("email", "org")));
    effects.put(
        Setting.CLOCK_SKEW_SECONDS,
        new Effect("7", b -> b.configuration().tokens().clockSkew(), Duration.ofSeconds(7)));
    effects.put(
        Setting.MAX_TOKEN_LIFETIME_SECONDS,
        new Effect(
            "61", b -> b.configuration().tokens().maxTokenLifetime(), Duration.ofSeconds(61)));
    effects.put(
        Setting.REALM, new Effect("files", b -> refusal(b).contains("realm=\"files\""), true));
    effects.put(
        Setting.JSONRPC_ERROR_CODE,
        new Effect("-31009", b -> refusal(b).replaceAll(".*\"code\":(-?\\d+).*", "$1"), "-31009"));
    effects.put(Setting.NODES, new Effect("3", b -> b.configuration().nodes().count(), 3));
    putLimit(effects, Setting.BODIES_BYTES, "524288", RequestLimits::bodyBytes, 524_288L);
    putLimit(effects, Setting.ANONYMOUS_BODY_BYTES, "100", RequestLimits::anonymousBodyBytes, 100);
    putLimit(effects, Setting.ANONYMOUS_REQUESTS, "7", RequestLimits::anonymousRequests, 7);
    putLimit(effects, Setting.STREAMS, "8", RequestLimits::streams, 8);
    putLimit(effects, Setting.STREAMS_PER_CALLER, "9", RequestLimits::streamsPerCaller, 9);
    effects.put(
        Setting.KEPT_VERDICTS_BYTES,
        new Effect("4000", b -> b.configuration().tokens().keptVerdictBytes(), 4000L));
    effects.put(
        Setting.RESOURCE_NAME,
        new Effect("Files", b -> b.configuration().metadata().resourceName(), "Files"));
    effects.put(
        Setting.RESOURCE_DOCUMENTATION,
        new Effect(
            "https://d.example/",
            b -> b.configuration().metadata().resourceDocumentation(),
            "https://d.example/"));
    effects.put(
        Setting.METADATA_SIGNING_KEY,
        new Effect(signingKey(), b -> b.configuration().metadata().signedMetadata() != null, true));
  }

  private static void putLimit(
      Map<Setting, Effect> effects,
      Setting key,
      String value,
      Function<RequestLimits, Object> seen,
      Object expected) {
    effects.put(
        key, new Effect(value, b -> seen.apply(b.configuration().edge().limits()), expected));
  }

  private static String signingKey() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID("metadata").generate().toJSONString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(
      Map<Setting, Effect> effects,
      Setting key,
      String value,
      Function<AuthorizationServer, @Nullable Object> seen,
      Object expected) {
    effects.put(
        key,
        new Effect(value, b -> seen.apply(b.configuration().tokens().servers().get(0)), expected));
  }

  /** Headers and body of a 401. */
  private static String refusal(ResourceServerBuilder builder) {
    try (ResourceServer server = builder.build()) {
      AccessDecision.Refused refused =
          (AccessDecision.Refused)
              server.decide(RequestStub.post("{}").header("MCP-Protocol-Version", "2026-07-28"));
      return refused.headers() + Guarded.body(refused);
    }
  }

  private static boolean isWatched(ResourceServerBuilder builder) {
    return policy(builder).isWatched();
  }

  private static LivePolicy policy(ResourceServerBuilder builder) {
    try (LivePolicy policy = builder.configuration().livePolicy(Set.of(Scheme.BEARER))) {
      return policy;
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MCP_AUTH_RESOURCE=https://e.example/m/#f     | MCP_AUTH_RESOURCE (environment): Resource 'https://e.example/m/#f': user-info, query and fragment do not belong in it.
          MCP_AUTH_ISSUER=foo                          | MCP_AUTH_ISSUER (environment): Issuer 'foo': it is not an absolute https URL
          MCP_AUTH_ISSUER=https://a.example,           | MCP_AUTH_ISSUER (environment) is 'https://a.example,', which has an empty entry.
          MCP_AUTH_ISSUER=https://a.example,https://a.example | MCP_AUTH_ISSUER (environment): Authorization server 'https://a.example' is set twice.
          MCP_AUTH_AUDIENCE=a,                         | MCP_AUTH_AUDIENCE (environment) is 'a,', which has an empty entry.
          MCP_AUTH_PROFILE=Keycloak                    | MCP_AUTH_PROFILE (environment): Provider profile 'Keycloak' does not exist. Write one of [
          MCP_AUTH_JWKS_URI=http://x.example/jwks      | MCP_AUTH_JWKS_URI (environment): jwks_uri 'http://x.example/jwks': plain http is only for loopback hosts.
          MCP_AUTH_ACCEPTED_ISSUERS=a b                | MCP_AUTH_ACCEPTED_ISSUERS (environment): Accepted issuers of 'https://login.example.com' are [a b]
          MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE=,| MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE (environment) is ',', which has an empty entry.
          MCP_AUTH_POLICY_FILE=/nope/policy.json       | MCP_AUTH_POLICY_FILE (environment): Policy file '/nope/policy.json' does not exist.
          MCP_AUTH_REQUIRED_SCOPES=a\\b                | MCP_AUTH_REQUIRED_SCOPES (environment): Scope 'a\\b' is not a scope token.
          MCP_AUTH_REQUIRED_SCOPES=offline_access      | MCP_AUTH_REQUIRED_SCOPES (environment): Scope 'offline_access' is between client and authorization server.
          MCP_AUTH_ALLOWED_ORIGINS=*                   | MCP_AUTH_ALLOWED_ORIGINS (environment): Origin '*': there are no wildcards
          MCP_AUTH_NODES=0                             | MCP_AUTH_NODES (environment) is '0', which is no whole number from 1 to 2147483647.
          MCP_AUTH_ALLOWED_HOSTS=A                     | MCP_AUTH_ALLOWED_HOSTS (environment): Host 'A': it is not a host in lower case
          MCP_AUTH_EXPOSED_CLAIMS=a,,b                 | MCP_AUTH_EXPOSED_CLAIMS (environment) is 'a,,b', which has an empty entry.
          MCP_AUTH_CLOCK_SKEW_SECONDS=301              | MCP_AUTH_CLOCK_SKEW_SECONDS (environment) is '301', which is no whole number from 0 to 300.
          MCP_AUTH_MAX_TOKEN_LIFETIME_SECONDS=59       | MCP_AUTH_MAX_TOKEN_LIFETIME_SECONDS (environment) is '59', which is no whole number from 60 to 2592000.
          MCP_AUTH_REALM=ä                             | MCP_AUTH_REALM (environment): Realm 'ä' cannot be written.
          MCP_AUTH_JSONRPC_ERROR_CODE=-32001           | MCP_AUTH_JSONRPC_ERROR_CODE (environment): JSON-RPC error code -32001 is reserved.
          MCP_AUTH_JSONRPC_ERROR_CODE=x                | MCP_AUTH_JSONRPC_ERROR_CODE (environment) is 'x', which is no whole number
          MCP_AUTH_RESOURCE_DOCUMENTATION=ftp://d/     | MCP_AUTH_RESOURCE_DOCUMENTATION (environment): Metadata member resource_documentation is 'ftp://d/'
          MCP_AUTH_POLICY_WATCH_SECONDS=5              | MCP_AUTH_POLICY_WATCH_SECONDS (environment) means nothing here: there is no MCP_AUTH_POLICY_FILE. Remove MCP_AUTH_POLICY_WATCH_SECONDS.
          MCP_AUTH_MODE=off                            | MCP_AUTH_MODE (environment) is 'off', which is no mode. Write 'oauth' or 'none'.
          MCP_AUTH_MODE=none                           | MCP_AUTH_MODE (environment) is 'none', which only a loopback MCP_AUTH_RESOURCE may use, but that is 'https://mcp.example.com/mcp'.
          MCP_AUTH_MODE=none;MCP_AUTH_RESOURCE=http://localhost/m | MCP_AUTH_ISSUER (environment) means nothing here: MCP_AUTH_MODE (environment) is 'none'. Remove MCP_AUTH_ISSUER.
          MCP_AUTH_MODE=none;MCP_AUTH_RESOURCE=x       | MCP_AUTH_RESOURCE (environment): Resource 'x': it is not an absolute http(s) URL.
          """)
  void wrongSetting_stopsTheStartAndNamesItsKey(String changes, String message) {
    Map<String, String> environment = base();
    for (String change : changes.split(";", -1)) {
      String[] parts = change.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment).build().close())
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource({
    "PROFILE, keycloak",
    "JWKS_URI, https://x.example/jwks",
    "ACCEPTED_ISSUERS, https://y.example",
    "SCOPE_PREFIX, api://f/",
    "TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE, c",
  })
  void settingOfOneIssuer_isNotForSeveral(Setting key, String value) {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_ISSUER", "https://a.example,https://b.example");
    environment.put(key.key(), value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment))
        .withMessage(
            "%s (environment) means nothing here: MCP_AUTH_ISSUER (environment) names several"
                + " issuers, and settings of each need code"
                + " (ResourceServerBuilder.authorizationServer). Remove %s.",
            key.key(), key.key());
  }

  @Test
  void severalIssuers_shareTheAudience() {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_ISSUER", "https://a.example,https://b.example/");
    environment.put("MCP_AUTH_AUDIENCE", "api");
    List<AuthorizationServer> servers = builder(environment).configuration().tokens().servers();
    assertThat(servers)
        .extracting(AuthorizationServer::issuer)
        .containsExactly("https://a.example", "https://b.example/");
    assertThat(servers).allMatch(server -> server.audiences().equals(Set.of("api")));
  }

  @ParameterizedTest
  @CsvSource({"MCP_AUTH_RESOURCE", "MCP_AUTH_ISSUER"})
  void requiredSetting_mustBeSet(String key) {
    Map<String, String> environment = base();
    environment.remove(key);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment))
        .withMessage("%s is not set. Write it as one of [environment].", key);
  }

  @Test
  void policy_isNamedOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.builder(settings(base())))
        .withMessage(
            "MCP_AUTH_POLICY_FILE is not set, and neither is MCP_AUTH_REQUIRED_SCOPES."
                + " Write the path of the policy, or the scopes that every call needs.");
    Map<String, String> both = base();
    both.put("MCP_AUTH_POLICY_FILE", "p.json");
    both.put("MCP_AUTH_REQUIRED_SCOPES", "mcp");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.builder(settings(both)))
        .withMessage(
            "MCP_AUTH_POLICY_FILE (environment) and MCP_AUTH_REQUIRED_SCOPES (environment) are two"
                + " policies. Remove one of them.");
  }

  @Test
  void policyOfTheProgram_holdsWhereTheSettingsNameNone() {
    assertThat(policy(builder(base())).get()).isEqualTo(OTHERWISE);
  }

  /** Whoever runs the filter without authorization has to leave the filter out. */
  @Test
  void modeNone_hasNoResourceServer() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder(
                    Map.of("MCP_AUTH_MODE", "none", "MCP_AUTH_RESOURCE", "http://localhost:1/mcp")))
        .withMessage(
            "MCP_AUTH_MODE (environment) is 'none', so there is no resource server."
                + " Remove the filter, or write MCP_AUTH_MODE=oauth.");
  }

  /** Those that need nothing but the settings of a name: the application adds its own in code. */
  @Test
  void builder_isOpenForWhatHasNoSetting() {
    ResourceServerBuilder builder =
        builder(base())
            .authorizationServer(AuthorizationServer.of("https://b.example").withProfile("okta"))
            .metadata(members -> members.resourceName("In code"));
    assertThat(builder.configuration().metadata().resourceName()).isEqualTo("In code");
  }

  private Map<String, String> before(Setting key) {
    Map<String, String> environment = base();
    if (key == Setting.POLICY_WATCH_SECONDS) {
      environment.put("MCP_AUTH_POLICY_FILE", directory.resolve("policy.json").toString());
    }
    return environment;
  }

  private static Map<String, String> base() {
    return new HashMap<>(
        Map.of(
            "MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp",
            "MCP_AUTH_ISSUER", "https://login.example.com"));
  }

  private static ResourceServerBuilder builder(Map<String, String> environment) {
    return ConfiguredServer.builder(settings(environment), OTHERWISE);
  }

  private static Settings settings(Map<String, String> environment) {
    return Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
  }
}
