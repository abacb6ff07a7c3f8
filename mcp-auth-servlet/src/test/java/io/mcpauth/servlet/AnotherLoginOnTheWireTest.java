package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.edge.RequestLimits;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logins that a rule asks for (RFC 9470), and who acts for a user (RFC 8693), on a container. */
class AnotherLoginOnTheWireTest {
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .tool("read_file", "files:read")
          .tool(
              "write_file", Access.scopes("files:write").acr("gold").maxAge(Duration.ofMinutes(5)))
          .tool("book", Access.scopes().actor("agent"))
          .build();

  private final EchoServlet echo = new EchoServlet();
  private GuardedJetty jetty;

  @BeforeEach
  void start() throws Exception {
    jetty = GuardedJetty.inFrontOf(echo, POLICY, RequestLimits.defaults());
  }

  @AfterEach
  void stop() {
    jetty.close();
  }

  @Test
  void loginThatIsNotEnough_isOneChallengeThatCuresAll() throws Exception {
    HttpResponse<String> refused = call("write_file", jetty.token().claim("acr", "silver"));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .containsExactly(
            "Bearer error=\"insufficient_user_authentication\","
                + " scope=\"files:write files:read\", resource_metadata="
                + "\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\","
                + " error_description=\"Another login of the user is required for this call\","
                + " acr_values=\"gold\", max_age=\"300\"");
    assertThat(refused.body())
        .contains("\"id\":7", "\"acr_values\":\"gold\"", "\"max_age\":\"300\"");
    assertThat(echo.calls).hasValue(0);

    TestIssuer.Token again =
        jetty
            .token()
            .scopes("files:write", "files:read")
            .claim("acr", "gold")
            .claim("auth_time", Instant.now().getEpochSecond());
    assertThat(call("write_file", again).statusCode()).isEqualTo(200);
    assertThat(echo.calls).hasValue(1);
  }

  @Test
  void clientWithoutAUser_isNotToldToLogIn() throws Exception {
    HttpResponse<String> refused =
        call("write_file", jetty.token().claim("sub", "robot").claim("client_id", "robot"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .singleElement()
        .asString()
        .startsWith("Bearer resource_metadata=")
        .doesNotContain("scope=", "error=", "acr_values=");
  }

  /** RFC 8693 section 4.1: the outermost act is the current actor. */
  @Test
  void nestedActors_decideNothing() throws Exception {
    Map<String, Object> other = Map.of("client_id", "other");
    Map<String, Object> agent = Map.of("client_id", "agent");
    assertThat(acting(Map.of("client_id", "agent", "act", other)).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = acting(Map.of("client_id", "other", "act", agent));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
        .doesNotContain("scope=");
    for (Object nobody : List.of("agent", List.of(agent), Map.of("act", agent))) {
      assertThat(acting(nobody).statusCode()).isEqualTo(401);
    }
    assertThat(echo.calls).hasValue(1);
  }

  private HttpResponse<String> acting(Object act) throws Exception {
    return call("book", jetty.token().claim("act", act));
  }

  private HttpResponse<String> call(String tool, TestIssuer.Token token) throws Exception {
    return jetty.send(
        jetty
            .request("/mcp")
            .header("Authorization", "Bearer " + token.mint())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(GuardedJetty.toolCall(tool)))
            .build());
  }
}
