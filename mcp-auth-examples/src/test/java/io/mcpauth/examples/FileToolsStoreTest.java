package io.mcpauth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.access.CommandRun;
import io.mcpauth.examples.access.StoreLine;
import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * As an operator does: file-tools runs on a store in a file, and the command line changes it beside
 * the server. A command holds when the server has looked, so requests ask until it does; that it
 * does at all is what is shown.
 */
@Timeout(value = 240, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileToolsStoreTest {
  private static final String RESOURCE = "http://localhost:8080/mcp";
  private static final String LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"list_files\"}}";
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
          + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
          + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestIssuer issuer = TestIssuer.start();
  private final Map<String, String> store = new HashMap<>();

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // started before each test
  private FileToolsServer server;

  @BeforeEach
  void start() {
    store.put("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
    store.put("MCP_AUTH_ISSUER", issuer.issuer());
    Map<String, String> environment = new HashMap<>(store);
    environment.put("FILE_TOOLS_PORT", "0");
    environment.put("MCP_AUTH_RESOURCE", RESOURCE);
    server = FileToolsServer.start(FileToolsSettings.from(environment));
  }

  @AfterEach
  void stop() {
    server.close();
    issuer.close();
  }

  @ParameterizedTest
  @CsvSource({
    "--subject alice, 401",
    "--client chatgpt, 401",
    "--client chatgpt --subject alice, 401",
    "--jti j-alice, 401",
    "--all, 401"
  })
  void revoked_isRefusedAndItsStreamEndsAndStaysSoAfterARestart(String options, int status)
      throws Exception {
    String alice = token("alice", "chatgpt");
    String session = open(alice);
    try (InputStream stream = stream(alice, session)) {
      assertThat(call(alice, session).statusCode()).isEqualTo(200);
      String id = command("revoke " + options).id();
      assertThat(stream.readAllBytes()).isEmpty(); // until the server ends it
      assertThat(call(alice, session).statusCode()).isEqualTo(status);
      server.close();
      start();
      assertThat(call(alice, session).statusCode()).isEqualTo(status);
      command("undo " + id);
      await(alice, session, 200);
    }
  }

  @Test
  void otherCallers_goOn() throws Exception {
    String alice = token("alice", "chatgpt");
    String bob = token("bob", "chatgpt");
    String sessionOfAlice = open(alice);
    String sessionOfBob = open(bob);
    command("revoke --subject alice");
    await(alice, sessionOfAlice, 401);
    assertThat(call(bob, sessionOfBob).statusCode()).isEqualTo(200);
  }

  /** Whatever he brings, also what is issued later. */
  @Test
  void deniedUser_staysOutWithANewToken() throws Exception {
    String session = open(token("mallory", "chatgpt"));
    command("deny --subject mallory");
    await(token("mallory", "chatgpt"), session, 403);
    HttpResponse<String> refused = call(token("mallory", "another"), session);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
        .doesNotContain("scope=");
  }

  @Test
  void closedAccess_isA503WithTheMessageUntilItIsOpened() throws Exception {
    String alice = token("alice", "chatgpt");
    String session = open(alice);
    try (InputStream stream = stream(alice, session)) {
      CommandRun closed =
          CommandRun.of(
              store, "access", "close", "--message", "Back at 14:00", "--retry-after", "600");
      assertThat(closed.code()).isZero();
      assertThat(stream.readAllBytes()).isEmpty();
      HttpResponse<String> refused = call(alice, session);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("600");
      assertThat(refused.body()).contains("Back at 14:00");
      assertThat(call("", session).statusCode()).isEqualTo(503);
      command("open");
      await(alice, session, 200);
    }
  }

  @Test
  void knownClientsOnly_letsSessionsAndAllowedClientsGoOn() throws Exception {
    String alice = token("alice", "chatgpt");
    String session = open(alice);
    command("known");
    String stranger = token("carol", "unknown");
    while (post(stranger, INITIALIZE, "").statusCode() != 403) {
      Thread.onSpinWait();
    }
    assertThat(call(alice, session).statusCode()).isEqualTo(200);
    command("allow --client unknown");
    while (post(stranger, INITIALIZE, "").statusCode() != 200) {
      Thread.onSpinWait();
    }
  }

  /** The command as a process of its own, which reaches the file through the server. */
  @Test
  void commandOfAnotherProcess_worksWhileTheServerRunsAndWhileItDoesNot() throws Exception {
    String alice = token("alice", "chatgpt");
    String session = open(alice);
    String revoked = process("access", "revoke", "--subject", "alice");
    assertThat(revoked).contains("  cut off: user alice of " + issuer.issuer());
    await(alice, session, 401);
    server.close();
    assertThat(process("access", "list")).isEqualTo(revoked);
    assertThat(process("access", "undo", revoked.split(" ", 2)[0])).endsWith("  undone\n");
    start();
    assertThat(call(alice, session).statusCode()).isEqualTo(200);
  }

  @Test
  void line_saysWhatIsForgotten() {
    assertThat(StoreLine.of(settings(Map.of())))
        .startsWith("When it ends it forgets who is cut off or let in")
        .contains("MCP_AUTH_STORE_URL=file:PATH");
    assertThat(StoreLine.of(settings(Map.of("MCP_AUTH_STORE_URL", "file:/var/lib/x/store"))))
        .startsWith("Keeps in /var/lib/x/store.mv.db who is cut off");
    assertThat(StoreLine.withClients(settings(Map.of("MCP_AUTH_STORE_URL", "file:/store"))))
        .startsWith("Keeps in /store.mv.db clients and grants, who is cut off");
    String url = "jdbc:postgresql://db.example.com/mcp";
    assertThat(StoreLine.of(settings(Map.of("MCP_AUTH_STORE_URL", url))))
        .startsWith("Keeps in its database")
        .doesNotContain("db.example.com");
  }

  private static Settings settings(Map<String, String> environment) {
    return Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
  }

  private String process(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-XX:TieredStopAtLevel=1");
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(store);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private CommandRun command(String arguments) {
    CommandRun run = CommandRun.of(store, ("access " + arguments).split(" ", -1));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private String token(String subject, String clientId) {
    return issuer
        .token(RESOURCE)
        .claim("sub", subject)
        .claim("client_id", clientId)
        .claim("jti", "j-" + subject)
        .scopes("files:list")
        .mint();
  }

  private String open(String token) throws IOException, InterruptedException {
    HttpResponse<String> opened = post(token, INITIALIZE, "");
    assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
    return opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
  }

  private InputStream stream(String token, String session)
      throws IOException, InterruptedException {
    HttpRequest request = request(token, session).header("Accept", "text/event-stream").build();
    HttpResponse<InputStream> answer =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private void await(String token, String session, int status)
      throws IOException, InterruptedException {
    while (call(token, session).statusCode() != status) {
      Thread.onSpinWait();
    }
  }

  private HttpResponse<String> call(String token, String session)
      throws IOException, InterruptedException {
    return post(token, LIST, session);
  }

  private HttpResponse<String> post(String token, String body, String session)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(token, session)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String token, String session) {
    String port = server.listening().replaceAll("\\D", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/mcp"));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (!session.isEmpty()) {
      request.header("Mcp-Session-Id", session);
    }
    return request;
  }
}
