package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossOriginTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String PAGE = "https://app.example.com";
  private static final String LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"read\"}}";

  private final ResourceServer server =
      ResourceServer.builder(
              RESOURCE,
              AuthorizationServer.of("https://login.example.com"),
              ToolPolicy.builder().tool("read", "files:read").build())
          .allowOrigins(PAGE)
          .build();

  @Test
  void preflightOfAnAllowedPage_isAnsweredWithoutCredential() {
    AccessDecision decision = server.decide(preflight(PAGE, "authorization,content-type"));
    assertThat(decision).isInstanceOf(AccessDecision.Preflight.class);
    Map<String, String> headers = ((AccessDecision.Preflight) decision).headers();
    assertThat(headers)
        .containsEntry("Access-Control-Allow-Origin", PAGE)
        .containsEntry("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE")
        .containsEntry(
            "Access-Control-Allow-Headers",
            "Content-Type, Accept, Authorization, DPoP, MCP-Protocol-Version, Mcp-Session-Id,"
                + " Last-Event-ID")
        .doesNotContainKey("Access-Control-Allow-Credentials");
  }

  @ParameterizedTest
  @CsvSource({
    "mcp-method, ', mcp-method'",
    "'Mcp-Method, MCP-NAME', ', mcp-method, mcp-name'",
    "'mcp-param-region,mcp-param-region', ', mcp-param-region'",
    "mcp-session-id, ''",
    "x-evil, ''",
    "'mcp-a b', ''",
    "'mcp-, mcp', ''",
  })
  void requestedNamesOfMcp_areEchoed(String requested, String echoed) {
    AccessDecision decision = server.decide(preflight(PAGE, requested));
    assertThat(((AccessDecision.Preflight) decision).headers().get("Access-Control-Allow-Headers"))
        .endsWith("Last-Event-ID" + echoed);
  }

  @Test
  void namesWithoutEnd_areNotEchoed() {
    AccessDecision decision = server.decide(preflight(PAGE, "mcp-a,".repeat(3000)));
    assertThat(((AccessDecision.Preflight) decision).headers().get("Access-Control-Allow-Headers"))
        .endsWith("Last-Event-ID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://app.example.com", PAGE + "/"})
  void preflightOfAnotherPage_isRefusedWithoutPermission(String origin) {
    AccessDecision.Refused refused =
        (AccessDecision.Refused) server.decide(preflight(origin, "authorization"));
    assertThat(refused.reason()).isEqualTo(ReasonCode.ORIGIN_NOT_ALLOWED);
    assertThat(refused.headers().keySet()).noneMatch(name -> name.startsWith("Access-Control-"));
  }

  @Test
  void optionsThatIsNoPreflight_needsACredential() {
    AccessDecision.Refused refused =
        (AccessDecision.Refused) server.decide(RequestStub.of("OPTIONS").header("Origin", PAGE));
    assertThat(refused.reason()).isEqualTo(ReasonCode.CREDENTIAL_MISSING);
    AccessDecision.Refused twice =
        (AccessDecision.Refused)
            server.decide(
                preflight(PAGE, "a").header("Access-Control-Request-Method", "POST", "GET"));
    assertThat(twice.reason()).isEqualTo(ReasonCode.CREDENTIAL_MISSING);
  }

  @Test
  void refusal_canBeReadByAnAllowedPageAndByNoOther() {
    AccessDecision.Refused refused =
        (AccessDecision.Refused) server.decide(RequestStub.post(LIST).header("Origin", PAGE));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.headers())
        .containsEntry("Access-Control-Allow-Origin", PAGE)
        .containsEntry(
            "Access-Control-Expose-Headers",
            "WWW-Authenticate, Mcp-Session-Id, DPoP-Nonce, Retry-After")
        .containsEntry("Vary", "Origin");
    AccessDecision.Refused plain = (AccessDecision.Refused) server.decide(RequestStub.post(LIST));
    assertThat(plain.headers()).doesNotContainKeys("Access-Control-Allow-Origin", "Vary");
  }

  @Test
  void varyOfThePageForPeople_isJoined() {
    AccessDecision.Refused refused =
        (AccessDecision.Refused)
            server.decide(
                RequestStub.of("GET").header("Origin", PAGE).header("Accept", "text/html"));
    assertThat(refused.headers()).containsEntry("Vary", "Accept, Origin");
  }

  @Test
  void grant_carriesThePermission() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer open =
            ResourceServer.builder(
                    RESOURCE,
                    AuthorizationServer.of(issuer.issuer()),
                    ToolPolicy.builder().tool("read", "files:read").build())
                .build()) {
      String token = issuer.token(RESOURCE).scopes("files:read").mint();
      RequestStub request = RequestStub.post(LIST).bearer(token);
      assertThat(((AccessDecision.Granted) open.decide(request)).answerHeaders()).isEmpty();
      request.header("Origin", "https://mcp.example.com");
      assertThat(((AccessDecision.Granted) open.decide(request)).answerHeaders())
          .containsEntry("Access-Control-Allow-Origin", "https://mcp.example.com");
    }
  }

  private static RequestStub preflight(String origin, String headers) {
    return RequestStub.of("OPTIONS")
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", headers);
  }
}
