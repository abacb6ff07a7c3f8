package io.mcpauth.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BasicCredentials;
import io.mcpauth.token.BrowserSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * One endpoint for three kinds of callers: users with a token, limited by its scopes; service
 * accounts by HTTP Basic; and people in the browser, without scopes. How somebody has proven
 * himself decides which tools he gets at.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SchemesDecideToolsTest {
  private static final List<String> TOOLS =
      List.of("list_users", "delete_user", "sync_users", "show_charts", "anything_else");
  private static final ToolPolicy POLICY =
      ToolPolicy.fromJson(
          """
          {
            "tools": {
              "*": { "schemes": ["Session"] },
              "list_users": { "scopes": ["users:read"], "schemes": ["Bearer"] },
              "delete_user": { "scopes": ["users:write"], "schemes": ["Bearer"] },
              "sync_users": { "schemes": ["Basic", "Session"] }
            }
          }
          """
              .getBytes(UTF_8),
          "policy.json");

  private final TestIssuer keys = TestIssuer.start();
  private final EchoServlet mcp = new EchoServlet();
  private HttpServer provider;
  private String issuer;
  private LoginJetty jetty;

  @BeforeEach
  void start() throws Exception {
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext("/", this::answer);
    provider.start();
    issuer = "http://127.0.0.1:" + provider.getAddress().getPort();
    AuthorizationServer server = AuthorizationServer.of(issuer).withJwksUri(keys.jwksUri());
    jetty =
        new LoginJetty(
            mcp,
            ResourceServer.builder(GuardedJetty.RESOURCE, server, POLICY)
                .accept(BasicCredentials.exchangedAt(server))
                .accept(BrowserSessions.ofTheAdapter())
                .build(),
            SessionLogin.ofTheContainer());
  }

  @AfterEach
  void stop() {
    jetty.close();
    provider.stop(0);
    keys.close();
  }

  /** Metadata, and a token endpoint that knows one account. */
  private void answer(HttpExchange exchange) throws IOException {
    String account = "Basic " + base64("sync:hush");
    boolean token = exchange.getRequestURI().getPath().equals("/token");
    boolean known = account.equals(exchange.getRequestHeaders().getFirst("Authorization"));
    String json =
        token
            ? known
                ? "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":300}"
                    .formatted(token("sync"))
                : "{\"error\":\"invalid_client\"}"
            : ("{\"issuer\":\"%1$s\",\"jwks_uri\":\"%2$s\",\"token_endpoint\":\"%1$s/token\","
                    + "\"response_types_supported\":[\"code\"],"
                    + "\"grant_types_supported\":[\"client_credentials\"]}")
                .formatted(issuer, keys.jwksUri());
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(token && !known ? 401 : 200, json.length());
      exchange.getResponseBody().write(json.getBytes(UTF_8));
    }
  }

  private String token(String client, String... scopes) {
    return keys.token(GuardedJetty.RESOURCE)
        .claim("iss", issuer)
        .claim("client_id", client)
        .scopes(scopes)
        .mint();
  }

  @Test
  void eachCaller_getsAtTheToolsOfItsScheme() throws Exception {
    String cookie = jetty.logIn("alice");

    assertThat(reached("Bearer " + token("app", "users:read"), null)).containsExactly("list_users");
    assertThat(reached("Bearer " + token("app", "users:read", "users:write"), null))
        .containsExactly("list_users", "delete_user");
    assertThat(reached("Basic " + base64("sync:hush"), null)).containsExactly("sync_users");
    assertThat(reached(null, cookie)).containsExactly("sync_users", "show_charts", "anything_else");
  }

  @Test
  void refusalSaysWhatHelps() throws Exception {
    HttpResponse<String> scope = call("delete_user", "Bearer " + token("app", "users:read"), null);
    assertThat(scope.statusCode()).isEqualTo(403);
    assertThat(challenge(scope))
        .contains("error=\"insufficient_scope\"")
        .contains("scope=\"users:write users:read\"");
    for (HttpResponse<String> scheme :
        List.of(
            call("list_users", "Basic " + base64("sync:hush"), null),
            call("list_users", null, jetty.logIn("alice")))) {
      assertThat(scheme.statusCode()).isEqualTo(403);
      assertThat(challenge(scheme)).doesNotContain("scope");
    }
    assertThat(call("list_users", "Basic " + base64("sync:wrong"), null).statusCode())
        .isEqualTo(401);
    HttpResponse<String> nobody = call("list_users", null, null);
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.headers().allValues("WWW-Authenticate"))
        .singleElement()
        .asString()
        .as("a browser asks for no password")
        .startsWith("Bearer ");
  }

  /** The session of an administrator lends nothing to a token of less. */
  @Test
  void cookieBesideAnotherCredential_isNothing() throws Exception {
    String cookie = jetty.logIn("alice");
    assertThat(reached("Bearer " + token("app", "users:read"), cookie))
        .containsExactly("list_users");
    assertThat(reached("Basic " + base64("sync:hush"), cookie)).containsExactly("sync_users");
  }

  /** All of them connect, and are told of what they may call. */
  @Test
  void everyCaller_shakesHands() throws Exception {
    String initialize = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}";
    for (HttpRequest.Builder request :
        List.of(
            sent(initialize, "Bearer " + token("app"), null),
            sent(initialize, "Basic " + base64("sync:hush"), null),
            sent(initialize, null, jetty.logIn("alice")))) {
      assertThat(jetty.send(request).statusCode()).isEqualTo(200);
    }
    assertThat(mcp.seen).contains("auth-type=Bearer", "auth-type=Basic", "auth-type=Session");
  }

  private List<String> reached(@Nullable String authorization, @Nullable String cookie) {
    return TOOLS.stream()
        .filter(tool -> call(tool, authorization, cookie).statusCode() == 200)
        .toList();
  }

  private HttpResponse<String> call(
      String tool, @Nullable String authorization, @Nullable String cookie) {
    try {
      return jetty.send(sent(GuardedJetty.toolCall(tool), authorization, cookie));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder sent(
      String json, @Nullable String authorization, @Nullable String cookie) {
    HttpRequest.Builder request = jetty.page(cookie == null ? "theme=dark" : cookie, json);
    return authorization == null ? request : request.header("Authorization", authorization);
  }

  private static String challenge(HttpResponse<String> answer) {
    return answer.headers().firstValue("WWW-Authenticate").orElse("");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
