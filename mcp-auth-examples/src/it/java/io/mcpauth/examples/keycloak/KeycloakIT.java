package io.mcpauth.examples.keycloak;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.AuthEvents;
import io.mcpauth.ResourceServer;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokens that a real Keycloak issues, and what becomes of them. */
class KeycloakIT {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final Duration ROTATION_LIMIT = Duration.ofSeconds(2);

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
  void tokenWithTheAudienceMapper_isGrantedAndDiscoveryFindsTheKeys() throws Exception {
    try (Guard guard = new Guard(provider())) {
      McpPrincipal caller = guard.grant(accessToken("with-mapper", "files:read"));

      assertThat(caller.issuer()).isEqualTo(keycloak.issuer());
      assertThat(caller.subject()).isNotBlank().isNotEqualTo("alice");
      assertThat(caller.clientId()).isEqualTo("with-mapper");
      assertThat(caller.scopes()).containsExactlyInAnyOrder("files:list", "files:read");
      assertThat(guard.server.keyStatus())
          .singleElement()
          .satisfies(
              status -> {
                assertThat(status.keys()).isPositive();
                assertThat(status.fetches()).isEqualTo(1);
                assertThat(status.problem()).isNull();
              });
    }
  }

  @Test
  void scopeNotAskedFor_isNotGranted() throws Exception {
    try (Guard guard = new Guard(provider())) {
      McpPrincipal caller = guard.grant(accessToken("with-mapper", "openid"));

      assertThat(caller.scopes()).contains("files:list").doesNotContain("files:read");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"without-mapper", "without-any-audience"})
  void tokenWithoutTheMapper_isRefusedWithTheRemedy(String client) throws Exception {
    try (Guard guard = new Guard(provider())) {
      Map<String, String> facts =
          guard.refuse(accessToken(client, "openid"), ReasonCode.WRONG_AUDIENCE);

      assertThat(facts.get("remedy")).contains("Mappers").contains("Included Custom Audience");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"without-mapper", "without-any-audience"})
  void tokenWithoutTheMapper_isGrantedForATrustedClient(String client) throws Exception {
    try (Guard guard = new Guard(provider().trustClientIdInsteadOfAudience(client), "files:read")) {
      assertThat(guard.grant(accessToken(client, "openid")).clientId()).isEqualTo(client);
    }
  }

  @Test
  void trustedClient_opensNoDoorForAnother() throws Exception {
    try (Guard guard = new Guard(provider().trustClientIdInsteadOfAudience("without-mapper"))) {
      guard.refuse(accessToken("without-any-audience", "openid"), ReasonCode.WRONG_AUDIENCE);
    }
  }

  @Test
  void idToken_isNotAccepted() throws Exception {
    try (Guard guard = new Guard(provider())) {
      guard.refuse(token("with-mapper", "id_token"), ReasonCode.ID_TOKEN_NOT_ACCEPTED);
    }
  }

  @Test
  void idTokenOfATrustedClient_isNotAcceptedThoughItsAudienceIsTheClient() throws Exception {
    try (Guard guard = new Guard(provider().trustClientIdInsteadOfAudience("without-mapper"))) {
      guard.refuse(token("without-mapper", "id_token"), ReasonCode.ID_TOKEN_NOT_ACCEPTED);
    }
  }

  /** Keycloak signs them with a secret of its own (HS512), which the header check sees first. */
  @Test
  void refreshToken_isNotAccepted() throws Exception {
    try (Guard guard = new Guard(provider())) {
      guard.refuse(token("with-mapper", "refresh_token"), ReasonCode.ALGORITHM_NOT_ALLOWED);
    }
  }

  @Test
  void clientCredentials_areGrantedAsTheServiceAccount() throws Exception {
    try (Guard guard = new Guard(provider())) {
      McpPrincipal caller = guard.grant(keycloak.clientCredentials());

      assertThat(caller.clientId()).isEqualTo("machine");
      assertThat(caller.subject()).isNotBlank();
      assertThat(caller.scopes()).containsExactly("files:list");
    }
  }

  @Test
  void rotatedKey_isAcceptedWithinTwoSecondsAndTheOldOneStays() throws Exception {
    try (Guard guard = new Guard(provider())) {
      String before = accessToken("with-mapper", "openid");
      McpPrincipal unused = guard.grant(before);
      keycloak.rotateKey();
      String after = accessToken("with-mapper", "openid");
      assertThat(header(after)).isNotEqualTo(header(before)); // another kid
      long end = System.nanoTime() + ROTATION_LIMIT.toNanos();
      AccessDecision decision = guard.decide(after);
      while (decision instanceof AccessDecision.Refused refused && System.nanoTime() < end) {
        assertThat(refused.status()).isEqualTo(503);
        decision = guard.decide(after);
      }

      assertThat(decision).isInstanceOf(AccessDecision.Granted.class);
      McpPrincipal still = guard.grant(before);
      assertThat(still.clientId()).isEqualTo("with-mapper");
    }
  }

  private static AuthorizationServer provider() {
    return AuthorizationServer.of(keycloak.issuer()).withProfile("keycloak");
  }

  private static String accessToken(String client, String scope) throws Exception {
    return requireNonNull(keycloak.login(client, scope).get("access_token"));
  }

  private static String token(String client, String kind) throws Exception {
    return requireNonNull(keycloak.login(client, "openid").get(kind), kind);
  }

  private static String header(String token) {
    return token.substring(0, token.indexOf('.'));
  }

  /** A resource server that remembers why it refused. */
  private static final class Guard implements AutoCloseable {
    private final List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();
    private final ResourceServer server;

    Guard(AuthorizationServer provider) {
      this(provider, "files:list");
    }

    Guard(AuthorizationServer provider, String scope) {
      server =
          ResourceServer.builder(
                  RESOURCE, provider, ToolPolicy.builder().tool("list_files", scope).build())
              .events(events::add)
              .build();
    }

    AccessDecision decide(String token) {
      return server.decide(new BearerRequest(token));
    }

    McpPrincipal grant(String token) {
      AccessDecision decision = decide(token);
      assertThat(decision).isInstanceOf(AccessDecision.Granted.class);
      return requireNonNull(((AccessDecision.Granted) decision).principal());
    }

    /** The facts of the refusal. */
    Map<String, String> refuse(String token, ReasonCode reason) {
      AccessDecision decision = decide(token);
      assertThat(decision).isInstanceOf(AccessDecision.Refused.class);
      assertThat(((AccessDecision.Refused) decision).reason()).isEqualTo(reason);
      return events.get(events.size() - 1).facts();
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
