package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that deployed providers were reported to write, with settings alone. */
class DeployedTokensTest {
  private static final TestIssuer ISSUER = TestIssuer.start(ProtectedServer.CLOCK);

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  /** SAP/cloud-security-services-integration-library#100, SAP/cloud-sdk#840. */
  @ParameterizedTest
  @ValueSource(strings = {"jku", "x5u", "x5t", "x5t#S256", "x5c"})
  void xsuaaTokenWithJku_isAccepted(String member) {
    try (ResourceServer server = server()) {
      assertGranted(
          decide(
              server, good().header(member, "https://tenant.authentication.example/token_keys")));
      assertInvalidToken(
          decide(server, good().header("jwk", Map.of("kty", "RSA"))),
          ReasonCode.TOKEN_HEADER_NOT_ACCEPTED);
    }
  }

  /** dexidp/dex#772. */
  @Test
  void atHashInAnAccessToken_isAcceptedBySetting() {
    TestIssuer.Token token = good().claim("at_hash", "x9");
    try (ResourceServer strict = server();
        ResourceServer server = server("MCP_AUTH_ALLOW_AT_HASH_IN_ACCESS_TOKENS", "true")) {
      assertInvalidToken(decide(strict, token), ReasonCode.ID_TOKEN_NOT_ACCEPTED);
      assertGranted(decide(server, token));
      assertInvalidToken(
          decide(server, good().claim("at_hash", "x9").claim("c_hash", "y")),
          ReasonCode.ID_TOKEN_NOT_ACCEPTED);
      assertInvalidToken(
          decide(server, ISSUER.token("client-1").scopes("mcp").claim("at_hash", "x9")),
          ReasonCode.WRONG_AUDIENCE);
    }
  }

  /** openidconnect-rs#160 (IBM App ID). */
  @ParameterizedTest
  @ValueSource(strings = {"JOSE", "jose", "application/JOSE"})
  void typeThatTheOperatorNames_isAccepted(String type) {
    try (ResourceServer strict = server();
        ResourceServer server = server("MCP_AUTH_TOKEN_TYPES", "application/JOSE, x+jwt")) {
      assertInvalidToken(
          decide(strict, good().header("typ", type)), ReasonCode.TOKEN_TYPE_NOT_ACCEPTED);
      assertGranted(decide(server, good().header("typ", type)));
      assertGranted(decide(server, good().header("typ", "at+jwt")));
      assertInvalidToken(
          decide(server, good().header("typ", "secevent+jwt")), ReasonCode.TOKEN_TYPE_NOT_ACCEPTED);
    }
  }

  /** ory/oathkeeper#162. */
  @Test
  void scopesInAnotherClaim_areReadBySetting() {
    TestIssuer.Token array = good().withoutClaim("scope").claim("scopes", List.of("mcp", "a"));
    TestIssuer.Token text = good().withoutClaim("scope").claim("scopes", "mcp a");
    try (ResourceServer server = server("MCP_AUTH_SCOPE_CLAIM", "scopes")) {
      assertThat(caller(decide(server, array)).scopes()).containsExactly("mcp", "a");
      assertThat(caller(decide(server, text)).scopes()).containsExactly("mcp", "a");
      assertThat(decide(server, good())).isInstanceOf(AccessDecision.Refused.class);
    }
  }

  @Test
  void scopesWithCommas_areReadBySetting() {
    TestIssuer.Token token = good().claim("scope", "mcp, a,,b c");
    try (ResourceServer server = server("MCP_AUTH_SCOPE_SEPARATOR", ",")) {
      assertThat(caller(decide(server, token)).scopes()).containsExactly("mcp", "a", "b c");
    }
  }

  /** cyanheads/mcp-ts-core#128. */
  @Test
  void scopeAndScp_areUnited() {
    try (ResourceServer server = server()) {
      TestIssuer.Token both = good().claim("scope", "mcp").claim("scp", List.of("a", "mcp"));
      assertThat(caller(decide(server, both)).scopes()).containsExactly("mcp", "a");
      TestIssuer.Token emptyText = good().claim("scope", "").claim("scp", List.of("mcp"));
      assertThat(caller(decide(server, emptyText)).scopes()).containsExactly("mcp");
      TestIssuer.Token emptyList = good().claim("scope", "mcp").claim("scp", List.of());
      assertThat(caller(decide(server, emptyList)).scopes()).containsExactly("mcp");
      TestIssuer.Token odd = good().claim("scope", "mcp").claim("scp", Map.of("a", true));
      assertInvalidToken(decide(server, odd), ReasonCode.CLAIM_INVALID);
    }
  }

  @Test
  void clientInAnotherClaim_isReadBySetting() {
    TestIssuer.Token token = good().withoutClaim("client_id").claim("application", "app-1");
    try (ResourceServer server = server("MCP_AUTH_CLIENT_ID_CLAIM", "application,client_id")) {
      assertThat(caller(decide(server, token)).clientId()).isEqualTo("app-1");
      assertThat(caller(decide(server, good().claim("client_id", "c"))).clientId()).isEqualTo("c");
    }
  }

  /** jellyfin-plugin-sso#934 (Zitadel). */
  @Test
  void rolesAsTheKeysOfAnObject_areRoles() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .roleClaim("urn:zitadel:iam:org:project:roles")
            .tool("drop", Access.scopes().role("admin"))
            .build();
    try (ResourceServer server = server(policy, Map.of())) {
      assertGranted(drop(server, roles(Map.of("admin", Map.of("1637", "acme.zitadel.cloud")))));
      assertGranted(drop(server, roles(List.of("admin"))));
      assertGranted(drop(server, roles("admin")));
      for (Object none :
          List.of(
              Map.of("viewer", Map.of("admin", "x")),
              Map.of("admin", false),
              Map.of(),
              List.of(Map.of("admin", true)),
              "viewer,admin")) {
        AccessDecision.Refused refused =
            Answers.assertRefused(drop(server, roles(none)), 403, ReasonCode.ROLE_MISSING);
        assertThat(refused.headers().get("WWW-Authenticate")).doesNotContain("scope=");
      }
    }
  }

  @Test
  void rolesInOneString_areReadBySetting() {
    ToolPolicy policy =
        ToolPolicy.fromJson(
            """
            {"roleClaim": "roles", "roleSeparator": ",",
             "tools": {"drop": {"roles": ["admin"]}}}
            """
                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
            "policy.json");
    try (ResourceServer server = server(policy, Map.of())) {
      assertGranted(drop(server, good().claim("roles", "viewer, admin")));
      Answers.assertRefused(
          drop(server, good().claim("roles", "viewer admin")), 403, ReasonCode.ROLE_MISSING);
      Answers.assertRefused(
          drop(server, good().claim("roles", "adm,in")), 403, ReasonCode.ROLE_MISSING);
    }
  }

  private static TestIssuer.Token roles(Object value) {
    return good().claim("urn:zitadel:iam:org:project:roles", value);
  }

  private static AccessDecision drop(ResourceServer server, TestIssuer.Token token) {
    return server.decide(RequestStub.post(Guarded.call("1", "drop")).bearer(token.mint()));
  }

  private static TestIssuer.Token good() {
    return ISSUER.token(ProtectedServer.RESOURCE).scopes("mcp");
  }

  private static ResourceServer server(String... setting) {
    return server(
        ToolPolicy.builder().baseScopes("mcp").build(),
        setting.length == 0 ? Map.of() : Map.of(setting[0], setting[1]));
  }

  private static ResourceServer server(ToolPolicy policy, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("MCP_AUTH_RESOURCE", ProtectedServer.RESOURCE);
    environment.put("MCP_AUTH_ISSUER", ISSUER.issuer());
    environment.put("MCP_AUTH_JWKS_URI", ISSUER.jwksUri());
    Settings settings =
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
    return ConfiguredServer.builder(settings, policy).clock(ProtectedServer.CLOCK).build();
  }

  private static AccessDecision decide(ResourceServer server, TestIssuer.Token token) {
    return server.decide(RequestStub.of("GET").bearer(token.mint()));
  }
}
