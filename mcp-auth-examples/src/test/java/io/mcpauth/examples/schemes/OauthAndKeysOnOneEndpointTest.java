package io.mcpauth.examples.schemes;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.store.Store;
import io.mcpauth.token.ApiKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An application with an authorization server of its own, whose tokens are opaque, and with API
 * keys: both on one endpoint, by HTTP+SSE and by streamable HTTP.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OauthAndKeysOnOneEndpointTest {
  private static final List<String> TOOLS =
      List.of("memory_read", "code_run", "graph_query", "web_search");

  private final Store store = Store.inMemory();
  private final OpaqueDesk desk = new OpaqueDesk();
  private final BothTransports server = BothTransports.start(TOOLS, this::guard);
  private final KeyControl keys =
      KeyControl.on(store, ResourceIdentifier.of(server.url() + "/mcp"));
  private final AccessControl access = AccessControl.on(store);

  OauthAndKeysOnOneEndpointTest() throws Exception {}

  private McpAuthInstaller guard(String resource) {
    ToolPolicy policy =
        ToolPolicy.builder()
            .initialScopes("mcp:memory")
            .tool("memory_*", "mcp:memory")
            .tool("code_*", "mcp:coding")
            .tool("graph_*", "mcp:graph")
            .tool("web_*", "mcp:web")
            .implies("mcp:tools", "mcp:memory", "mcp:coding", "mcp:graph", "mcp:web")
            .maxScopes(desk.issuer(), "capped", "mcp:memory")
            .build();
    return McpAuthInstaller.of(
        ResourceServer.builder(resource, desk.of(resource), policy)
            .accept(ApiKeys.shared().inHeader("X-API-Key"))
            .store(store)
            .build());
  }

  @AfterEach
  void stop() {
    server.close();
    desk.close();
  }

  private String bearer(String client, String user, String scope) {
    return "Bearer " + desk.token(client, user, scope);
  }

  /** A key that the running server knows: it follows within a second. */
  private String key(String name, String owner, String... scopes) throws Exception {
    String secret = keys.create(NewKey.named(name).owner(owner).scopes(scopes)).secret();
    awaitStatus(secret, Set.of(403, 404, 400, 200)); // whatever comes of it, it is known
    return secret;
  }

  private void awaitStatus(String key, Set<Integer> expected) throws Exception {
    while (!expected.contains(status("/mcp", "memory_read", "Bearer " + key))) {
      Thread.onSpinWait();
    }
  }

  private int status(String path, String tool, String authorization) throws Exception {
    return server.post(path, tool, "Authorization", authorization).statusCode();
  }

  /** The tool sees the user, whatever he came with. */
  @Test
  void tokenAndKey_workOnBothTransports() throws Exception {
    String token = bearer("chatgpt-connector", "alice", "mcp:memory");
    assertThat(server.overStreamable("memory_read", "Authorization", token))
        .isEqualTo("Bearer chatgpt-connector alice");
    assertThat(server.overSse("memory_read", "Authorization", token))
        .isEqualTo("Bearer chatgpt-connector alice");

    String key = key("ci", "alice", "mcp:memory");
    assertThat(server.overStreamable("memory_read", "Authorization", "Bearer " + key))
        .isEqualTo("ApiKey ci alice");
    assertThat(server.overSse("memory_read", "Authorization", "Bearer " + key))
        .isEqualTo("ApiKey ci alice");
    assertThat(server.overStreamable("memory_read", "X-API-Key", key)).isEqualTo("ApiKey ci alice");
    assertThat(server.overSse("memory_read", "X-API-Key", key)).isEqualTo("ApiKey ci alice");
  }

  /** {@code mcp:tools} is all of them; every other scope is its own tools. */
  @Test
  void scopes_areOneTree() throws Exception {
    String all = bearer("chatgpt-connector", "alice", "mcp:tools");
    String allByKey = "Bearer " + key("all", "alice", "mcp:tools");
    for (String tool : TOOLS) {
      assertThat(server.overStreamable(tool, "Authorization", all)).contains("alice");
      assertThat(server.overStreamable(tool, "Authorization", allByKey))
          .isEqualTo("ApiKey all alice");
    }
    String memory = bearer("chatgpt-connector", "alice", "mcp:memory");
    String memoryByKey = "Bearer " + key("memory", "alice", "mcp:memory");
    for (String tool : TOOLS.subList(1, 4)) {
      for (String path : List.of("/mcp", "/message?sessionId=x")) {
        assertThat(status(path, tool, memory)).isEqualTo(403);
        assertThat(status(path, tool, memoryByKey)).isEqualTo(403);
      }
    }
  }

  @Test
  void cappedClient_getsNoFurtherThanItsCap() throws Exception {
    String token = bearer("capped", "alice", "mcp:tools");

    assertThat(server.overStreamable("memory_read", "Authorization", token)).contains("alice");
    assertThat(status("/mcp", "code_run", token)).isEqualTo(403);
  }

  @Test
  void clientThatIsCutOff_isOutAtOnceWithAllItsUsers() throws Exception {
    String alice = bearer("chatgpt-connector", "alice", "mcp:memory");
    String bob = bearer("chatgpt-connector", "bob", "mcp:memory");
    String other = bearer("claude", "alice", "mcp:memory");
    InputStream hers = opened(alice);
    InputStream theirs = opened(other);
    access.cutOff(AccessTarget.client(desk.issuer(), "chatgpt-connector"));

    assertEnds(hers);
    for (String token : List.of(alice, bob)) {
      assertThat(status("/mcp", "memory_read", token)).isEqualTo(401);
      assertThat(status("/message?sessionId=x", "memory_read", token)).isEqualTo(401);
      assertThat(server.stream("/sse", "Authorization", token).statusCode()).isEqualTo(401);
    }
    assertThat(server.overSse("memory_read", "Authorization", other)).contains("claude alice");
    theirs.close();
  }

  @Test
  void userOfAClientWhoIsCutOff_isOutAtOnceAndNobodyElse() throws Exception {
    String alice = bearer("chatgpt-connector", "alice", "mcp:memory");
    String bob = bearer("chatgpt-connector", "bob", "mcp:memory");
    String other = bearer("claude", "alice", "mcp:memory");
    InputStream hers = opened(alice);
    InputStream his = opened(bob);
    access.cutOff(AccessTarget.clientOfSubject(desk.issuer(), "alice", "chatgpt-connector"));

    assertEnds(hers);
    assertThat(status("/mcp", "memory_read", alice)).isEqualTo(401);
    assertThat(server.overStreamable("memory_read", "Authorization", bob)).contains("bob");
    assertThat(server.overStreamable("memory_read", "Authorization", other)).contains("claude");
    his.close();
  }

  /** Within the second in which a running server follows. */
  @Test
  void revokedKey_isOutAndEndsWhatItHasBegun() throws Exception {
    String key = key("ci", "alice", "mcp:memory");
    String kept = key("build", "alice", "mcp:memory");
    InputStream stream = opened("Bearer " + key);
    InputStream another = opened("Bearer " + kept);
    assertThat(keys.revoke("ci")).isTrue();

    assertEnds(stream);
    awaitStatus(key, Set.of(401));
    assertThat(server.overSse("memory_read", "X-API-Key", kept)).contains("build");
    another.close();
  }

  /** As {@code curl -I} shows it. */
  @ParameterizedTest
  @CsvSource({"GET, /sse", "HEAD, /sse", "POST, /message", "GET, /mcp", "HEAD, /mcp", "POST, /mcp"})
  void withoutACredential_theChallengeComesBeforeTheTransport(String method, String path)
      throws Exception {
    HttpResponse<String> answer = server.plain(method, path);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .singleElement()
        .asString()
        .startsWith("Bearer scope=\"mcp:memory\", resource_metadata=\"" + server.url());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/message?sessionId=x"})
  void keyHeaderBesideAToken_isABadRequest(String path) throws Exception {
    HttpResponse<String> answer =
        server.post(
            path,
            "memory_read",
            "Authorization",
            bearer("chatgpt-connector", "alice", "mcp:memory"),
            "X-API-Key",
            key("ci", "alice", "mcp:memory"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("the transport's"))
        .startsWith("Bearer error=\"invalid_request\"");
  }

  private InputStream opened(String authorization) throws Exception {
    HttpResponse<InputStream> stream = server.stream("/sse", "Authorization", authorization);
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.body().read()).isEqualTo('e'); // of the event that announces the session
    return stream.body();
  }

  private static void assertEnds(InputStream stream) throws IOException {
    try (stream) {
      while (stream.read() >= 0) {
        // to the end, which has to come
      }
    } catch (IOException e) {
      // or it breaks off
    }
  }
}
