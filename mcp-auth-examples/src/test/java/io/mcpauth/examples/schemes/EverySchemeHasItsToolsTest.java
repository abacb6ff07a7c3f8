package io.mcpauth.examples.schemes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.edge.SessionUser;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BasicCredentials;
import io.mcpauth.token.BrowserSessions;
import jakarta.servlet.http.Cookie;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * An application that takes access tokens of users, held by their scopes; ids and secrets of
 * service accounts; and the sessions of its own pages, which reach all: the scheme decides which
 * tools.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EverySchemeHasItsToolsTest {
  private static final String POLICY =
      """
      {
        "initial": ["read:user"],
        "tools": {
          "get_users": { "scopes": ["read:user"], "schemes": ["Bearer", "Basic", "Session"] },
          "add_user": { "scopes": ["write:user"], "schemes": ["Bearer", "Session"] },
          "run_sync": { "scopes": ["read:user"], "schemes": ["Basic", "Session"] },
          "delete_user": { "scopes": ["write:user"], "schemes": ["Session"] }
        }
      }
      """;

  private static final List<String> TOOLS =
      List.of("get_users", "add_user", "run_sync", "delete_user");

  private final OpaqueDesk desk = new OpaqueDesk();
  private final BothTransports server = BothTransports.start(TOOLS, this::guard);

  EverySchemeHasItsToolsTest() throws Exception {}

  private McpAuthInstaller guard(String resource) {
    AuthorizationServer issuer = desk.of(resource);
    ResourceServer guarded =
        ResourceServer.builder(
                resource, issuer, ToolPolicy.fromJson(POLICY.getBytes(UTF_8), "policy.json"))
            .accept(BasicCredentials.exchangedAt(issuer))
            .accept(BrowserSessions.ofTheAdapter())
            .build();
    return McpAuthInstaller.of(guarded)
        .browserSessions(
            request -> {
              Cookie[] cookies = request.getCookies();
              return cookies != null && cookies[0].getValue().equals("alices")
                  ? SessionUser.of("alice").scopes("read:user", "write:user")
                  : null;
            });
  }

  @AfterEach
  void stop() {
    server.close();
    desk.close();
  }

  @Test
  void bearerToken_reachesWhatItsScopesSay() throws Exception {
    String reading = "Bearer " + desk.token("claude", "alice", "read:user");

    assertThat(server.overStreamable("get_users", "Authorization", reading))
        .isEqualTo("Bearer claude alice");
    HttpResponse<String> without = server.post("/mcp", "add_user", "Authorization", reading);
    assertThat(without.statusCode()).isEqualTo(403);
    assertThat(without.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("insufficient_scope", "write:user");
    assertRefusedForGood("run_sync", "Authorization", reading);
    assertRefusedForGood("delete_user", "Authorization", reading);
  }

  /** As {@code curl -u sync:hush} has it. */
  @Test
  void serviceAccount_reachesOnlyToolsWhoseRuleAllowsTheSchemeBasic() throws Exception {
    desk.account("sync", "hush", "read:user write:user");
    String basic = basic("sync:hush");

    assertThat(server.overStreamable("get_users", "Authorization", basic))
        .isEqualTo("Basic sync sync");
    assertThat(server.overSse("run_sync", "Authorization", basic)).isEqualTo("Basic sync sync");
    assertRefusedForGood("add_user", "Authorization", basic);
    assertRefusedForGood("delete_user", "Authorization", basic);
    HttpResponse<String> wrong =
        server.post("/mcp", "run_sync", "Authorization", basic("sync:guess"));
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.headers().allValues("WWW-Authenticate"))
        .singleElement()
        .asString()
        .startsWith("Bearer error=\"invalid_token\"");
  }

  @Test
  void sessionOfAPage_reachesAllTools() throws Exception {
    for (String tool : TOOLS) {
      HttpResponse<String> answer =
          server.post("/mcp", tool, "Cookie", "id=alices", "Origin", server.url());
      assertThat(answer.statusCode()).as(tool).isEqualTo(400);
      assertThat(answer.body()).as("the transport's, behind the filter").contains("Session ID");
    }
    assertThat(
            server
                .post("/mcp", "delete_user", "Cookie", "id=mallorys", "Origin", server.url())
                .statusCode())
        .isEqualTo(401);
    assertThat(
            server
                .post("/mcp", "delete_user", "Cookie", "id=alices", "Origin", "https://evil.test")
                .statusCode())
        .isEqualTo(403);
    assertThat(server.post("/mcp", "delete_user", "Cookie", "id=alices").statusCode())
        .isEqualTo(401);
  }

  private void assertRefusedForGood(String tool, String... headers) throws Exception {
    HttpResponse<String> answer = server.post("/mcp", tool, headers);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer ")
        .doesNotContain("insufficient_scope")
        .doesNotContain("scope=");
  }

  private static String basic(String account) {
    return "Basic " + Base64.getEncoder().encodeToString(account.getBytes(UTF_8));
  }
}
