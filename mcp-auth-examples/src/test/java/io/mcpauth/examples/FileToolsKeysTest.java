package io.mcpauth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.SettingSource;
import io.mcpauth.examples.access.CommandRun;
import io.mcpauth.examples.access.KeyHint;
import io.mcpauth.examples.guard.GuardMain;
import io.mcpauth.testing.TestIssuer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * As an operator does: file-tools takes keys, and the command line makes and ends them beside the
 * server. A command holds when the server has looked, so requests ask until it does; that it does
 * at all is what is shown.
 */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileToolsKeysTest {
  private static final String RESOURCE = "http://localhost:8080/mcp";
  private static final String LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"list_files\"}}";
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
          + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
          + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestIssuer issuer = TestIssuer.start();
  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // started by most tests
  private FileToolsServer server;

  /** Where the server has its keys. */
  enum Place {
    FILE,
    STORE
  }

  @BeforeEach
  void setUp() {
    environment.put("MCP_AUTH_ISSUER", issuer.issuer());
    environment.put("MCP_AUTH_RESOURCE", RESOURCE);
  }

  private void start(Place place) throws IOException {
    if (place == Place.FILE) {
      Path file = Files.writeString(directory.resolve("keys.json"), "{\"keys\": []}");
      environment.put("MCP_AUTH_API_KEYS_FILE", file.toString());
    } else {
      environment.put("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
      environment.put("MCP_AUTH_API_KEYS", "true");
    }
    start();
  }

  private void start() {
    Map<String, String> all = new HashMap<>(environment);
    all.put("FILE_TOOLS_PORT", "0");
    server = FileToolsServer.start(FileToolsSettings.from(all));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    issuer.close();
  }

  @ParameterizedTest
  @EnumSource
  void key_worksUntilItIsRevokedWithoutARestart(Place place) throws Exception {
    start(place);
    String key = key("create", "--name", "ci", "--scopes", "files:list");
    await(key, 200);
    assertThat(call(key, "write_file")).isEqualTo(403);
    String next = key("rotate", "ci", "--overlap", "1h");
    await(next, 200);
    assertThat(initialize(key)).isEqualTo(200);
    command("keys", "revoke", "ci");
    await(next, 401);
    assertThat(initialize(key)).isEqualTo(401);
    server.close();
    start();
    assertThat(initialize(next)).isEqualTo(401);
    String anew = key("create", "--name", "ci", "--scopes", "files:list");
    await(anew, 200);
    assertThat(initialize(next)).isEqualTo(401);
  }

  @Test
  void rotationWithoutOverlap_endsTheSecretBefore() throws Exception {
    start(Place.FILE);
    String key = key("create", "--name", "ci", "--scopes", "files:list");
    await(key, 200);
    String next = key("rotate", "ci", "--overlap", "0");
    await(key, 401);
    await(next, 200);
  }

  /** The client of its callers is its name, their user is its owner: no issuer has to be named. */
  @Test
  void rulesOfAccess_holdForKeysToo() throws Exception {
    start(Place.STORE);
    String key = key("create", "--name", "ci", "--scopes", "files:list", "--owner", "alice");
    String other = key("create", "--name", "cd", "--scopes", "files:list", "--owner", "bob");
    await(key, 200);
    await(other, 200);
    CommandRun denied = command("access", "deny", "--subject", "alice");
    assertThat(denied.out())
        .contains(
            "user alice of " + issuer.issuer() + " ", "user alice of " + RESOURCE + "#local ");
    await(key, 403);
    assertThat(initialize(other)).isEqualTo(200);
    command("access", "revoke", "--client", "cd");
    await(other, 401);
    assertThat(initialize(issuer.token(RESOURCE).scopes("files:list").mint())).isEqualTo(403);
    String bob = issuer.token(RESOURCE).claim("sub", "bob").scopes("files:list").mint();
    assertThat(initialize(bob)).isEqualTo(200);
  }

  @Test
  void rulesForAnIssuerThatIsNamed_leaveKeysAlone() throws Exception {
    start(Place.STORE);
    String key = key("create", "--name", "ci", "--scopes", "files:list", "--owner", "alice");
    await(key, 200);
    CommandRun denied =
        command("access", "deny", "--subject", "alice", "--issuer", issuer.issuer());
    assertThat(denied.out().lines()).hasSize(1);
    String alice = issuer.token(RESOURCE).scopes("files:list").mint();
    await(alice, 403);
    assertThat(initialize(key)).isEqualTo(200);
    command("access", "deny", "--client", "ci", "--issuer", RESOURCE + "#local");
    await(key, 403);
  }

  /** The key alone is on the last line, as a process of its own prints it. */
  @ParameterizedTest
  @ValueSource(classes = {Main.class, GuardMain.class})
  void commandOfAnotherProcess_printsAKeyThatWorks(Class<?> jar) throws Exception {
    start(Place.FILE);
    Process process =
        process(
            jar, environment, List.of("keys", "create", "--name", "ci", "--scopes", "files:list"));
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    await(out.strip(), 200);
  }

  /** As {@code mvn -Prun} does, which names the file by a property and knows no jar. */
  @Test
  void startFromTheSources_makesTheFileAndSaysHowToMakeAKey() throws Exception {
    Path file = directory.resolve("api-keys.json");
    Process process =
        process(
            Main.class,
            Map.of("FILE_TOOLS_PORT", "0", "FILE_TOOLS_AS_PORT", "0"),
            List.of(),
            "-Dfile-tools.keys=" + file);
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      List<String> printed = new ArrayList<>();
      String line = "";
      while (line != null && !line.startsWith("ready ")) {
        line = lines.readLine();
        printed.add(String.valueOf(line));
      }
      assertThat(String.join("\n", printed))
          .contains("| tail -n 1)")
          .containsPattern(
              "KEY=\\$\\(MCP_AUTH_RESOURCE=http://localhost:\\d+/mcp mvn -q -Prun"
                  + " -Dexec.args=\"keys create --name ci --scopes 'files:list files:read'\"");
      assertThat(file).hasContent("{\"keys\": []}");
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static Process process(
      Class<?> main, Map<String, String> environment, List<String> arguments, String... options)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of(options));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** The commands that the start prints, in a shell, against the server that has printed them. */
  @Test
  void commandsOfTheStart_makeAKeyAndCallWithIt() throws Exception {
    environment.remove("MCP_AUTH_RESOURCE");
    start(Place.FILE);
    Map<String, String> all = new HashMap<>(environment);
    all.put("FILE_TOOLS_PORT", "0");
    FileToolsSettings settings = FileToolsSettings.from(SettingSource.environment(all));
    List<String> commands =
        KeyHint.ofThisProcess(
                Main.class,
                KeyHint.environment(settings.settings(), server.url(), "http://localhost:8080/mcp"))
            .commands(List.of("files:list"), server.url(), LIST);
    List<String> script = new ArrayList<>(commands);
    script.set(1, script.get(1).replace("; sleep 2", ""));
    script.add(2, "test -n \"$KEY\" || exit 9");
    script.add(
        4, // until the server has looked
        "until rpc -o /dev/null -w '%{http_code}' -d '{}' | grep -qv 401; do :; done");
    Process process =
        new ProcessBuilder("sh", "-c", String.join("\n", script))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    assertThat(out).startsWith("HTTP/1.1 200").contains("\"result\":");
  }

  private String key(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "keys";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    List<String> lines = command(all).out().lines().toList();
    return lines.get(lines.size() - 1);
  }

  private CommandRun command(String... arguments) {
    CommandRun run = CommandRun.of(environment, arguments);
    assertThat(run.code()).as(Arrays.toString(arguments) + run.err()).isZero();
    return run;
  }

  private void await(String key, int status) throws IOException, InterruptedException {
    while (initialize(key) != status) {
      Thread.onSpinWait();
    }
  }

  private int initialize(String key) throws IOException, InterruptedException {
    return post(key, INITIALIZE).statusCode();
  }

  private int call(String key, String tool) throws IOException, InterruptedException {
    return post(key, LIST.replace("list_files", tool)).statusCode();
  }

  private HttpResponse<String> post(String key, String body)
      throws IOException, InterruptedException {
    String port = server.listening().replaceAll("\\D", "");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/mcp"))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
