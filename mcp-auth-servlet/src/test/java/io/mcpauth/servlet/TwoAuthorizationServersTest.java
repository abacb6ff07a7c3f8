package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.PresentedToken;
import io.mcpauth.token.TokenClaims;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * One endpoint of a real Jetty with two authorization servers: one issues JWTs, the other opaque
 * tokens that are good for one tenant, which a header of the request names. What is kept of one
 * request must never let another in.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TwoAuthorizationServersTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String OPAQUE = "https://opaque.example";
  private static final String TOKEN = "opaque-1";
  private static final String TENANT_ONE = "X-Tenant: one";
  private static final String TENANT_TWO = "X-Tenant: two";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private TestIssuer issuer;
  private ResourceServer server;
  private ContextJetty jetty;

  @BeforeEach
  void start() throws Exception {
    issuer = TestIssuer.start();
    server =
        ResourceServer.builder(
                RESOURCE,
                AuthorizationServer.of(issuer.issuer()),
                ToolPolicy.builder().baseScopes("mcp").build())
            .authorizationServer(AuthorizationServer.of(OPAQUE).verifiedBy(this::verify))
            .build();
    jetty =
        new ContextJetty(
            "/",
            context -> {
              ContextJetty.servlet(context, "tools", "/mcp");
              context.addServletContainerInitializer(
                  (classes, servlet) -> McpAuthInstaller.of(server).install(servlet));
            });
  }

  @AfterEach
  void stop() {
    jetty.close();
    issuer.close();
  }

  /** Asks a tenant's own service, as it were. */
  private TokenClaims verify(PresentedToken token) {
    List<String> tenants = token.headers("X-Tenant");
    asked.add(token.value() + " " + tenants);
    if (!token.value().equals(TOKEN) || !tenants.equals(List.of("one"))) {
      throw new AuthException(ReasonCode.CLAIM_INVALID);
    }
    return TokenClaims.of(
            Map.of(
                "iss",
                OPAQUE,
                "sub",
                "alice",
                "aud",
                RESOURCE,
                "scope",
                "mcp",
                "exp",
                Instant.now().plus(Duration.ofMinutes(10)).getEpochSecond()))
        .keptFor(Duration.ofMinutes(1));
  }

  @Test
  void sameTokenAndHeader_isVerifiedOnce() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertReached(send(TOKEN, TENANT_ONE));
    }
    assertReached(send(TOKEN, "x-tenant: one", "X-Other: changes nothing"));

    assertThat(asked).containsExactly("opaque-1 [one]");
    assertKept(0, 1);
  }

  @Test
  void otherHeader_isVerifiedAnewAndItsRefusalStands() throws Exception {
    assertReached(send(TOKEN, TENANT_ONE));

    assertRefused(send(TOKEN, TENANT_TWO));
    assertRefused(send(TOKEN, TENANT_TWO));
    assertRefused(send(TOKEN));
    assertRefused(send(TOKEN, TENANT_ONE, TENANT_TWO));
    assertRefused(send(TOKEN, TENANT_TWO, TENANT_ONE));
    assertRefused(send(TOKEN, "X-Tenant: one, two"));

    assertThat(asked)
        .containsExactly(
            "opaque-1 [one]",
            "opaque-1 [two]",
            "opaque-1 [two]", // a refusal is not kept
            "opaque-1 []",
            "opaque-1 [one, two]",
            "opaque-1 [two, one]",
            "opaque-1 [one, two]");
    assertKept(0, 0); // nor is the verdict of before: the token may be over for everybody
  }

  @Test
  void refusal_keepsNobodyOut() throws Exception {
    assertRefused(send(TOKEN, TENANT_TWO));
    assertReached(send(TOKEN, TENANT_ONE));
    assertRefused(send(TOKEN, TENANT_TWO));
    assertReached(send(TOKEN, TENANT_ONE));

    assertThat(asked)
        .containsExactly("opaque-1 [two]", "opaque-1 [one]", "opaque-1 [two]", "opaque-1 [one]");
  }

  @Test
  void otherToken_isNotGoodForTheVerdictOfTheFirst() throws Exception {
    assertReached(send(TOKEN, TENANT_ONE));
    assertRefused(send("opaque-2", TENANT_ONE));

    assertThat(asked).containsExactly("opaque-1 [one]", "opaque-2 [one]");
    assertKept(0, 1);
  }

  @Test
  void jwt_isNeverShownToTheVerifier() throws Exception {
    String jwt = issuer.token(RESOURCE).scopes("mcp").mint();
    assertReached(send(jwt, TENANT_ONE));
    assertReached(send(jwt, TENANT_TWO)); // whose business the header is not
    assertReached(send(jwt));
    assertRefused(send(issuer.token("https://other.example/mcp").scopes("mcp").mint(), TENANT_ONE));
    assertRefused(send(jwt.substring(0, jwt.length() - 8) + "AAAAAAAA", TENANT_ONE));

    assertThat(asked).isEmpty();
    assertKept(1, 0);
  }

  @Test
  void verdictsOfBoth_areKeptSideBySide() throws Exception {
    String jwt = issuer.token(RESOURCE).scopes("mcp").mint();
    for (int i = 0; i < 3; i++) {
      assertReached(send(jwt, TENANT_ONE));
      assertReached(send(TOKEN, TENANT_ONE));
    }

    assertThat(asked).containsExactly("opaque-1 [one]");
    assertThat(issuer.requests("/jwks")).isOne();
    assertKept(1, 1);
  }

  private String send(String token, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of("Authorization: Bearer " + token));
    Collections.addAll(all, headers);
    return jetty.send("GET", "/mcp", all.toArray(String[]::new));
  }

  private static void assertReached(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("reached tools");
  }

  private static void assertRefused(String answer) {
    assertThat(answer)
        .startsWith("HTTP/1.1 401 ")
        .contains("error=\"invalid_token\"")
        .doesNotContain("reached tools");
  }

  private void assertKept(long jwts, long opaque) {
    assertThat(server.keptVerdicts())
        .containsExactlyInAnyOrderEntriesOf(Map.of(issuer.issuer(), jwts, OPAQUE, opaque));
  }
}
