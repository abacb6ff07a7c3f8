package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.authserver.RequestSources;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.PendingAuthorization;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.pkce.CodeChallenge;
import io.mcpauth.policy.RequiresScopes;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Compiles every example of the Javadoc as it stands, and runs what needs no other server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD) // the examples share their variables
class JavadocExamplesTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String ISSUER = "https://login.example.com";

  private JavadocExamples examples;

  @BeforeAll
  void compile(@TempDir Path directory) throws Exception {
    examples = new JavadocExamples(directory);
  }

  @AfterAll
  void close() throws IOException {
    examples.close();
  }

  /** Those that one begins with. */
  @Test
  void everyMainType_hasAnExample() {
    assertThat(examples.types())
        .contains("ResourceServer", "ResourceServerBuilder", "AuthEvents", "AuthorizationServer")
        .contains("ToolPolicy", "ToolPolicyBuilder", "PolicyFile", "LivePolicy", "RequiresScopes")
        .contains("McpPrincipal", "TokenVerifier", "Introspection", "ApiKeys", "TestIssuer")
        .contains("OAuthServer", "Login", "ClientControl", "GrantControl", "KeyControl")
        .contains("Store", "JdbcStore", "AccessControl", "Seal", "ConfiguredServer")
        .contains("CodeVerifier", "CodeChallenge", "AuthorizationRequest", "TokenClient")
        .contains("RefreshedTokens", "ClientCredentials", "RegistrationClient")
        .contains("ProtectedResourceDiscovery", "OutboundConnections")
        .contains("BackChannelLogout", "SecurityEvents")
        .contains("Access", "RpcCalls", "ProviderProfile", "DpopProofs", "ClientCertificates")
        .contains("BasicCredentials", "BrowserSessions", "ProxyTokens", "RequestLimits")
        .contains("SealKeys", "TokenExchange", "SharedTokens", "ClientRegistrations")
        .contains("RequestSources", "OAuthPages", "AuthorizationServerDiscovery");
  }

  @Test
  void argumentOfACall_isExplained() throws Exception {
    ToolPolicy policy = (ToolPolicy) examples.run("Access.scopes(\"deploy\")");
    examples.set("policy", policy);
    try (TestIssuer issuer = TestIssuer.start()) {
      examples.set(
          "caller",
          issuer
              .token(RESOURCE)
              .scopes("deploy")
              .claim("roles", List.of("ops"))
              .principal("roles"));
      assertThat(examples.run("policy.explain(caller, call)"))
          .asString()
          .contains("lacks deploy:prod");
    }
  }

  @Test
  void furtherCredentials_areAccepted() throws Exception {
    examples.set("store", Store.inMemory());
    for (String example :
        List.of("DpopProofs.accepted()", ".required()", "ofIssuedKeys()", "ofTheAdapter()")) {
      examples.set("builder", builder(AuthorizationServer.of(ISSUER)));
      assertThat(examples.run(example)).isNull();
    }
    ResourceServerBuilder builder = builder(AuthorizationServer.of(ISSUER));
    examples.set("builder", builder);
    assertThat(examples.run("ofCloudflareAccess(")).isNull();
    assertThat(examples.run("withStreamsPerCaller(20)")).isNull();
    try (ResourceServer server = builder.build()) {
      assertThat(server.schemes()).containsExactly(Scheme.PROXY);
      assertThat(server.limits().streamsPerCaller()).isEqualTo(20);
    }
  }

  @Test
  void partsOfAnAuthorizationServer_areMade() throws Exception {
    examples.set("store", Store.inMemory());
    examples.set("login", (Login) request -> new Login.LoginResult.Answered());
    examples.set("policy", ToolPolicy.builder().tool("t", "s").build());
    assertThat(examples.run("RequestSources.behind(")).isInstanceOf(RequestSources.class);
    assertThat(examples.run("OAuthPages.standard()"))
        .isInstanceOfSatisfying(
            OAuthServer.class,
            own -> {
              assertThat(own.issuer()).isEqualTo("https://mcp.example.com");
              own.close();
            });
    examples.set(
        "body", "{\"redirect_uris\":[\"https://app.example.com/callback\"]}".getBytes(UTF_8));
    assertThat(examples.run("ClientRegistrations.builder("))
        .isInstanceOfSatisfying(
            ClientInformation.class,
            client -> assertThat(client.clientSecret()).as("of client_secret_basic").isNotNull());
    assertThat(examples.run(".toBuilder(\"okta-behind-a-gateway\")"))
        .isInstanceOfSatisfying(
            AuthorizationServer.class,
            server -> assertThat(server.profile().types()).contains("at+jwt"));
  }

  @Test
  void builtPolicy_refusesWhatIsNotNamed() throws Exception {
    ToolPolicy policy = (ToolPolicy) examples.run("Access.anonymous())");
    assertThat(policy).isNotNull();
    assertThat(policy.scopes()).containsExactlyInAnyOrder("files:read", "files:write");
    assertThat(policy.toolsWithoutRule(List.of("read_file", "delete_file", "drop")))
        .containsExactly("drop");
  }

  @Test
  void policyInTheProgram_isThePolicy() throws Exception {
    ToolPolicy policy = (ToolPolicy) examples.run("ToolPolicy.fromJson(\n");
    assertThat(policy).isNotNull();
    assertThat(policy.scopes()).containsExactly("files:read", "files:write");
  }

  @Test
  void replacedPolicy_isInForce() throws Exception {
    try (ResourceServer server =
        (ResourceServer) examples.run("ToolPolicy.builder().tool(\"read_file\", \"files:read\")")) {
      assertThat(server).isNotNull();
      examples.set("server", server);
      Object closed = examples.run("server.livePolicy().replace(");
      assertThat(server.policy().toolsNotAmong(List.of("read_file"))).isEmpty();
      assertThat(server.policy().toString()).isEqualTo(String.valueOf(closed));
    }
  }

  @Test
  void toolOfAClass_saysWhatItNeeds() throws Exception {
    RequiresScopes needed =
        examples.type("Notes").getMethod("write", String.class).getAnnotation(RequiresScopes.class);
    assertThat(needed.value()).containsExactly("notes:write");
  }

  @Test
  void listeners_hearOfRefusals() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      ResourceServerBuilder builder = builder(AuthorizationServer.of(issuer.issuer()));
      examples.set("builder", builder);
      Object refusals = examples.run("refusals.computeIfAbsent(");
      Object lost = examples.run("audit.offer(");
      try (ResourceServer server = builder.build()) {
        server.decide(RequestStub.of("GET"));
        server.decide(RequestStub.of("GET").bearer(issuer.token(RESOURCE).scopes("mcp").mint()));
      }
      assertThat(refusals).hasToString("{CREDENTIAL_MISSING=1}");
      assertThat(lost).hasToString("0");
    }
  }

  @Test
  void principal_tellsWhoAndWhat() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      McpPrincipal caller = issuer.token(RESOURCE).claim("tenant", "acme").principal("tenant");
      examples.set("caller", caller);
      examples.set("builder", builder(AuthorizationServer.of(issuer.issuer())));
      assertThat(examples.run("builder.exposeClaims(")).isEqualTo("acme");
      assertThat(examples.run("caller.scopes()"))
          .isEqualTo(issuer.issuer() + " " + caller.subject());
      assertThat(examples.run("seal.openText(caller")).isEqualTo("page 2");
    }
  }

  @Test
  void verifier_vouchesForWhoIsLoggedIn() throws Exception {
    long ends = Instant.now().plusSeconds(600).getEpochSecond();
    examples.set("logins", Map.of("good", Map.of("user", "ann", "scope", "mcp", "ends", ends)));
    AuthorizationServer verified = (AuthorizationServer) examples.run("verifiedBy(verifier)");
    assertThat(verified).isNotNull();
    assertThat(verified.issuer()).isEqualTo(ISSUER);
    try (ResourceServer server = builder(verified).build()) {
      assertThat(server.decide(RequestStub.of("GET").bearer("good")))
          .isInstanceOfSatisfying(
              AccessDecision.Granted.class,
              granted -> assertThat(granted.principal()).extracting("subject").isEqualTo("ann"));
      assertThat(server.decide(RequestStub.of("GET").bearer("other")))
          .isInstanceOf(AccessDecision.Refused.class);
    }
  }

  @Test
  void ruleOfAccess_isMadeAndUndone() throws Exception {
    try (ResourceServer server = builder(AuthorizationServer.of(ISSUER)).build()) {
      examples.set("server", server);
      AccessRule rule = (AccessRule) examples.run("access.deny(mallory)");
      assertThat(rule).isNotNull();
      assertThat(rule.target()).isEqualTo(AccessTarget.subject(ISSUER, "mallory"));
      assertThat(server.access().list()).isEmpty();
    }
  }

  @Test
  void stores_keepAndTakeOnce() throws Exception {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600");
    examples.set("dataSource", source);
    examples.set("builder", builder(AuthorizationServer.of(ISSUER)));
    assertThat(examples.run("JdbcStore.createSchema(dataSource)"))
        .isInstanceOfSatisfying(Store.class, store -> assertThat(store.isShared()).isFalse());
    assertThat(examples.run("store.take(\"invitation\""))
        .isInstanceOfSatisfying(
            Store.Entry.class, entry -> assertThat(entry.value()).isEqualTo("to the team"));
  }

  @Test
  void operatorsParts_makeAndEnd() throws Exception {
    Store store = Store.inMemory();
    examples.set("store", store);
    examples.set("builder", builder(AuthorizationServer.of(ISSUER)));
    assertThat(examples.run("clients.add(")).asString().startsWith("mcpcs_");
    assertThat(examples.run("keys.create(")).asString().startsWith("mcp_");
    assertThat(examples.run("grants.ofUser(")).isEqualTo(List.of());
    assertThat(examples.run("ApiKeys.shared()); //")).isNull();
  }

  @Test
  void serverWithALoginOfItsOwn_isItsOwnIssuer() throws Exception {
    examples.set("sessions", (Function<Object, String>) request -> "ann");
    Login login = (Login) examples.run("Login.LoginResult.LoggedIn(");
    examples.set("login", login);
    examples.set("store", Store.inMemory());
    examples.set("policy", ToolPolicy.builder().tool("t", "s").build());
    try (ResourceServer server = (ResourceServer) examples.run("own.authorizationServer()")) {
      assertThat(server).isNotNull();
      assertThat(server.metadata().authorizationServers())
          .containsExactly("https://mcp.example.com");
    }
  }

  @Test
  void optionsOfABuilder_startAServer() throws Exception {
    ResourceServerBuilder builder = builder(AuthorizationServer.of(ISSUER));
    examples.set("builder", builder);
    assertThat(examples.run("BackChannelLogout.at(")).isNull();
    assertThat(examples.run("SecurityEvents.at(")).isNull();
    assertThat(examples.run("EgressProxy.at(")).isNull();
    try (ResourceServer server = builder.build()) {
      assertThat(server.signalPaths()).containsExactlyInAnyOrder("/backchannel-logout", "/events");
    }
    assertThat(examples.run("AuthorizationServer keycloak"))
        .isInstanceOfSatisfying(
            AuthorizationServer.class,
            keycloak -> assertThat(keycloak.profile().name()).isEqualTo("keycloak"));
    assertThat(examples.run("AuthorizationServer asked"))
        .isInstanceOfSatisfying(
            AuthorizationServer.class, asked -> assertThat(asked.issuer()).isEqualTo(ISSUER));
  }

  @Test
  void testIssuer_mintsAToken() throws Exception {
    assertThat(examples.run("issuer.authorizationServer()"))
        .isInstanceOfSatisfying(
            ToolPolicy.class, policy -> assertThat(policy.scopes()).containsExactly("files:read"));
  }

  @Test
  void client_asksWithPkce() throws Exception {
    assertThat(examples.run("CodeVerifier.generate()"))
        .isInstanceOfSatisfying(
            CodeChallenge.class, challenge -> assertThat(challenge.value()).hasSize(43));
    examples.set("codeChallenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"); // RFC 7636 B
    examples.set("codeChallengeMethod", "S256");
    examples.set("codeVerifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assertThat(examples.run("CodeChallenge.verify("))
        .isEqualTo(new CodeChallenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    examples.set("provider", provider());
    assertThat(examples.run("AuthorizationRequest.to("))
        .isInstanceOfSatisfying(
            PendingAuthorization.class,
            pending -> assertThat(pending.scopes()).containsExactly("files:read"));
  }

  private static DiscoveredMetadata provider() throws Exception {
    String metadata =
        """
        {"issuer": "I", "authorization_endpoint": "I/authorize", "token_endpoint": "I/token",
         "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"]}
        """
            .replace("\"I", "\"" + ISSUER);
    return new DiscoveredMetadata(
        AuthorizationServerMetadata.parse(metadata.getBytes(UTF_8), ISSUER),
        URI.create(ISSUER),
        InetAddress.getLoopbackAddress());
  }

  private static ResourceServerBuilder builder(AuthorizationServer server) {
    return ResourceServer.builder(RESOURCE, server, ToolPolicy.builder().baseScopes("mcp").build());
  }
}
