package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.OpenStore;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ProviderProfile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfiguredServerTest {
  private static final ToolPolicy OTHERWISE = ToolPolicy.builder().tool("t", "s").build();

  private static final Set<Setting> OF_THE_PROXY =
      EnumSet.of(
          Setting.PROXY_CREDENTIALS,
          Setting.NO_PROXY,
          Setting.PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF);

  /** See StoreSettingsTest and StoreBySettingsTest. */
  private static final Set<Setting> OF_THE_DATABASE =
      EnumSet.of(
          Setting.STORE_USER,
          Setting.STORE_PASSWORD,
          Setting.STORE_AT_START,
          Setting.STORE_CREATE_SCHEMA);

  /** See BasicSettingsTest. */
  private static final Set<Setting> OF_BASIC =
      EnumSet.of(Setting.BASIC, Setting.BASIC_ISSUER, Setting.BASIC_SCOPES, Setting.BASIC_AUDIENCE);

  /** See SignalSettingsTest. */
  private static final Set<Setting> OF_SIGNALS =
      EnumSet.of(
          Setting.BACKCHANNEL_LOGOUT_PATH,
          Setting.BACKCHANNEL_LOGOUT_CLIENT_IDS,
          Setting.EVENTS_PATH,
          Setting.EVENTS_AUDIENCE,
          Setting.EVENTS_TRANSMITTER,
          Setting.EVENTS_JWKS_URI,
          Setting.EVENTS_AUTHORIZATION,
          Setting.EVENTS_END_ACCESS_ON_CREDENTIAL_CHANGE);

  /** See IntrospectionSettingsTest. */
  private static final Set<Setting> OF_INTROSPECTION =
      EnumSet.of(
          Setting.INTROSPECTION,
          Setting.INTROSPECTION_CLIENT_ID,
          Setting.INTROSPECTION_CLIENT_SECRET,
          Setting.INTROSPECTION_METHOD,
          Setting.INTROSPECTION_CLIENT_KEY,
          Setting.INTROSPECTION_ENDPOINT,
          Setting.INTROSPECTION_ENDPOINT_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER,
          Setting.INTROSPECTION_KEPT_SECONDS);

  /** See SchemeSettingsTest. */
  private static final Set<Setting> OF_SCHEMES =
      EnumSet.of(
          Setting.MTLS,
          Setting.MTLS_HEADER,
          Setting.MTLS_HEADER_FORMAT,
          Setting.MTLS_TRUSTED_PROXIES,
          Setting.MTLS_REQUIRED,
          Setting.PROXY_TOKEN_PROFILE,
          Setting.PROXY_TOKEN_HEADER,
          Setting.PROXY_TOKEN_ISSUER,
          Setting.PROXY_TOKEN_AUDIENCE,
          Setting.PROXY_TOKEN_JWKS_URI);

  /** See DpopSettingsTest. */
  private static final Set<Setting> OF_PROOFS =
      EnumSet.of(
          Setting.DPOP,
          Setting.DPOP_NONCE,
          Setting.DPOP_NONCE_KEYS_FILE,
          Setting.DPOP_PROOF_LIFETIME_SECONDS,
          Setting.DPOP_SIGNING_ALGS);

  /** See ApiKeySettingsTest. */
  private static final Set<Setting> OF_API_KEYS =
      EnumSet.of(
          Setting.API_KEYS, Setting.API_KEYS_FILE, Setting.API_KEY_HEADER, Setting.API_KEY_PREFIX);

  /** See ServerSettingsTest. */
  private static final Set<Setting> OF_THE_SERVER =
      EnumSet.range(Setting.SERVER, Setting.SERVER_TRUSTED_PROXIES);

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
    EnumSet<Setting> elsewhere =
        EnumSet.of(Setting.MODE, Setting.ISSUER_TENANTS, Setting.TRUST_STORE_PASSWORD); // see below
    elsewhere.addAll(OF_THE_DATABASE);
    elsewhere.addAll(OF_BASIC);
    elsewhere.addAll(OF_SIGNALS);
    elsewhere.addAll(OF_API_KEYS);
    elsewhere.addAll(OF_INTROSPECTION);
    elsewhere.addAll(OF_SCHEMES);
    elsewhere.addAll(OF_PROOFS);
    elsewhere.addAll(OF_THE_SERVER);
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
    assertThat(literal).isEqualTo(20);
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
    put(effects, Setting.SCOPE_CLAIM, "a,b", s -> s.profile().scopeClaims(), List.of("a", "b"));
    put(effects, Setting.SCOPE_SEPARATOR, ",", s -> s.profile().scopeSeparator(), ",");
    put(effects, Setting.CLIENT_ID_CLAIM, "app", s -> s.profile().clientClaims(), List.of("app"));
    put(
        effects,
        Setting.TOKEN_TYPES,
        "JOSE",
        s -> s.profile().types(),
        Set.of("", "jwt", "at+jwt", "jose"));
    put(
        effects,
        Setting.ALLOW_AT_HASH_IN_ACCESS_TOKENS,
        "true",
        s -> s.profile().traits(),
        Set.of(ProviderProfile.Trait.AT_HASH_IN_ACCESS_TOKENS));
    put(effects, Setting.JWKS_URI, jwks, AuthorizationServer::jwksUri, URI.create(jwks));
    putKeys(effects);
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

  private void putRequestRules(Map<Setting, Effect> effects) {
    effects.put(
        Setting.ENDPOINT_PATH,
        new Effect("/api/mcp", b -> b.configuration().edge().endpoint().path(), "/api/mcp"));
    effects.put(
        Setting.CHALLENGE_SCOPES,
        new Effect(
            "with-granted",
            b -> b.configuration().answers().challengeScopes(),
            ChallengeScopes.WITH_GRANTED));
    effects.put(
        Setting.READ_BODIES_WITHOUT_CREDENTIAL_TO_ECHO_THEIR_IDS,
        new Effect("true", b -> b.configuration().answers().echoIds(), true));
    effects.put(
        Setting.ADVERTISED_SCOPES,
        new Effect(
            "openid s",
            b -> b.configuration().metadata().scopesSupported(),
            List.of("s", "openid")));
    effects.put(
        Setting.ADVERTISE_NO_SCOPES,
        new Effect(
            "true",
            b ->
                new String(b.configuration().metadata().toJson(), UTF_8)
                    .contains("\"scopes_supported\":[]"),
            true));
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
    effects.put(
        Setting.MESSAGE_PATHS,
        new Effect(
            "/message,/messages/*",
            b -> b.configuration().messagePaths(),
            List.of("/message", "/messages/*")));
    effects.put(
        Setting.STORE_URL,
        new Effect("file:" + directory.resolve("store"), b -> openedStore(b), "JdbcStore[H2]"));
    effects.put(
        Setting.STORE_MAX_AGE_SECONDS,
        new Effect("7", b -> b.configuration().storeMaxAge(), Duration.ofSeconds(7)));
    effects.put(Setting.NODES, new Effect("3", b -> b.configuration().nodes().count(), 3));
    putLimit(effects, Setting.BODIES_BYTES, "524288", RequestLimits::bodyBytes, 524_288L);
    putLimit(effects, Setting.ANONYMOUS_BODY_BYTES, "100", RequestLimits::anonymousBodyBytes, 100);
    putLimit(effects, Setting.ANONYMOUS_REQUESTS, "7", RequestLimits::anonymousRequests, 7);
    putLimit(effects, Setting.STREAMS, "8", RequestLimits::streams, 8);
    putLimit(effects, Setting.STREAMS_PER_CALLER, "9", RequestLimits::streamsPerCaller, 9);
    effects.put(
        Setting.KEPT_VERDICTS_BYTES,
        new Effect("4000", b -> b.configuration().tokens().keptVerdictBytes(), 4000L));
    putConnections(effects);
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

  private static String openedStore(ResourceServerBuilder builder) {
    try (OpenStore opened = builder.configuration().opened()) {
      return opened.store().toString();
    }
  }

  private void putKeys(Map<Setting, Effect> effects) throws IOException {
    String set =
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"; // RFC 8037 A.2
    String plain = "http://keycloak:8080/jwks";
    put(
        effects,
        Setting.JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER,
        plain,
        AuthorizationServer::jwksUri,
        URI.create(plain));
    Path file = Files.writeString(directory.resolve("jwks.json"), set);
    put(effects, Setting.JWKS, set, AuthorizationServer::discoversKeys, false);
    put(effects, Setting.JWKS_FILE, file.toString(), AuthorizationServer::discoversKeys, false);
  }

  private void putConnections(Map<Setting, Effect> effects) {
    putConnection(
        effects,
        Setting.OUTBOUND_TIMEOUT_SECONDS,
        "9",
        OutboundConnections::timeout,
        Duration.ofSeconds(9));
    putConnection(effects, Setting.OUTBOUND_MAX_BYTES, "2048", OutboundConnections::maxBytes, 2048);
    putConnection(
        effects,
        Setting.PROXY,
        "http://p.example:3128",
        c -> String.valueOf(c.proxy()),
        "EgressProxy[p.example:3128]");
    putConnection(
        effects,
        Setting.PROXY_CREDENTIALS,
        "me:s3:cret",
        c -> {
          EgressProxy proxy = Objects.requireNonNull(c.proxy());
          return proxy.credentials() != null
              && new String(proxy.credentials().getPassword()).equals("s3:cret");
        },
        true);
    putConnection(
        effects,
        Setting.NO_PROXY,
        "a.example, 10.0.0.0/8",
        c -> Objects.requireNonNull(c.proxy()).isFor("b.a.example", 443),
        false);
    putConnection(
        effects,
        Setting.PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF,
        "true",
        c -> Objects.requireNonNull(c.proxy()).refusesPrivateAddresses(),
        true);
    putConnection(
        effects, Setting.TRUST_STORE, pem().toString(), c -> c.trustedCertificates().size(), 1);
  }

  private static X509Certificate certificate() {
    try {
      TrustManagerFactory jdk =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      jdk.init((KeyStore) null);
      return ((X509TrustManager) jdk.getTrustManagers()[0]).getAcceptedIssuers()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path pem() {
    try {
      return Files.writeString(
          directory.resolve("trust.pem"),
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder().encodeToString(certificate().getEncoded())
              + "\n-----END CERTIFICATE-----\n");
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void passwordOfTheTrustStore_opensIt() throws Exception {
    Path file = directory.resolve("trust.p12");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("a", certificate());
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "s3cret".toCharArray());
    }
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_TRUST_STORE", file.toString());
    environment.put("MCP_AUTH_TRUST_STORE_PASSWORD", "s3cret");
    assertThat(builder(environment).configuration().tokens().connections().trustedCertificates())
        .containsExactly(certificate());

    environment.put("MCP_AUTH_TRUST_STORE_PASSWORD", "wr0ng");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment))
        .withMessageStartingWith("MCP_AUTH_TRUST_STORE (environment): Trust store '" + file)
        .withMessageNotContaining("wr0ng");
  }

  @Test
  void severalMistakes_areToldTogether() {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_RESOURCE", "foo");
    environment.put("MCP_AUTH_ISSUER", "bar");
    environment.put("MCP_AUTH_REQUIRED_SCOPES", "a,b");
    environment.put("MCP_AUTH_NODES", "0");
    environment.put("MCP_AUTH_CLOCK_SKEW_SECONDS", "-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment))
        .withMessageStartingWith("5 settings are wrong:\n  MCP_AUTH_RESOURCE (environment): ")
        .withMessageContaining("\n  MCP_AUTH_ISSUER (environment): Issuer 'bar'")
        .withMessageContaining("\n  MCP_AUTH_REQUIRED_SCOPES (environment) is 'a,b'")
        .withMessageContaining("\n  MCP_AUTH_NODES (environment) is '0'")
        .withMessageContaining("\n  MCP_AUTH_CLOCK_SKEW_SECONDS (environment) is '-1'");
  }

  /** Of one and the same group too. */
  @Test
  void mistakesOfOneGroup_areToldTogether() {
    Map<String, String> environment = base();
    environment.putAll(
        Map.of(
            "MCP_AUTH_JWKS_URI", "ftp://x",
            "MCP_AUTH_MAX_RSA_KEY_BITS", "many",
            "MCP_AUTH_AUDIENCE", "a,",
            "MCP_AUTH_PROFILE", "nobodys"));
    environment.putAll(
        Map.of(
            "MCP_AUTH_NODES", "0",
            "MCP_AUTH_STREAMS", "-1",
            "MCP_AUTH_REALM", "\u00e4",
            "MCP_AUTH_ALLOWED_HOSTS", "A",
            "MCP_AUTH_READ_BODIES_WITHOUT_CREDENTIAL_TO_ECHO_THEIR_IDS", "yes",
            "MCP_AUTH_OUTBOUND_MAX_BYTES", "1"));
    environment.putAll(
        Map.of(
            "MCP_AUTH_CLOCK_SKEW_SECONDS", "x",
            "MCP_AUTH_MAX_TOKEN_LIFETIME_SECONDS", "1",
            "MCP_AUTH_ADVERTISE_NO_SCOPES", "no",
            "MCP_AUTH_RESOURCE_DOCUMENTATION", "ftp://d/",
            "MCP_AUTH_POLICY_FILE", "/nope.json",
            "MCP_AUTH_POLICY_WATCH_SECONDS", "-1"));
    environment.putAll(
        Map.of(
            "MCP_AUTH_OUTBOUND_TIMEOUT_SECONDS", "0",
            "MCP_AUTH_PROXY", "ftp://x",
            "MCP_AUTH_PROXY_CREDENTIALS", "me",
            "MCP_AUTH_NO_PROXY", "a b",
            "MCP_AUTH_PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF", "maybe",
            "MCP_AUTH_TRUST_STORE", "/nope.pem"));
    environment.putAll(
        Map.of(
            "MCP_AUTH_SCOPE_CLAIM", "/realm/roles",
            "MCP_AUTH_CLIENT_ID_CLAIM", "a,",
            "MCP_AUTH_SCOPE_SEPARATOR", "ab",
            "MCP_AUTH_TOKEN_TYPES", "dpop+jwt",
            "MCP_AUTH_ALLOW_AT_HASH_IN_ACCESS_TOKENS", "perhaps"));
    IllegalArgumentException told =
        catchThrowableOfType(IllegalArgumentException.class, () -> builder(environment));
    assertThat(told).hasMessageStartingWith("27 settings are wrong:");
    Set<String> wrong = new TreeSet<>(environment.keySet());
    wrong.removeAll(base().keySet());
    assertThat(told.getMessage()).contains(wrong);
  }

  @Test
  void whatMeansNothingWithoutAProxy_isToldTogether() {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_PROXY", "none");
    environment.put("MCP_AUTH_PROXY_CREDENTIALS", "me:s3cret");
    environment.put("MCP_AUTH_NO_PROXY", "a.test");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment))
        .withMessageStartingWith("2 settings are wrong:\n  ")
        .withMessageContaining("\n  MCP_AUTH_PROXY_CREDENTIALS (environment) means nothing here")
        .withMessageContaining("\n  MCP_AUTH_NO_PROXY (environment) means nothing here");
  }

  @Test
  void namesThatAreNoneAndEmptyValues_areToldTogether() {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_RESOURC", "x");
    environment.put("MCP_AUTH_AUDIENC", "x");
    environment.put("MCP_AUTH_REALM", " ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment))
        .withMessageStartingWith("3 settings are wrong:\n  ")
        .withMessageContaining("\n  MCP_AUTH_RESOURC (environment) is not a setting here.")
        .withMessageContaining("\n  MCP_AUTH_AUDIENC (environment) is not a setting here.")
        .withMessageContaining("\n  MCP_AUTH_REALM (environment) is empty.");
  }

  /** Nobody wrote what the message would quote. */
  @ParameterizedTest
  @CsvSource({
    "MCP_AUTH_RESOURCE, https://e.example/, MCP_AUTH_ENDPOINT_PATH, /api/mcp",
    "MCP_AUTH_ISSUER, foo, MCP_AUTH_ACCEPTED_ISSUERS, a b"
  })
  void whatFollowsFromAMistake_isNotTold(String key, String wrong, String other, String value) {
    Map<String, String> environment = base();
    environment.put(key, wrong);
    environment.put(other, value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment))
        .withMessageStartingWith(key + " (environment): ")
        .withMessageNotContaining("stand-in");
  }

  @Test
  void noProxy_isSaidInOneWord() {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_PROXY", "none");
    assertThat(builder(environment).configuration().tokens().connections().proxy()).isNull();
  }

  private static void putConnection(
      Map<Setting, Effect> effects,
      Setting key,
      String value,
      Function<OutboundConnections, Object> seen,
      Object expected) {
    effects.put(
        key,
        new Effect(value, b -> seen.apply(b.configuration().tokens().connections()), expected));
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
          MCP_AUTH_JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER=https://x.example/jwks | MCP_AUTH_JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER (environment): jwks_uri 'https://x.example/jwks': it is no plain http URL of a host.
          MCP_AUTH_JWKS={}                             | MCP_AUTH_JWKS (environment): The key set has no list 'keys'
          MCP_AUTH_JWKS_FILE=/nope.json                | MCP_AUTH_JWKS_FILE (environment): The key set '/nope.json' cannot be read
          MCP_AUTH_JWKS_URI=https://x.example/j;MCP_AUTH_JWKS_FILE=/nope.json | MCP_AUTH_JWKS_URI (environment) and MCP_AUTH_JWKS_FILE (environment) each say where the keys come from. Keep one, and remove the other.
          MCP_AUTH_ACCEPTED_ISSUERS=a b                | MCP_AUTH_ACCEPTED_ISSUERS (environment): Accepted issuers of 'https://login.example.com' are [a b]
          MCP_AUTH_ACCEPTED_ISSUERS=https://i.example/{tenantid}/v2.0 | MCP_AUTH_ACCEPTED_ISSUERS (environment): Accepted issuers of 'https://login.example.com' are [https://i.example/{tenantid}/v2.0], with a template.
          MCP_AUTH_ISSUER_TENANTS=t-1                  | MCP_AUTH_ISSUER_TENANTS (environment) is 't-1', but MCP_AUTH_ACCEPTED_ISSUERS is not one template.
          MCP_AUTH_ISSUER_TENANTS=common;MCP_AUTH_ACCEPTED_ISSUERS=https://i.example/{tenantid}/v2.0 | MCP_AUTH_ISSUER_TENANTS (environment): 'common' is no tenant id.
          MCP_AUTH_ISSUER_TENANTS=*;MCP_AUTH_ACCEPTED_ISSUERS=https://i.example/{tenantid}/v2.0 | MCP_AUTH_ISSUER_TENANTS (environment): '*' is no tenant id.
          MCP_AUTH_ISSUER_TENANTS=t;MCP_AUTH_ACCEPTED_ISSUERS=https://{tenantid}.example/v2.0 | MCP_AUTH_ISSUER_TENANTS (environment): 'https://{tenantid}.example/v2.0' is no issuer template.
          MCP_AUTH_JWKS_URI=http://keycloak:8080/certs | MCP_AUTH_JWKS_URI (environment): jwks_uri 'http://keycloak:8080/certs': plain http is only for loopback hosts. Write it as the provider's metadata does, such as 'https://login.example.com/jwks'. Inside a cluster write MCP_AUTH_JWKS_FILE, a file with the keys, or MCP_AUTH_JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER, with
          MCP_AUTH_SCOPE_CLAIM=scope,/realm_access/scopes | MCP_AUTH_SCOPE_CLAIM (environment) is 'scope,/realm_access/scopes', with a path. Write the name of a claim at the top of the token
          MCP_AUTH_CLIENT_ID_CLAIM=/app/id             | MCP_AUTH_CLIENT_ID_CLAIM (environment) is '/app/id', with a path.
          MCP_AUTH_ADVERTISED_SCOPES=a offline_access  | MCP_AUTH_ADVERTISED_SCOPES (environment) is 'a offline_access', but offline_access is between client and authorization server. Remove it.
          MCP_AUTH_TOKEN_TYPES=dpop+jwt                | MCP_AUTH_TOKEN_TYPES (environment): Provider profile 'generic-with-settings' has the type 'dpop+jwt', which is that of another token.
          MCP_AUTH_TOKEN_TYPES=Application/Logout+JWT  | MCP_AUTH_TOKEN_TYPES (environment): Provider profile 'generic-with-settings' has the type 'logout+jwt', which is that of another token.
          MCP_AUTH_TOKEN_TYPES=jwt;MCP_AUTH_PROFILE=logto | MCP_AUTH_TOKEN_TYPES (environment) is 'jwt', but the profile 'logto' tells access tokens from ID tokens by their type alone.
          MCP_AUTH_SCOPE_SEPARATOR=ab                  | MCP_AUTH_SCOPE_SEPARATOR (environment): Provider profile 'generic-with-settings' has the scope separator 'ab'.
          MCP_AUTH_SCOPE_SEPARATOR=ab;MCP_AUTH_TOKEN_TYPES=JOSE | MCP_AUTH_SCOPE_SEPARATOR (environment): Provider profile 'generic-with-settings' has the scope separator 'ab'.
          MCP_AUTH_SCOPE_SEPARATOR=ab;MCP_AUTH_SCOPE_CLAIM=x;MCP_AUTH_PROFILE=keycloak | MCP_AUTH_SCOPE_SEPARATOR (environment): Provider profile 'keycloak-with-settings' has the scope separator 'ab'.
          MCP_AUTH_SCOPE_SEPARATOR=,;MCP_AUTH_TOKEN_TYPES=dpop+jwt | MCP_AUTH_TOKEN_TYPES (environment): Provider profile 'generic-with-settings' has the type 'dpop+jwt'
          MCP_AUTH_ALLOW_AT_HASH_IN_ACCESS_TOKENS=yes  | MCP_AUTH_ALLOW_AT_HASH_IN_ACCESS_TOKENS (environment) is 'yes', which is neither.
          MCP_AUTH_ALLOW_AT_HASH_IN_ACCESS_TOKENS=true;MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE=c | MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE (environment): 'https://login.example.com' has access tokens with at_hash and a trusted client
          MCP_AUTH_PROFILE=dex;MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE=c | MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE (environment): 'https://login.example.com' has access tokens with at_hash and a trusted client, so an ID token of that client would pass. Write expectAudience instead, without code MCP_AUTH_AUDIENCE
          MCP_AUTH_PROFILE=xsuaa;MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE=c | MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE (environment): 'https://login.example.com' has access tokens that look as its ID tokens do and a trusted client
          MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE=,| MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE (environment) is ',', which has an empty entry.
          MCP_AUTH_POLICY_FILE=/nope/policy.json       | MCP_AUTH_POLICY_FILE (environment): Policy file '/nope/policy.json' does not exist.
          MCP_AUTH_REQUIRED_SCOPES=a\\b                | MCP_AUTH_REQUIRED_SCOPES (environment): Scope 'a\\b' is not a scope token.
          MCP_AUTH_REQUIRED_SCOPES=a,b                 | MCP_AUTH_REQUIRED_SCOPES (environment) is 'a,b', which has a comma. Write them separated by single spaces, such as 'a b'
          MCP_AUTH_ADVERTISED_SCOPES=a,b               | MCP_AUTH_ADVERTISED_SCOPES (environment) is 'a,b', which has a comma. Write them separated by single spaces
          MCP_AUTH_REQUIRED_SCOPES=a, b                | MCP_AUTH_REQUIRED_SCOPES (environment) is 'a, b', which has a comma.
          MCP_AUTH_ISSUER=https://x.example/r/.well-known/openid-configuration | MCP_AUTH_ISSUER (environment): Issuer 'https://x.example/r/.well-known/openid-configuration' is the address of metadata. Write the 'issuer' that stands in it, such as 'https://x.example/r'.
          MCP_AUTH_ISSUER=https://x.example/.well-known/oauth-authorization-server/r | MCP_AUTH_ISSUER (environment): Issuer 'https://x.example/.well-known/oauth-authorization-server/r' is the address of metadata. Write the 'issuer' that stands in it, such as 'https://x.example/r'.
          MCP_AUTH_REQUIRED_SCOPES=offline_access      | MCP_AUTH_REQUIRED_SCOPES (environment): Scope 'offline_access' is between client and authorization server.
          MCP_AUTH_ALLOWED_ORIGINS=*                   | MCP_AUTH_ALLOWED_ORIGINS (environment): Origin '*': there are no wildcards
          MCP_AUTH_MESSAGE_PATHS=message               | MCP_AUTH_MESSAGE_PATHS (environment): Message path 'message' is no path of a message endpoint. Write one such as '/message', or '/messages/*' for all below.
          MCP_AUTH_OUTBOUND_TIMEOUT_SECONDS=61         | MCP_AUTH_OUTBOUND_TIMEOUT_SECONDS (environment) is '61', which is no whole number from 1 to 60.
          MCP_AUTH_PROXY=socks5://p.example:1080       | MCP_AUTH_PROXY (environment): The proxy 'socks5://p.example:1080' is no HTTP proxy
          MCP_AUTH_NO_PROXY=a.example                  | MCP_AUTH_NO_PROXY (environment) means nothing here: there is no MCP_AUTH_PROXY.
          MCP_AUTH_PROXY=none;MCP_AUTH_NO_PROXY=a      | MCP_AUTH_NO_PROXY (environment) means nothing here: MCP_AUTH_PROXY (environment) is 'none'.
          MCP_AUTH_PROXY=http://p.example:1;MCP_AUTH_PROXY_CREDENTIALS=x | MCP_AUTH_PROXY_CREDENTIALS (environment) is '...', without a colon.
          MCP_AUTH_TRUST_STORE=/nope.pem               | MCP_AUTH_TRUST_STORE (environment): Trust store '/nope.pem' is no file
          MCP_AUTH_TRUST_STORE_PASSWORD=x              | MCP_AUTH_TRUST_STORE_PASSWORD (environment) means nothing here: there is no MCP_AUTH_TRUST_STORE.
          MCP_AUTH_NODES=0                             | MCP_AUTH_NODES (environment) is '0', which is no whole number from 1 to 2147483647.
          MCP_AUTH_ALLOWED_HOSTS=A                     | MCP_AUTH_ALLOWED_HOSTS (environment): Host 'A': it is not a host in lower case
          MCP_AUTH_EXPOSED_CLAIMS=a,,b                 | MCP_AUTH_EXPOSED_CLAIMS (environment) is 'a,,b', which has an empty entry.
          MCP_AUTH_CLOCK_SKEW_SECONDS=301              | MCP_AUTH_CLOCK_SKEW_SECONDS (environment) is '301', which is no whole number from 0 to 300.
          MCP_AUTH_MAX_TOKEN_LIFETIME_SECONDS=59       | MCP_AUTH_MAX_TOKEN_LIFETIME_SECONDS (environment) is '59', which is no whole number from 60 to 2592000.
          MCP_AUTH_ENDPOINT_PATH=/api/mcp              | MCP_AUTH_ENDPOINT_PATH (environment): Endpoint path '/api/mcp' contradicts the resource 'https://mcp.example.com/mcp', which has a path.
          MCP_AUTH_RESOURCE=https://e.example;MCP_AUTH_ENDPOINT_PATH=mcp | MCP_AUTH_ENDPOINT_PATH (environment): Endpoint path 'mcp' is no path. Write one such as '/api/mcp'.
          MCP_AUTH_RESOURCE=https://e.example;MCP_AUTH_ENDPOINT_PATH=/a/../b | MCP_AUTH_ENDPOINT_PATH (environment): Resource 'https://e.example/a/../b': it is not in normalised form.
          MCP_AUTH_CHALLENGE_SCOPES=exact              | MCP_AUTH_CHALLENGE_SCOPES (environment): 'exact' says nothing. Write 'by-revision',
          MCP_AUTH_ADVERTISED_SCOPES=a;MCP_AUTH_ADVERTISE_NO_SCOPES=true | MCP_AUTH_ADVERTISED_SCOPES (environment) and MCP_AUTH_ADVERTISE_NO_SCOPES (environment) contradict each other.
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
    "SCOPE_CLAIM, scopes",
    "SCOPE_SEPARATOR, ;",
    "CLIENT_ID_CLAIM, app",
    "TOKEN_TYPES, JOSE",
    "ALLOW_AT_HASH_IN_ACCESS_TOKENS, true",
    "ISSUER_TENANTS, t-1",
    "JWKS_URI, https://x.example/jwks",
    "ACCEPTED_ISSUERS, https://y.example",
    "SCOPE_PREFIX, api://f/",
    "TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE, c",
    "INTROSPECTION, true",
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
  void tenants_fillTheTemplate() {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_ACCEPTED_ISSUERS", "https://i.example/{tenantid}/v2.0");
    environment.put("MCP_AUTH_ISSUER_TENANTS", "t-1, t-2");
    environment.put("MCP_AUTH_PROFILE", "entra-multitenant");
    assertThat(builder(environment).configuration().tokens().servers().get(0).acceptedIssuers())
        .containsExactlyInAnyOrder("https://i.example/t-1/v2.0", "https://i.example/t-2/v2.0");
  }

  @Test
  void profileForTenantsWithoutAny_stopsTheStart() {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_PROFILE", "entra-multitenant");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment).build().close())
        .withMessageContaining("'entra-multitenant' and no tenants")
        .withMessageContaining("MCP_AUTH_ISSUER_TENANTS");
    environment.put("MCP_AUTH_SCOPE_CLAIM", "rights");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment).build().close())
        .withMessageContaining("'entra-multitenant-with-settings' and no tenants");
  }

  /** Each is right by itself. */
  @Test
  void policyAndSettingThatContradictEachOther_areBothNamed() throws IOException {
    Path policy = directory.resolve("only.json");
    Files.writeString(policy, "{\"tools\": {\"t\": [\"s\"]}, \"challengeOnlyRequired\": true}");
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_POLICY_FILE", policy.toString());
    environment.put("MCP_AUTH_CHALLENGE_SCOPES", "with-granted");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(environment).build().close())
        .withMessageStartingWith("The policy's challengeOnlyRequired contradicts")
        .withMessageContaining("MCP_AUTH_CHALLENGE_SCOPES=with-granted");
    environment.put("MCP_AUTH_CHALLENGE_SCOPES", "only-required");
    builder(environment).build().close();
  }

  /** In the log the name of the table stands for the table's facts. */
  @Test
  void changedProfile_hasANameOfItsOwn() {
    Map<String, String> environment = base();
    environment.put("MCP_AUTH_PROFILE", "keycloak");
    environment.put("MCP_AUTH_SCOPE_CLAIM", "rights");
    ProviderProfile profile =
        builder(environment).configuration().tokens().servers().get(0).profile();
    assertThat(profile.name()).isEqualTo("keycloak-with-settings");
    assertThat(profile.confirmed()).isFalse();
    assertThat(profile.otherAudiences()).containsExactly("account");
    assertThat(profile.traits()).containsExactly(ProviderProfile.Trait.REGISTERED_SCOPES_ONLY);
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
    if (key == Setting.ENDPOINT_PATH) {
      environment.put("MCP_AUTH_RESOURCE", "https://mcp.example.com");
    }
    if (key == Setting.POLICY_WATCH_SECONDS) {
      environment.put("MCP_AUTH_POLICY_FILE", directory.resolve("policy.json").toString());
    }
    if (OF_THE_PROXY.contains(key)) {
      environment.put("MCP_AUTH_PROXY", "http://p.example:3128");
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
