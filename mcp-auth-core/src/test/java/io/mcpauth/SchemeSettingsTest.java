package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.ClientCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings say of certificates of clients, and of the tokens of a proxy. */
class SchemeSettingsTest {
  private static final ToolPolicy POLICY = ToolPolicy.builder().tool("t").build();
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final byte[] DER = "a certificate".getBytes(StandardCharsets.UTF_8);
  private static final TestIssuer ISSUER = TestIssuer.start();

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  private static Settings settings(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MCP_AUTH_RESOURCE", RESOURCE);
    environment.put("MCP_AUTH_ISSUER", ISSUER.issuer());
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put("MCP_AUTH_" + pairs[i], pairs[i + 1]);
    }
    return Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
  }

  private static ResourceServerBuilder builder(String... pairs) {
    return ConfiguredServer.builder(settings(pairs), POLICY).clock(Clock.systemUTC());
  }

  private static String boundToken() {
    return ISSUER
        .token(RESOURCE)
        .claim(
            "cnf",
            Map.of(
                "x5t#S256",
                Base64.getUrlEncoder().withoutPadding().encodeToString(Opaque.sha256(DER))))
        .mint();
  }

  @Test
  void withoutSettings_nothingIsAcceptedBesideBearerTokens() {
    try (ResourceServer server = builder().build()) {
      assertThat(server.credentialHeaders()).containsExactly("authorization");
      assertThat(server.metadata().tlsClientCertificateBoundAccessTokens()).isFalse();
    }
  }

  @Test
  void container_isWhereCertificatesAreLookedFor() {
    try (ResourceServer server = builder("MTLS", "container").build()) {
      assertThat(server.metadata().tlsClientCertificateBoundAccessTokens()).isTrue();
      assertThat(server.credentialHeaders()).containsExactly("authorization");
      assertUnproven(server.decide(RequestStub.of("GET").bearer(boundToken())));
      assertGranted(server.decide(RequestStub.of("GET").bearer(ISSUER.token(RESOURCE).mint())));
    }
  }

  @Test
  void required_isForAllTokens() {
    try (ResourceServer server = builder("MTLS", "container", "MTLS_REQUIRED", "true").build()) {
      assertUnproven(server.decide(RequestStub.of("GET").bearer(ISSUER.token(RESOURCE).mint())));
    }
  }

  private static void assertUnproven(AccessDecision decision) {
    assertRefused(decision, 401, ReasonCode.PROOF_OF_POSSESSION_MISSING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "rfc-9440", "envoy", "escaped-pem"})
  void headerOfTheNamedProxies_isRead(String format) {
    String base64 = Base64.getEncoder().encodeToString(DER);
    String line =
        switch (format) {
          case "envoy" -> "Hash=" + HexFormat.of().formatHex(Opaque.sha256(DER));
          case "escaped-pem" ->
              "-----BEGIN%20CERTIFICATE-----%0A" + base64 + "%0A-----END%20CERTIFICATE-----";
          default -> ":" + base64 + ":";
        };
    String[] all = {
      "MTLS", "header",
      "MTLS_HEADER", "X-Cert",
      "MTLS_TRUSTED_PROXIES", "192.168.0.1, 10.0.0.0/8",
      "MTLS_HEADER_FORMAT", format
    };
    String[] pairs = format.isEmpty() ? List.of(all).subList(0, 6).toArray(String[]::new) : all;
    try (ResourceServer server = builder(pairs).build()) {
      RequestStub request = RequestStub.of("GET").bearer(boundToken()).header("X-Cert", line);
      assertGranted(server.decide(request.address("10.9.9.9")));
      assertGranted(server.decide(request.address("192.168.0.1")));
      assertUnproven(server.decide(request.address("192.168.0.2")));
      assertThat(server.credentialHeaders()).containsExactlyInAnyOrder("authorization", "x-cert");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MTLS=tls | MCP_AUTH_MTLS (environment) is 'tls', which is no place",
        "MTLS_REQUIRED=true | MCP_AUTH_MTLS_REQUIRED (environment) means nothing here",
        "MTLS_HEADER=X-Cert | there is no MCP_AUTH_MTLS",
        "MTLS=container;MTLS_HEADER=X-Cert | is 'container'",
        "MTLS=header;MTLS_TRUSTED_PROXIES=10.0.0.1 | MCP_AUTH_MTLS_HEADER is not set",
        "MTLS=header;MTLS_HEADER=X-Cert | MCP_AUTH_MTLS_TRUSTED_PROXIES is not set",
        "MTLS=header;MTLS_HEADER=X_Cert;MTLS_TRUSTED_PROXIES=10.0.0.1 | MCP_AUTH_MTLS_HEADER",
        "MTLS=header;MTLS_HEADER=X-C;MTLS_TRUSTED_PROXIES=0.0.0.0/0 |"
            + " MCP_AUTH_MTLS_TRUSTED_PROXIES",
        "MTLS=header;MTLS_HEADER=X-C;MTLS_TRUSTED_PROXIES=10.0.0.1;MTLS_HEADER_FORMAT=pem |"
            + " [rfc-9440, escaped-pem, envoy]",
        "PROXY_TOKEN_AUDIENCE=a | there is neither MCP_AUTH_PROXY_TOKEN_PROFILE nor",
        "PROXY_TOKEN_PROFILE=iap;PROXY_TOKEN_AUDIENCE=a | which is none",
        "PROXY_TOKEN_PROFILE=google-iap | MCP_AUTH_PROXY_TOKEN_AUDIENCE is not set",
        "PROXY_TOKEN_PROFILE=google-iap;PROXY_TOKEN_AUDIENCE=a;PROXY_TOKEN_ISSUER=https://x.example"
            + " | knows it",
        "PROXY_TOKEN_PROFILE=cloudflare-access;PROXY_TOKEN_AUDIENCE=a | MCP_AUTH_PROXY_TOKEN_ISSUER"
            + " is not set",
        "PROXY_TOKEN_PROFILE=cloudflare-access;PROXY_TOKEN_AUDIENCE=a;PROXY_TOKEN_ISSUER=https://x.example/"
            + " | ends with a slash",
        "PROXY_TOKEN_HEADER=X-P;PROXY_TOKEN_AUDIENCE=a | MCP_AUTH_PROXY_TOKEN_ISSUER is not set",
        "PROXY_TOKEN_HEADER=Authorization;PROXY_TOKEN_AUDIENCE=a;PROXY_TOKEN_ISSUER=https://x.example"
            + " | says something else",
        "PROXY_TOKEN_PROFILE=google-iap;PROXY_TOKEN_AUDIENCE=a;AUDIENCE=b | the only tokens are"
            + " those of the proxy",
        "PROXY_TOKEN_PROFILE=google-iap;PROXY_TOKEN_AUDIENCE=a;JWKS_URI=https://x.example/k | the"
            + " only tokens are those of the proxy"
      })
  void mistake_isNamedWithWhatToWrite(String settings, String message) {
    String[] pairs = settings.split("[;=]", -1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(pairs).build())
        .withMessageContaining(message);
  }

  @Test
  void ofTheProxyAlone_orOfAnythingElse() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder(
                        "MTLS", "container",
                        "PROXY_TOKEN_PROFILE", "google-iap",
                        "PROXY_TOKEN_AUDIENCE", "a")
                    .build())
        .withMessageContaining("the only credential");
  }

  @Test
  void codeThatAcceptsTheSame_isToldThatItIsSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder("MTLS", "container").accept(ClientCertificates.fromContainer()))
        .withMessageContaining("ClientCertificates");
  }

  @Test
  void tokensOfAProxy_areTheOnlyOnes() {
    try (TestIssuer proxy = TestIssuer.start();
        ResourceServer server =
            builder(
                    "PROXY_TOKEN_HEADER",
                    "X-P",
                    "PROXY_TOKEN_ISSUER",
                    proxy.issuer(),
                    "PROXY_TOKEN_AUDIENCE",
                    "a, b",
                    "PROXY_TOKEN_JWKS_URI",
                    proxy.jwksUri())
                .build()) {
      assertGranted(server.decide(RequestStub.of("GET").header("X-P", proxy.token("b").mint())));
      assertRefused(
          server.decide(RequestStub.of("GET").header("X-P", proxy.token("c").mint())),
          401,
          ReasonCode.WRONG_AUDIENCE);
      assertRefused(
          server.decide(RequestStub.of("GET").bearer(ISSUER.token(RESOURCE).mint())),
          401,
          ReasonCode.CREDENTIAL_MISSING);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "google-iap, , https://cloud.google.com/iap, x-goog-iap-jwt-assertion",
    "cloudflare-access, https://a.cloudflareaccess.com, https://a.cloudflareaccess.com,"
        + " cf-access-jwt-assertion"
  })
  void profileOfAProxy_knowsTheRest(
      String profile, @Nullable String issuer, String iss, String header) {
    String[] all = {
      "PROXY_TOKEN_PROFILE",
      profile,
      "PROXY_TOKEN_AUDIENCE",
      "a",
      "PROXY_TOKEN_ISSUER",
      String.valueOf(issuer)
    };
    String[] pairs = issuer == null ? List.of(all).subList(0, 4).toArray(String[]::new) : all;

    assertThat(ConfiguredServer.acceptedIssuers(settings(pairs))).isEqualTo(List.of(Set.of(iss)));
    try (ResourceServer server = builder(pairs).build()) {
      assertThat(server.credentialHeaders()).containsExactlyInAnyOrder("authorization", header);
      assertThat(server.keyStatus().get(0).issuer()).isEqualTo(iss);
      assertThat(server.metadata().authorizationServers()).containsExactly(ISSUER.issuer());
    }
  }

  @Test
  void policyCheck_knowsWhatIsAccepted(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("policy.json");
    Files.writeString(file, "{\"tools\": {\"t\": {\"schemes\": [\"MutualTLS\"]}}}");
    PolicyFile policy = PolicyFile.at(file);

    assertThat(ConfiguredServer.checkPolicy(settings("MTLS", "container"), policy)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.checkPolicy(settings(), policy))
        .withMessageContaining("'MutualTLS'");
  }
}
