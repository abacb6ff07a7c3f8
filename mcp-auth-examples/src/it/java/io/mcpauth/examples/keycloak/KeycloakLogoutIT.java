package io.mcpauth.examples.keycloak;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The back-channel logout of a real Keycloak, which one of two nodes receives: what the user has
 * ends on both.
 */
class KeycloakLogoutIT {
  private static final Duration LIMIT = Duration.ofMillis(1_200);

  @TempDir @Nullable static Path directory;

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static Keycloak keycloak;

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static FileToolsServer receiver;

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static FileToolsServer other;

  /** Once: Keycloak keeps the connection, and sends a logout token on a broken one in vain. */
  @BeforeAll
  static void start() throws Exception {
    keycloak = Keycloak.start();
    receiver = node(keycloak.logoutPort());
    other = node(0);
    // The first one has Keycloak load what it needs for it, which takes seconds.
    keycloak.logOut(keycloak.administrator(), login(address(other)).claim("sub"));
  }

  @AfterAll
  static void stop() throws Exception {
    for (FileToolsServer node : Stream.of(receiver, other).filter(Objects::nonNull).toList()) {
      node.close();
    }
    if (keycloak != null) {
      keycloak.close();
    }
  }

  @Test
  void userLoggedOutByAnAdministrator_losesStreamsAndAccessOnBothNodes() throws Exception {
    SessionCaller alice = login(address(receiver));
    List<CompletableFuture<Long>> streams =
        List.of(alice.stream(address(receiver)), alice.stream(address(other)));
    String administrator = keycloak.administrator();

    long begun = System.nanoTime();
    keycloak.logOut(administrator, alice.claim("sub"));

    assertEnded(streams, begun);
    assertThat(alice.call(address(receiver))).isEqualTo(401);
    assertThat(alice.call(address(other))).isEqualTo(401);
  }

  @Test
  void oneLoginEnded_leavesAnotherOfTheSameUser() throws Exception {
    SessionCaller ended = login(address(receiver));
    SessionCaller stays = login(address(other));
    List<CompletableFuture<Long>> streams =
        List.of(ended.stream(address(receiver)), ended.stream(address(other)));
    String administrator = keycloak.administrator();

    long begun = System.nanoTime();
    keycloak.endLogin(administrator, ended.claim("sid"));

    assertEnded(streams, begun);
    assertThat(ended.call(address(other))).isEqualTo(401);
    assertThat(stays.call(address(other))).isEqualTo(200);
    assertThat(stays.call(address(receiver))).isEqualTo(200);
  }

  private static SessionCaller login(String url) throws Exception {
    return SessionCaller.at(
        url, requireNonNull(keycloak.login("logged-out", "openid").get("access_token")));
  }

  private static void assertEnded(List<CompletableFuture<Long>> streams, long begun)
      throws Exception {
    for (CompletableFuture<Long> stream : streams) {
      long ended = stream.get(10, TimeUnit.SECONDS);
      assertThat(Duration.ofNanos(ended - begun)).isLessThan(LIMIT);
    }
  }

  /** Where it listens, and not the URL that it is known by, which is that of both. */
  private static String address(FileToolsServer node) {
    return "http://127.0.0.1:" + node.listening().replaceAll("[^0-9]", "") + "/mcp";
  }

  private static FileToolsServer node(int port) {
    Map<String, String> settings = new HashMap<>();
    settings.put("FILE_TOOLS_PORT", String.valueOf(port));
    settings.put("FILE_TOOLS_ROOT", requireNonNull(directory).toString());
    settings.put("MCP_AUTH_RESOURCE", "http://localhost:" + keycloak.logoutPort() + "/mcp");
    settings.put("MCP_AUTH_AUDIENCE", "https://mcp.example.com/mcp");
    settings.put("MCP_AUTH_ISSUER", keycloak.issuer());
    settings.put("MCP_AUTH_PROFILE", "keycloak");
    settings.put("MCP_AUTH_REQUIRED_SCOPES", "files:list");
    settings.put("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
    settings.put("MCP_AUTH_BACKCHANNEL_LOGOUT_PATH", "/backchannel-logout");
    settings.put("MCP_AUTH_BACKCHANNEL_LOGOUT_CLIENT_IDS", "logged-out");
    return FileToolsServer.start(FileToolsSettings.from(settings));
  }
}
