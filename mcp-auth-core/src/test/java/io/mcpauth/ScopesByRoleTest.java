package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.policy.Target;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.policy.ToolPolicyBuilder;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Scopes that roles and groups give, for providers that issue none of one's own. */
class ScopesByRoleTest {
  private static final TestIssuer ISSUER = TestIssuer.start(ProtectedServer.CLOCK);

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  /** The provider issues mcp and files:read, and roles give files:write and deploy. */
  private static ToolPolicyBuilder policy() {
    return ToolPolicy.builder()
        .baseScopes("mcp")
        .tool("read", "files:read")
        .tool("write", "files:read", "files:write")
        .tool("deploy", "deploy")
        .roleScopes("editor", "files:write")
        .groupScopes("ops", "deploy");
  }

  @Test
  void scopeOfARole_isAsGoodAsOneOfTheToken() {
    try (ResourceServer server = server(policy().build())) {
      TestIssuer.Token editor = token("mcp", "files:read").claim("roles", List.of("editor", "x"));
      AccessDecision decision = call(server, "write", editor);
      assertThat(caller(decision).scopes()).containsExactly("mcp", "files:read", "files:write");
      assertGranted(call(server, "deploy", token("mcp").claim("groups", Map.of("ops", true))));
      assertGranted(call(server, "deploy", token("mcp", "deploy"))); // issued after all
      for (TestIssuer.Token none :
          List.of(
              token("mcp"),
              token("mcp").claim("roles", List.of("ops")),
              token("mcp").claim("groups", List.of("OPS")),
              token("mcp").claim("groups", List.of("deploy")))) {
        assertRefused(call(server, "deploy", none), 403, ReasonCode.ROLE_MISSING);
      }
    }
  }

  /** Whoever writes a role as a key says by its value whether the caller has it. */
  @Test
  void keyOfAnObject_isARoleOnlyWhereItsValueSaysSo() {
    try (ResourceServer server = server(policy().build())) {
      for (Object held : List.of(true, Map.of("org-1", "acme.test"))) {
        assertGranted(call(server, "deploy", token("mcp").claim("groups", Map.of("ops", held))));
      }
      for (Object not :
          List.of(false, "false", "no", "true", "", 0, 1, List.of(), List.of("a"), Map.of())) {
        assertRefused(
            call(server, "deploy", token("mcp").claim("groups", Map.of("ops", not))),
            403,
            ReasonCode.ROLE_MISSING);
      }
    }
  }

  /** Its provider would answer the whole login with invalid_scope. */
  @Test
  void scopeThatOnlyARoleGives_isNeverAskedFor() {
    try (ResourceServer server = server(policy().build())) {
      assertThat(server.metadata().scopesSupported()).containsExactly("files:read", "mcp");
      AccessDecision.Refused login =
          assertRefused(
              server.decide(RequestStub.post(Guarded.call("1", "write"))),
              401,
              ReasonCode.CREDENTIAL_MISSING);
      assertThat(challenge(login)).contains("mcp").doesNotContain("files:write");
      AccessDecision.Refused noRole =
          assertRefused(
              call(server, "write", token("mcp", "files:read")), 403, ReasonCode.ROLE_MISSING);
      assertThat(challenge(noRole)).doesNotContain("scope=").doesNotContain("error=");
      assertRefused(call(server, "write", token("mcp")), 403, ReasonCode.ROLE_MISSING);
      AccessDecision.Refused stepUp =
          assertRefused(
              call(server, "write", token("mcp").claim("roles", "editor")),
              403,
              ReasonCode.INSUFFICIENT_SCOPE);
      assertThat(challenge(stepUp)).contains("scope=\"mcp files:read\"");
    }
  }

  @Test
  void scopeThatIsIssuedToo_isAskedFor() {
    try (ResourceServer server = server(policy().alsoIssued("files:write").build())) {
      assertThat(server.metadata().scopesSupported())
          .containsExactly("files:read", "files:write", "mcp");
      AccessDecision.Refused stepUp =
          assertRefused(
              call(server, "write", token("mcp", "files:read")),
              403,
              ReasonCode.INSUFFICIENT_SCOPE);
      assertThat(challenge(stepUp)).contains("scope=\"mcp files:read files:write\"");
    }
  }

  @Test
  void baseScopeOfARole_isNeededAndNotAskedFor() {
    ToolPolicy policy =
        ToolPolicy.builder().baseScopes("mcp").tool("t").roleScopes("user", "mcp").build();
    try (ResourceServer server = server(policy)) {
      assertGranted(call(server, "t", token().claim("roles", "user")));
      AccessDecision.Refused none =
          assertRefused(call(server, "t", token()), 403, ReasonCode.ROLE_MISSING);
      assertThat(challenge(none)).doesNotContain("scope=");
      AccessDecision.Refused login =
          assertRefused(
              server.decide(RequestStub.post(Guarded.call("1", "t"))),
              401,
              ReasonCode.CREDENTIAL_MISSING);
      assertThat(challenge(login)).doesNotContain("scope=");
    }
  }

  @Test
  void whatAGivenScopeImplies_isGivenToo() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("t", "files:write")
            .implies("files:admin", "files:*")
            .roleScopes("admin", "files:admin")
            .build();
    try (ResourceServer server = server(policy)) {
      assertGranted(call(server, "t", token().claim("roles", "admin")));
      AccessDecision.Refused stepUp =
          assertRefused(call(server, "t", token("x")), 403, ReasonCode.INSUFFICIENT_SCOPE);
      assertThat(challenge(stepUp)).contains("scope=\"files:write\"");
    }
  }

  @Test
  void oneOfSeveral_isTheOneThatCanBeHad() {
    ToolPolicy policy =
        ToolPolicy.fromJson(
            """
            {"tools": {"t": {"anyOf": ["by-role", "issued"]}}, "roleScopes": {"r": ["by-role"]}}
            """
                .getBytes(StandardCharsets.UTF_8),
            "policy.json");
    try (ResourceServer server = server(policy)) {
      assertGranted(call(server, "t", token().claim("roles", "r")));
      AccessDecision.Refused stepUp =
          assertRefused(call(server, "t", token()), 403, ReasonCode.INSUFFICIENT_SCOPE);
      assertThat(challenge(stepUp)).contains("scope=\"issued\"");
    }
  }

  @Test
  void capOfAClient_boundsWhatARoleGives() {
    ToolPolicy policy = policy().maxScopes(ISSUER.issuer(), "bot", "mcp", "files:read").build();
    try (ResourceServer server = server(policy)) {
      TestIssuer.Token editor = token("mcp", "files:read").claim("roles", "editor");
      assertGranted(call(server, "write", editor));
      assertRefused(
          call(server, "write", editor.claim("client_id", "bot")),
          403,
          ReasonCode.SCOPE_BEYOND_CLIENT);
    }
  }

  @Test
  void changedMapping_actsOnKeptVerdicts() {
    try (ResourceServer server = server(policy().build())) {
      TestIssuer.Token editor = token("mcp", "files:read").claim("roles", "editor");
      String kept = editor.mint();
      assertGranted(call(server, "write", kept));
      assertThat(server.keptVerdicts().get(ISSUER.issuer())).isOne();

      server.livePolicy().replace(withRole("owner"));
      assertRefused(call(server, "write", kept), 403, ReasonCode.ROLE_MISSING);
      McpPrincipal after = caller(call(server, "read", kept));
      assertThat(after.scopes()).containsExactly("mcp", "files:read");

      server.livePolicy().replace(withRole("editor"));
      assertGranted(call(server, "write", kept));
    }
  }

  /** A group 'ops' of the other issuer is whatever its administrators make of it. */
  @Test
  void issuerThatIsNotNamed_givesNothing() {
    try (TestIssuer other = TestIssuer.start(ProtectedServer.CLOCK)) {
      ToolPolicy ours = policy().givenByIssuers(ISSUER.issuer()).build();
      try (ResourceServer server = server(ours, other)) {
        String own = token("mcp").claim("groups", "ops").mint();
        String foreign =
            other
                .token(ProtectedServer.RESOURCE)
                .scopes("mcp")
                .claim("groups", "ops")
                .claim("roles", "editor")
                .mint();
        assertGranted(call(server, "deploy", own));
        AccessDecision.Refused refused =
            assertRefused(call(server, "deploy", foreign), 403, ReasonCode.ROLE_MISSING);
        assertThat(challenge(refused)).doesNotContain("scope=");
        assertThat(server.livePolicy().warnings(ours)).isEmpty();

        ToolPolicy everybodys = policy().build();
        assertThat(server.livePolicy().warnings(everybodys))
            .singleElement()
            .asString()
            .contains(ISSUER.issuer(), other.issuer(), "givenByIssuers");
        server.livePolicy().replace(everybodys); // as it is without the list
        assertGranted(call(server, "deploy", foreign));
        server.livePolicy().replace(ours);
        assertRefused(call(server, "deploy", foreign), 403, ReasonCode.ROLE_MISSING);
      }
    }
  }

  @Test
  void tenants_areSeveralIssuersToo() {
    String template = "https://login.example.com/{tenantid}/v2.0";
    AuthorizationServer tenants =
        AuthorizationServer.of("https://login.example.com").expectTenants(template, "1", "2");
    ToolPolicy groups = policy().build();
    try (ResourceServer server =
        ResourceServer.builder(ProtectedServer.RESOURCE, tenants, groups).build()) {
      assertThat(server.livePolicy().warnings(groups)).hasSize(1);
      ToolPolicy roleAsRule = ToolPolicy.builder().tool("t", Access.scopes().role("r")).build();
      assertThat(server.livePolicy().warnings(roleAsRule)).isEmpty();
    }
    try (ResourceServer server = server(groups)) {
      assertThat(server.livePolicy().warnings(groups)).isEmpty();
    }
  }

  @Test
  void issuerWhoseTokensAreNotAccepted_stopsTheStart() {
    ToolPolicy misspelt = policy().givenByIssuers(ISSUER.issuer() + "/").build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server(misspelt).close())
        .withMessageContaining("givenByIssuers has the issuer '" + ISSUER.issuer() + "/'")
        .withMessageContaining("Write one of these");
    ToolPolicyBuilder nothing = ToolPolicy.builder().givenByIssuers("https://a.test");
    assertThatIllegalArgumentException()
        .isThrownBy(nothing::build)
        .withMessageContaining("remove givenByIssuers");
    for (String[] none : List.of(new String[0], new String[] {" "})) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ToolPolicy.builder().givenByIssuers(none))
          .withMessageContaining("Write exact iss values");
    }
  }

  private static ToolPolicy withRole(String role) {
    return ToolPolicy.builder()
        .baseScopes("mcp")
        .tool("read", "files:read")
        .tool("write", "files:read", "files:write")
        .roleScopes(role, "files:write")
        .build();
  }

  @Test
  void explanation_saysWhatWasGiven() {
    McpPrincipal editor =
        token("mcp", "files:read").claim("roles", List.of("editor")).principal("roles", "groups");
    ToolPolicy.Explanation explained =
        policy().build().explain(editor, RpcCalls.tool("write", Map.of()));

    assertThat(explained.verdict()).isInstanceOf(ToolPolicy.Verdict.Allowed.class);
    assertThat(explained.steps())
        .startsWith("scopes that roles and groups give: [files:write]")
        .contains("    has files:write");
  }

  @Test
  void list_hidesWhatOnlyAnotherRoleCouldDo() {
    ToolPolicy policy = policy().build();
    McpPrincipal nobody = token("mcp").principal("roles", "groups");
    Target deploy = new Target(Target.Kind.TOOL, "deploy");

    assertThat(policy.reach(nobody, deploy)).isEqualTo(ToolPolicy.Reach.NEVER);
    assertThat(policy.lists(nobody, deploy)).isFalse();
    assertThat(policy.lists(nobody, new Target(Target.Kind.TOOL, "read"))).isTrue();
    assertThat(policy.listCaching(Target.Kind.TOOL, "2026-07-28"))
        .containsEntry("cacheScope", "private");
    assertThat(policy.securitySchemes("write").toString())
        .contains("files:read")
        .doesNotContain("files:write");
    assertThat(policy.claimNames()).containsExactlyInAnyOrder("roles", "groups");
    assertThat(policy.unobtainableScopes("mcp"::equals)).containsExactly("files:read");
  }

  @Test
  void whatWouldBeAskedForInVain_stopsTheStart() {
    ToolPolicyBuilder initial = ToolPolicy.builder().initialScopes("a").roleScopes("r", "a");
    assertThatIllegalArgumentException()
        .isThrownBy(initial::build)
        .withMessageContaining("Initial scope 'a' is given by a role or group alone")
        .withMessageContaining("alsoIssued");
    assertThat(initial.alsoIssued("a").build().initialScopes()).containsExactly("a");
    ToolPolicyBuilder issued = ToolPolicy.builder().alsoIssued("a");
    assertThatIllegalArgumentException()
        .isThrownBy(issued::build)
        .withMessageContaining("no role or group gives it");
    ToolPolicyBuilder builder = ToolPolicy.builder();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.roleScopes("r"))
        .withMessageContaining("gives nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.groupScopes(" ", "a"))
        .withMessageContaining("gives nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.roleSeparator("x"))
        .withMessageContaining("Write one character");
  }

  private static String challenge(AccessDecision.Refused refused) {
    return String.valueOf(refused.headers().get("WWW-Authenticate"));
  }

  private static TestIssuer.Token token(String... scopes) {
    return ISSUER.token(ProtectedServer.RESOURCE).scopes(scopes);
  }

  private static AccessDecision call(ResourceServer server, String tool, TestIssuer.Token token) {
    return call(server, tool, token.mint());
  }

  private static AccessDecision call(ResourceServer server, String tool, String token) {
    return server.decide(RequestStub.post(Guarded.call("1", tool)).bearer(token));
  }

  private static ResourceServer server(ToolPolicy policy, TestIssuer... others) {
    ResourceServerBuilder builder =
        ResourceServer.builder(ProtectedServer.RESOURCE, at(ISSUER), policy)
            .clock(ProtectedServer.CLOCK);
    for (TestIssuer other : others) {
      builder.authorizationServer(at(other));
    }
    return builder.build();
  }

  private static AuthorizationServer at(TestIssuer issuer) {
    return AuthorizationServer.of(issuer.issuer()).withJwksUri(issuer.jwksUri());
  }
}
