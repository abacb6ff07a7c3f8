package io.mcpauth.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.edge.RequestLimits;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Strangers who hold what they were given, where a tool is open to everybody. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class HeldRequestsTest {
  private static final int READS = 3;
  private static final int STREAMS = 4;

  private final List<Socket> sockets = new ArrayList<>();
  private GuardedJetty jetty;

  /** Answers calls, and leaves the stream of a GET open. */
  private static final class Server extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getOutputStream().write(request.getInputStream().readAllBytes());
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/event-stream");
      response.flushBuffer();
      request.startAsync().setTimeout(0);
    }
  }

  @BeforeEach
  void start() throws Exception {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("open", Access.anonymous())
            .tool("read_file", "files:read")
            .method("GET", Access.anonymous())
            .build();
    RequestLimits limits =
        RequestLimits.defaults().withAnonymousRequests(READS).withStreamsPerCaller(STREAMS);
    jetty = GuardedJetty.inFrontOf(new Server(), policy, limits);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    jetty.close();
  }

  @Test
  void heldBodies_takeAFewPlacesOfStrangersAndNoneOfOthers() throws Exception {
    for (int i = 0; i < READS; i++) {
      Socket unused = sent(post(100) + "{");
    }
    awaitUntil(() -> jetty.inUse().requests() == READS);

    Socket refused = sent(post(100) + "{");
    assertThat(head(refused))
        .first()
        .asString()
        .startsWith("HTTP/1.1 503")
        .satisfies(line -> assertThat(jetty.inUse().refusals()).isEqualTo(1));
    assertThat(jetty.send(jetty.call("read_file")).statusCode()).isEqualTo(200);

    close(sockets);
    awaitUntil(() -> jetty.inUse().requests() == 0);
    String body = GuardedJetty.toolCall("open");
    assertThat(head(sent(post(body.length()) + body))).first().asString().contains(" 200");
    awaitUntil(() -> jetty.inUse().bodyBytes() == 0);
  }

  @Test
  void bodyTooLargeForStrangers_getsTheChallenge() throws Exception {
    List<String> head = head(sent(post(70_000) + "x".repeat(70_000)));

    assertThat(head).first().asString().startsWith("HTTP/1.1 401");
    assertThat(head).anyMatch(line -> line.startsWith("WWW-Authenticate: Bearer "));
    String known =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":"
            + "\"read_file\",\"arguments\":{\"text\":\""
            + "x".repeat(70_000)
            + "\"}}}";
    assertThat(
            head(
                sent(
                    post(known.length(), "Authorization: Bearer " + jetty.token().mint()) + known)))
        .first()
        .asString()
        .contains(" 200");
  }

  @Test
  void streamsOfStrangers_endWhereOthersBegin() throws Exception {
    String get = "GET /mcp HTTP/1.1\r\nHost: mcp.example.com\r\nAccept: text/event-stream\r\n";
    for (int i = 0; i < STREAMS; i++) {
      assertThat(head(sent(get + "\r\n"))).first().asString().contains(" 200");
    }

    List<String> refused = head(sent(get + "\r\n"));
    assertThat(refused).first().asString().startsWith("HTTP/1.1 503");
    assertThat(refused).contains("Retry-After: 1");
    String token = "Authorization: Bearer " + jetty.token().mint() + "\r\n\r\n";
    assertThat(head(sent(get + token))).first().asString().contains(" 200");
    assertThat(jetty.inUse().streams()).isEqualTo(STREAMS + 1);
    assertThat(jetty.inUse().refusals()).isEqualTo(1);
  }

  private static String post(int length, String... lines) {
    String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
    return "POST /mcp HTTP/1.1\r\nHost: mcp.example.com\r\nContent-Type: application/json\r\n"
        + more
        + "Content-Length: "
        + length
        + "\r\n\r\n";
  }

  private Socket sent(String bytes) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), jetty.port());
    sockets.add(socket);
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write(bytes.getBytes(US_ASCII));
    return socket;
  }

  private static List<String> head(Socket socket) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    List<String> head = new ArrayList<>();
    for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
      head.add(line);
    }
    return head;
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static void awaitUntil(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
