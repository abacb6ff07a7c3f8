package io.mcpauth.examples.filetools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileToolsMcpTest {

  private static final String JSON =
      "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream";
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
      "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}\
      """;

  @TempDir Path temporary;

  private Path directory = Path.of("");
  private RunningFileTools server;

  @BeforeEach
  void start() throws Exception {
    directory = Files.createDirectory(temporary.resolve("root-directory"));
    Files.writeString(directory.resolve("hello.txt"), "hello");
    Files.createDirectory(directory.resolve("notes"));
    server = new RunningFileTools(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static CallToolResult call(McpSyncClient client, String tool, Map<String, Object> args) {
    return client.callTool(CallToolRequest.builder(tool).arguments(args).build());
  }

  private static String answer(CallToolResult result) {
    assertThat(result.isError()).isFalse();
    return text(result);
  }

  private static String error(CallToolResult result) {
    assertThat(result.isError()).isTrue();
    return text(result);
  }

  private static String text(CallToolResult result) {
    assertThat(result.content()).hasSize(1);
    return ((TextContent) result.content().get(0)).text();
  }

  /**
   * The SDK keeps a session until its client ends it, and a stranger may open one after another.
   */
  @Test
  void sessionsOfStrangers_giveWayToEachOtherAndToNobodyElse() throws Exception {
    String owned = session("\r\nX-User: alice");
    String first = session("");
    String naming = "\r\nMcp-Session-Id: " + first; // which the SDK does not look at
    String second = session("");
    for (int i = 1; i < FileToolsMcp.ANONYMOUS_SESSIONS; i++) {
      assertThat(status(first, "")).as("in use").isEqualTo("200");
      String unused = session(i % 2 == 0 ? "" : naming);
    }

    assertThat(status(second, "")).as("unused for the longest").isEqualTo("404");
    assertThat(status(first, "")).isEqualTo("200");
    assertThat(status(owned, "\r\nX-User: alice")).isEqualTo("200");
    assertThat(status("never-was", "")).isEqualTo("404");
  }

  private String session(String header) throws Exception {
    String answer =
        server.raw(
            "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:" + server.port + JSON + header, INITIALIZE);
    Matcher id = Pattern.compile("(?i)mcp-session-id: (\\S+)").matcher(answer);
    assertThat(id.find()).as(answer).isTrue();
    return id.group(1);
  }

  private String status(String session, String header) throws Exception {
    String head =
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:"
            + server.port
            + JSON
            + header
            + "\r\nMcp-Session-Id: "
            + session;
    String answer = server.raw(head, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}");
    return answer.substring(9, 12);
  }

  @Test
  void everyTool_doesItsWork() {
    try (McpSyncClient client = server.client("alice")) {
      assertThat(client.getServerInfo().name()).isEqualTo("file-tools");
      assertThat(answer(call(client, "about", Map.of()))).endsWith("5 tools none needs a login.");
      assertThat(answer(call(client, "list_files", Map.of())))
          .isEqualTo("hello.txt (5 bytes)\nnotes/");
      assertThat(answer(call(client, "list_files", Map.of("path", "notes"))))
          .isEqualTo("The directory is empty.");
      assertThat(answer(call(client, "read_file", Map.of("path", "hello.txt")))).isEqualTo("hello");
      Map<String, Object> note = Map.of("path", "notes/a.txt", "content", "Größe\n");
      assertThat(answer(call(client, "write_file", note))).isEqualTo("Created 'notes/a.txt'.");
      assertThat(answer(call(client, "write_file", note))).isEqualTo("Replaced 'notes/a.txt'.");
      assertThat(directory.resolve("notes/a.txt")).content(UTF_8).isEqualTo("Größe\n");
      assertThat(answer(call(client, "delete_file", Map.of("path", "notes/a.txt"))))
          .isEqualTo("Deleted 'notes/a.txt'.");
      assertThat(directory.resolve("notes")).isEmptyDirectory();
    }
  }

  @Test
  void largestText_travelsBothWays() {
    // Six bytes for each of these in JSON: the most that a text of the limit can take.
    String text = "\u0001".repeat(FileRoot.SIZE_LIMIT);
    try (McpSyncClient client = server.client("alice")) {
      answer(call(client, "write_file", Map.of("path", "big.txt", "content", text)));
      assertThat(answer(call(client, "read_file", Map.of("path", "big.txt")))).isEqualTo(text);
    }
  }

  @Test
  void refusedOperation_isAToolErrorThatNamesOnlyTheGivenPath() {
    try (McpSyncClient client = server.client("alice")) {
      assertThat(error(call(client, "read_file", Map.of("path", "none.txt"))))
          .isEqualTo("'none.txt': no such file or directory");
      assertThat(error(call(client, "delete_file", Map.of("path", "../secret.txt"))))
          .isEqualTo("'../secret.txt': '..' is not allowed in a path");
      assertThat(error(call(client, "read_file", Map.of("path", "a".repeat(300)))))
          .endsWith("...': the operation failed")
          .doesNotContain("root-directory");
    }
  }

  @Test
  void argumentsThatDoNotFitTheSchema_areAToolError() {
    try (McpSyncClient client = server.client("alice")) {
      assertThat(error(call(client, "read_file", Map.of()))).contains("path");
      assertThat(error(call(client, "list_files", Map.of("path", 7)))).contains("path");
      assertThat(error(call(client, "list_files", Map.of("extra", "x")))).contains("extra");
      assertThat(error(call(client, "write_file", Map.of("path", "hello.txt"))))
          .contains("content");
      assertThat(directory.resolve("hello.txt")).hasContent("hello");
    }
  }

  @Test
  void toolList_tellsWhatChangesSomething() {
    try (McpSyncClient client = server.client("alice")) {
      assertThat(client.listTools().tools())
          .extracting(Tool::name)
          .containsExactly("about", "list_files", "read_file", "write_file", "delete_file");
      assertThat(client.listTools().tools())
          .allSatisfy(
              tool -> {
                boolean reads = !Set.of("write_file", "delete_file").contains(tool.name());
                assertThat(tool.annotations().readOnlyHint()).isEqualTo(reads);
                assertThat(tool.annotations().destructiveHint()).isEqualTo(!reads);
                assertThat(tool.inputSchema()).containsEntry("additionalProperties", false);
              });
    }
  }

  @Test
  void log_tellsWhoDidWhatForEachRequest() {
    try (McpSyncClient alice = server.client("alice");
        McpSyncClient bob = server.client("bob")) {
      call(alice, "read_file", Map.of("path", "hello.txt"));
      call(bob, "delete_file", Map.of("path", "no\r\nINFO alice called"));
      assertThat(server.logLines())
          .containsExactly(
              "INFO " + server.caller("alice") + " called read_file on 'hello.txt'",
              "INFO "
                  + server.caller("bob")
                  + " called delete_file on 'no\\u000D\\u000AINFO alice called': NOT_FOUND");
    }
  }

  @Test
  void failureOfThePlatform_isExplainedInTheLogOnly() {
    try (McpSyncClient client = server.client("alice")) {
      call(client, "read_file", Map.of("path", "a".repeat(300)));
    }
    assertThat(server.logLines()).hasSize(2);
    assertThat(server.logLines().get(1)).startsWith("WARN read_file failed: ").contains("aaa");
  }

  @Test
  void requestWithoutPrincipalAndArguments_isLoggedAsAnonymous() throws Exception {
    String session = sessionId();
    String answer =
        server.raw(
            "POST /mcp HTTP/1.1\r\nHost: localhost:"
                + server.port
                + JSON
                + "\r\nMcp-Session-Id: "
                + session,
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"list_files\"}}");
    assertThat(answer).startsWith("HTTP/1.1 200").contains("hello.txt (5 bytes)");
    assertThat(server.logLines()).containsExactly("INFO anonymous called list_files");
  }

  private String sessionId() throws Exception {
    String answer =
        server.raw("POST /mcp HTTP/1.1\r\nHost: localhost:" + server.port + JSON, INITIALIZE);
    return answer
        .lines()
        .filter(line -> line.regionMatches(true, 0, "Mcp-Session-Id: ", 0, 16))
        .map(line -> line.substring(16))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:PORT, '', 200",
    "127.0.0.1:PORT, '', 200",
    "[::1]:PORT, '', 200",
    "localhost:PORT, http://localhost:PORT, 200",
    "localhost:PORT, http://evil.example, 403",
    "localhost:PORT, http://localhost:1, 403",
    "localhost:PORT, https://localhost:PORT, 403",
    "localhost:PORT, null, 403",
    "localhost:1, '', 421",
    "localhost, '', 421",
    "evil.example:PORT, '', 421",
    "localhost.evil.example:PORT, '', 421",
  })
  void hostAndOrigin_decideBeforeAnythingIsRead(String host, String origin, int status)
      throws Exception {
    String port = String.valueOf(server.port);
    String head = "POST /mcp HTTP/1.1\r\nHost: " + host.replace("PORT", port) + JSON;
    if (!origin.isEmpty()) {
      head += "\r\nOrigin: " + origin.replace("PORT", port);
    }
    assertThat(server.raw(head, INITIALIZE)).startsWith("HTTP/1.1 " + status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "OPTIONS", "TRACE", "PUT", "PATCH"})
  void methodOutsideTheTransport_isNotAllowed(String method) throws Exception {
    String answer =
        server.raw(
            method
                + " /mcp HTTP/1.1\r\nHost: localhost:"
                + server.port
                + "\r\nAuthorization: Bearer sesame",
            "");
    assertThat(answer)
        .startsWith("HTTP/1.1 405")
        .contains("Allow: GET, POST, DELETE")
        .doesNotContain("sesame");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, '', 400",
    "DELETE, '', 400",
    "POST, '{}', 400",
    "POST, '[]', 400",
    "POST, '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}', 400",
  })
  void transportError_isAJsonRpcErrorWithoutStackTrace(String method, String body, int status)
      throws Exception {
    String head = method + " /mcp HTTP/1.1\r\nHost: localhost:" + server.port + JSON;
    assertThat(server.raw(head, body))
        .startsWith("HTTP/1.1 " + status)
        .contains("\"jsonrpc\":\"2.0\"", "\"error\":{\"code\":")
        .doesNotContain("stackTrace", "className", "lineNumber");
  }

  @Test
  void deletedSession_isGone() throws Exception {
    String session = "\r\nMcp-Session-Id: " + sessionId();
    String host = " /mcp HTTP/1.1\r\nHost: localhost:" + server.port + JSON + session;
    assertThat(server.raw("DELETE" + host, "")).startsWith("HTTP/1.1 200");
    assertThat(server.raw("DELETE" + host, "")).startsWith("HTTP/1.1 404");
    assertThat(server.raw("GET" + host, "")).startsWith("HTTP/1.1 404");
  }

  @Test
  void quietStream_sendsItsHeadAtOnceAndEndsWithTheServer() throws Exception {
    String request =
        "GET /mcp HTTP/1.1\r\nHost: localhost:" + server.port + JSON + "\r\nMcp-Session-Id: ";
    request += sessionId() + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      assertThat(answer.readLine()).startsWith("HTTP/1.1 200");
      server.close();
      assertThat(answer.lines())
          .anyMatch(line -> line.startsWith("Content-Type: text/event-stream"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mcp", "/", "/mcp/", "/mcp?x", "/a//b", "/*"})
  void endpointThatIsNoPath_stopsTheStart(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FileToolsMcp.open(FileRoot.at(directory), endpoint, AllowedCallers.loopback(8080)))
        .withMessageContaining("'" + endpoint + "'")
        .withMessageContaining("write it like /mcp");
  }
}
