package io.mcpauth.examples.filetools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that the filter has let through and the MCP SDK has never heard of. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionsFromElsewhereTest {
  private static final String LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"list_files\"}}";

  @TempDir Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // started before each test
  private RunningFileTools server;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(directory.resolve("hello.txt"), "hello");
    server = new RunningFileTools(directory, true);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void sessionOfAnotherNode_goesOnUnderItsId() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(server.raw(head("POST", "opened-elsewhere", "alice"), LIST))
          .startsWith("HTTP/1.1 200")
          .contains("hello.txt (5 bytes)")
          .doesNotContainIgnoringCase("mcp-session-id");
    }
  }

  @Test
  void sessionOfAnotherNode_hasAStream() throws Exception {
    String request = head("GET", "opened-elsewhere", "alice") + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      assertThat(answer.readLine()).startsWith("HTTP/1.1 200");
    }
  }

  /** Else the filter would not hear that it is over, and it would stay open on all nodes. */
  @Test
  void endOfASessionOfAnotherNode_isDoneWhetherItWasUsedHereOrNot() throws Exception {
    assertThat(server.raw(head("DELETE", "never-used-here", "alice"), ""))
        .startsWith("HTTP/1.1 200");
    assertThat(server.raw(head("POST", "used-here", "alice"), LIST)).startsWith("HTTP/1.1 200");
    assertThat(server.raw(head("DELETE", "used-here", "alice"), "")).startsWith("HTTP/1.1 200");
  }

  @Test
  void requestsOfOneSessionAtOnce_areAllAnswered() {
    List<CompletableFuture<String>> answers =
        IntStream.range(0, 16)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> list("at-once")))
            .toList();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).contains("hello.txt"));
  }

  @Test
  void sessionThatGaveWay_comesBackWhenItIsUsed() throws Exception {
    for (int i = 0; i <= FileToolsMcp.ANONYMOUS_SESSIONS; i++) {
      assertThat(server.raw(head("POST", "anonymous-" + i, null), LIST)).contains("hello.txt");
    }
    assertThat(server.raw(head("POST", "anonymous-0", null), LIST)).contains("hello.txt");
  }

  private String list(String session) {
    try {
      return server.raw(head("POST", session, "alice"), LIST);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String head(String method, String session, @Nullable String user) {
    return method
        + " /mcp HTTP/1.1\r\nHost: localhost:"
        + server.port
        + "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream"
        + (user == null ? "" : "\r\nX-User: " + user)
        + "\r\nMcp-Session-Id: "
        + session;
  }
}
