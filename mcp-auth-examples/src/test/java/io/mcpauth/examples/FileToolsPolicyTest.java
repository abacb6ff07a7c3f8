package io.mcpauth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.testing.TestIssuer;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the policy of the file-tools server shows and lets callers do, over HTTP. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileToolsPolicyTest {
  private static final List<String> TOOLS =
      List.of("about", "list_files", "read_file", "write_file", "delete_file");

  @TempDir Path directory;

  private final HttpClient http = HttpClient.newHttpClient();
  private TestIssuer issuer;

  @BeforeEach
  void start() {
    issuer = TestIssuer.start();
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  /** Whoever asks is shown a tool exactly if it can be called now or after a login. */
  @ParameterizedTest(name = "{0} with {1} and role {2} -> {3}")
  @CsvSource({
    "plain, anonymous, '', about list_files read_file write_file delete_file",
    "plain, '', '', about list_files read_file write_file",
    "plain, '', viewer, about list_files read_file write_file",
    "plain, files:write, '', about list_files read_file write_file",
    "plain, '', editor, about list_files read_file write_file delete_file",
    "denied, anonymous, '', about list_files read_file delete_file",
    "denied, files:write, editor, about list_files read_file delete_file",
    "onlyGranted, anonymous, '', about",
    "onlyGranted, files:list files:read, editor, about list_files read_file",
    "onlyGranted, files:write, '', about write_file",
    "onlyGranted, files:write, editor, about write_file delete_file",
  })
  void toolThatIsNotListed_cannotBeCalled(String policy, String scopes, String role, String listed)
      throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.writeString(root.resolve("a.txt"), "kept");
    try (FileToolsServer server = server(policy, root)) {
      String token = token(server, scopes, role);
      List<String> shown = names(server, token);
      assertThat(shown).containsExactly(listed.split(" "));
      List<String> hidden = new ArrayList<>(TOOLS);
      hidden.removeAll(shown);
      for (String tool : hidden) {
        HttpResponse<String> answer = call(server, token, tool);
        // What is denied to all is refused at once: a login would be in vain.
        boolean login = token == null && !policy.equals("denied");
        assertThat(answer.statusCode()).as(tool).isEqualTo(login ? 401 : 403);
        assertThat(answer.body()).doesNotContain("result", "kept");
        if (token != null && !policy.equals("onlyGranted")) {
          assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
              .as("no login helps")
              .doesNotContain("error=", "scope=");
        }
      }
      assertThat(root.resolve("a.txt")).hasContent("kept");
    }
  }

  @Test
  void openTool_answersEverybodyAndNamesNoFile() throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.writeString(root.resolve("a.txt"), "kept");
    try (FileToolsServer server = server("plain", root);
        McpSyncClient client = client(server, null)) {
      assertThat(
              client
                  .callTool(CallToolRequest.builder("about").arguments(Map.of()).build())
                  .toString())
          .contains("Of its 5 tools 4 need a login.")
          .doesNotContain("a.txt", root.toString());
    }
  }

  /**
   * Gemini CLI, Claude Code, mcporter and Inspector connect first and log in at a 401, or never.
   */
  @Test
  void serverAsShipped_asksForALoginAtOnce() throws Exception {
    try (FileToolsServer server = server("shipped", directory)) {
      for (String tool : TOOLS) {
        assertThat(call(server, null, tool).statusCode()).as(tool).isEqualTo(401);
      }
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url()));
      for (HttpRequest any :
          List.of(
              request.GET().build(),
              request.method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
              request.header("Accept", "text/event-stream").GET().build(),
              request
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}"))
                  .build())) {
        HttpResponse<String> answer = http.send(any, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
            .startsWith("Bearer scope=\"files:list files:read\", resource_metadata=");
      }
      assertThat(names(server, token(server, "", "")))
          .containsExactly("about", "list_files", "read_file", "write_file");
    }
  }

  @Test
  void everyTool_saysWhatItNeeds() {
    try (FileToolsServer server = server("plain", directory);
        McpSyncClient client = client(server, null)) {
      assertThat(client.listTools().tools())
          .extracting(Tool::meta)
          .containsExactly(
              Map.of("securitySchemes", List.of(Map.of("type", "noauth"))),
              needs("files:list"),
              needs("files:read"),
              needs("files:write"),
              needs("files:write"));
    }
  }

  private static Map<String, Object> needs(String scope) {
    return Map.of("securitySchemes", List.of(Map.of("type", "oauth2", "scopes", List.of(scope))));
  }

  @Test
  void unknownTool_isAnsweredAsTheServerWould() throws Exception {
    try (FileToolsServer server = server("plain", directory)) {
      HttpResponse<String> answer = call(server, token(server, "files:list", ""), "format_disk");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"id\":1", "-32602");
    }
  }

  @Test
  void policyOfTheJar_isTheOneOfThePage() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "file-tools.md"));
    try (InputStream policy = FileToolsServer.class.getResourceAsStream("file-tools-policy.json")) {
      String text = new String(Objects.requireNonNull(policy).readAllBytes(), UTF_8);
      assertThat(page).contains("```json\n" + text + "```");
    }
  }

  @Test
  void changedFile_isInForceSoon() throws Exception {
    Path file = write("policy.json", policy("plain"));
    try (FileToolsServer server = serverWith(file)) {
      String token = token(server, "files:list", "");
      assertThat(call(server, token, "about").statusCode()).isEqualTo(400); // let in; no session
      replace(file, policy("plain").replace("\"anonymous\"", "\"denied\""));
      HttpResponse<String> refused =
          callUntil(server, token, "about", answer -> answer.statusCode() == 403);
      assertThat(refused.body()).contains("Forbidden");
      assertThat(names(server, token)).containsExactly("list_files", "read_file", "write_file");
      replace(file, policy("plain"));
      assertThat(
              callUntil(server, token, "about", answer -> answer.statusCode() == 400).statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void wrongFile_stopsTheStartWithItsPlace() throws Exception {
    Path file = write("wrong.json", "{\n  \"tools\": {\n    \"about\": \"anybody\"\n  }\n}\n");
    assertThatThrownBy(() -> serverWith(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("MCP_AUTH_POLICY_FILE (environment): " + file)
        .hasMessageContaining("line 3, column 14")
        .hasMessageContaining("'anybody'");
  }

  @Test
  void missingFile_stopsTheStart() {
    Path file = directory.resolve("none.json");
    assertThatThrownBy(() -> serverWith(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "MCP_AUTH_POLICY_FILE (environment): Policy file '" + file + "' does not exist.");
  }

  @Test
  void fileWithoutRuleForATool_stopsTheStart() throws Exception {
    Path file = write("short.json", policy("plain").replace("\"write_file\"", "\"write_fiel\""));
    assertThatThrownBy(() -> serverWith(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[write_file]");
  }

  private static String policy(String kind) {
    String rules =
        """
        {
          "initial": ["files:list", "files:read"],
          "tools": {
            "about": "anonymous",
            "list_files": ["files:list"],
            "read_file": ["files:read"],
            "write_file": ["files:write"],
            "delete_file": { "scopes": ["files:write"], "roles": ["editor"] }
          }
        }
        """;
    return switch (kind) {
      case "denied" ->
          rules.replace("\"write_file\": [\"files:write\"]", "\"write_file\": \"denied\"");
      case "onlyGranted" -> rules.replaceFirst("\\{", "{ \"listOnlyGranted\": true,");
      default -> rules;
    };
  }

  private FileToolsServer server(String policy, Path root) {
    Map<String, String> more =
        new HashMap<>(
            Map.of(
                "FILE_TOOLS_PORT", "0",
                "FILE_TOOLS_ROOT", root.toString(),
                "MCP_AUTH_ISSUER", issuer.issuer()));
    if (policy.equals("plain")) { // the one of the jar
      more.put("FILE_TOOLS_ANONYMOUS_ABOUT", "true");
      return FileToolsServer.start(FileToolsSettings.from(more));
    }
    if (policy.equals("shipped")) {
      return FileToolsServer.start(FileToolsSettings.from(more));
    }
    try {
      more.put("MCP_AUTH_POLICY_FILE", write("policy.json", policy(policy)).toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return FileToolsServer.start(FileToolsSettings.from(more));
  }

  private FileToolsServer serverWith(Path policyFile) {
    return FileToolsServer.start(
        FileToolsSettings.from(
            Map.of(
                "FILE_TOOLS_PORT", "0",
                "MCP_AUTH_ISSUER", issuer.issuer(),
                "MCP_AUTH_POLICY_FILE", policyFile.toString())));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /** As a whole, or the server could see a half of it. */
  private void replace(Path file, String text) throws IOException {
    Path next = write("next.json", text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private @Nullable String token(FileToolsServer server, String scopes, String role) {
    if (scopes.equals("anonymous")) {
      return null;
    }
    TestIssuer.Token token = issuer.token(server.url());
    token = scopes.isEmpty() ? token : token.scopes(scopes.split(" "));
    return (role.isEmpty() ? token : token.claim("roles", List.of(role))).mint();
  }

  private List<String> names(FileToolsServer server, @Nullable String token) {
    try (McpSyncClient client = client(server, token)) {
      return client.listTools().tools().stream().map(Tool::name).toList();
    }
  }

  private static McpSyncClient client(FileToolsServer server, @Nullable String token) {
    McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(server.url().replace("/mcp", ""))
                    .endpoint("/mcp")
                    .customizeClient(http -> http.version(HttpClient.Version.HTTP_1_1))
                    .addHttpRequestCustomizer(
                        (request, method, uri, body, context) -> {
                          if (token != null) {
                            request.header("Authorization", "Bearer " + token);
                          }
                        })
                    .build())
            .build();
    client.initialize();
    return client;
  }

  private HttpResponse<String> callUntil(
      FileToolsServer server,
      @Nullable String token,
      String tool,
      Predicate<HttpResponse<String>> wanted)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = call(server, token, tool);
    while (!wanted.test(answer)) { // the time limit of the test ends it
      answer = call(server, token, tool);
    }
    return answer;
  }

  private HttpResponse<String> call(FileToolsServer server, @Nullable String token, String tool)
      throws IOException, InterruptedException {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
            + tool
            + "\",\"arguments\":{\"path\":\"a.txt\",\"content\":\"changed\"}}}";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url()))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
