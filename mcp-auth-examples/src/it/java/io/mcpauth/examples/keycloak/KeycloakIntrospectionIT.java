package io.mcpauth.examples.keycloak;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import io.mcpauth.token.McpPrincipal;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a real Keycloak answers when it is asked about its tokens. No answer is kept here, so what
 * ends there ends here with the next request.
 */
class KeycloakIntrospectionIT {
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static Keycloak keycloak;

  @BeforeAll
  static void start() throws Exception {
    keycloak = Keycloak.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (keycloak != null) {
      keycloak.close();
    }
  }

  @Test
  void lightweightToken_isGrantedByWhatTheAnswerSays() throws Exception {
    String token = accessToken("lightweight");

    try (ResourceServer asking = server(provider().introspectedBy(introspection()))) {
      McpPrincipal caller = granted(asking, token);
      assertThat(caller.issuer()).isEqualTo(keycloak.issuer());
      assertThat(caller.subject()).isEqualTo(alice());
      assertThat(caller.clientId()).isEqualTo("lightweight");
      assertThat(caller.scopes()).contains("files:list");
    }
    try (ResourceServer verifying = server(provider())) {
      assertThat(refusal(verifying, token)).isEqualTo(ReasonCode.WRONG_AUDIENCE);
    }
  }

  @Test
  void lightweightTokenOfAUserWhoIsLoggedOut_isRefused() throws Exception {
    try (ResourceServer asking = server(provider().introspectedBy(introspection()))) {
      assertEndsWithTheLogin(asking, "lightweight");
    }
  }

  @Test
  void tokenThatIsVerifiedAndAskedAbout_endsWithTheLogin() throws Exception {
    try (ResourceServer both = server(provider().alsoIntrospectedBy(introspection()))) {
      assertEndsWithTheLogin(both, "asked-about");
    }
    try (ResourceServer verifying = server(provider())) {
      String token = accessToken("asked-about");
      keycloak.logOut(keycloak.administrator(), alice());
      granted(verifying, token);
    }
  }

  /** Keycloak tells nobody of a token that is not for him too, since 26.6.2. */
  @Test
  void tokenThatDoesNotNameWhoAsks_isNotActive() throws Exception {
    try (ResourceServer both = server(provider().alsoIntrospectedBy(introspection()))) {
      assertThat(refusal(both, accessToken("with-mapper"))).isEqualTo(ReasonCode.TOKEN_NOT_ACTIVE);
    }
  }

  private static void assertEndsWithTheLogin(ResourceServer server, String client)
      throws Exception {
    String token = accessToken(client);
    granted(server, token);

    keycloak.logOut(keycloak.administrator(), alice());

    assertThat(refusal(server, token)).isEqualTo(ReasonCode.TOKEN_NOT_ACTIVE);
  }

  private static McpPrincipal granted(ResourceServer server, String token) {
    AccessDecision decision = server.decide(new BearerRequest(token));
    assertThat(decision).isInstanceOf(AccessDecision.Granted.class);
    return requireNonNull(((AccessDecision.Granted) decision).principal());
  }

  private static ReasonCode refusal(ResourceServer server, String token) {
    AccessDecision decision = server.decide(new BearerRequest(token));
    assertThat(decision).isInstanceOf(AccessDecision.Refused.class);
    return ((AccessDecision.Refused) decision).reason();
  }

  private static AuthorizationServer provider() {
    return AuthorizationServer.of(keycloak.issuer()).withProfile("keycloak");
  }

  private static Introspection introspection() {
    return Introspection.with(ClientAuthentication.secretBasic("asks", keycloak.password()))
        .keptFor(Duration.ZERO);
  }

  private static ResourceServer server(AuthorizationServer provider) {
    return ResourceServer.builder(
            RESOURCE, provider, ToolPolicy.builder().tool("list_files", "files:list").build())
        .build();
  }

  private static String alice() throws Exception {
    try (ResourceServer verifying = server(provider())) {
      return requireNonNull(granted(verifying, accessToken("with-mapper")).subject());
    }
  }

  private static String accessToken(String client) throws Exception {
    return requireNonNull(keycloak.login(client, "openid").get("access_token"));
  }
}
