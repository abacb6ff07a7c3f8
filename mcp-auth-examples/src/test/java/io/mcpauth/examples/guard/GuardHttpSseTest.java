package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP+SSE with the Java SDK's client and server, behind the filter and through the guard. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("deprecation") // the transport is, and there are still servers of it
class GuardHttpSseTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"whoami\",\"arguments\":{}}}";

  private static McpSyncClient client(String origin, String path, String token) {
    HttpClientSseClientTransport transport =
        HttpClientSseClientTransport.builder(origin)
            .sseEndpoint(path)
            .customizeClient(http -> http.version(HttpClient.Version.HTTP_1_1))
            .addHttpRequestCustomizer(
                (request, method, uri, body, context) ->
                    request.header("Authorization", "Bearer " + token))
            .build();
    return McpClient.sync(transport)
        .requestTimeout(Duration.ofSeconds(60))
        .initializationTimeout(Duration.ofSeconds(60))
        .build();
  }

  private static String whoami(McpSyncClient client) {
    return ((TextContent)
            client
                .callTool(CallToolRequest.builder("whoami").arguments(Map.of()).build())
                .content()
                .get(0))
        .text();
  }

  private static int post(String url, String token) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(CALL))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static String token(TestIssuer issuer, String resource, String subject) {
    return issuer.token(resource).claim("sub", subject).scopes("mcp").mint();
  }

  @Test
  void clientAndServerOfTheSdk_workBehindTheFilter() throws Exception {
    ToolPolicy policy = ToolPolicy.builder().baseScopes("mcp").tool("whoami").build();
    try (TestIssuer issuer = TestIssuer.start();
        SseSdkServer sdk =
            SseSdkServer.start(
                url ->
                    McpAuthInstaller.of(
                        ResourceServer.builder(
                                url + "/sse", AuthorizationServer.of(issuer.issuer()), policy)
                            .build()));
        McpSyncClient alice =
            client(sdk.url(), "/sse", token(issuer, sdk.url() + "/sse", "alice"))) {
      alice.initialize();
      assertThat(whoami(alice)).contains("alice");

      String mallory = token(issuer, sdk.url() + "/sse", "mallory");
      assertThat(sdk.messageUrls()).hasSize(1);
      assertThat(post(sdk.messageUrls().get(0), mallory)).isEqualTo(404);
      assertThat(post(sdk.url() + "/message?sessionId=unknown", mallory)).isEqualTo(404);
      assertThat(sdk.runs()).isEqualTo(1);
      assertThat(whoami(alice)).contains("alice");
      alice.closeGracefully();
    }
  }

  @Test
  void clientAndServerOfTheSdk_workThroughTheGuard() throws Exception {
    try (SseSdkServer sdk = SseSdkServer.start(null);
        RunningGuard running = RunningGuard.before(call -> {}, "TARGET_URL", sdk.url() + "/sse")) {
      String url = running.guard().url();
      String origin = url.substring(0, url.length() - "/mcp".length());
      try (McpSyncClient alice = client(origin, "/mcp", token(running.issuer(), url, "alice"));
          McpSyncClient bob = client(origin, "/mcp", token(running.issuer(), url, "bob"))) {
        alice.initialize();
        bob.initialize();
        assertThat(whoami(alice)).isNotEmpty();
        assertThat(whoami(bob)).isNotEmpty();
        for (String there : sdk.messageUrls()) {
          String message = origin + there.substring(sdk.url().length());
          assertThat(post(message, token(running.issuer(), url, "mallory"))).isEqualTo(404);
        }
        assertThat(sdk.runs()).isEqualTo(2);
        assertThat(whoami(alice)).isNotEmpty();
        alice.closeGracefully();
        bob.closeGracefully();
      }
    }
  }

  /** However the target writes it, its own path and query are what is called. */
  @ParameterizedTest
  @CsvSource({
    "/messages/?session_id=1, /messages/?session_id=1, /messages/?session_id=1",
    "messages?session_id=1, /messages?session_id=1, /messages?session_id=1",
    "?sessionid=1, /mcp?sessionid=1, /there?sessionid=1",
    "/mcp/messages/1, /mcp/messages/1, /mcp/messages/1"
  })
  void messageOfItsOwner_reachesTheTargetWhereItAnnounced(
      String announced, String client, String there) throws Exception {
    BlockingQueue<String> called = new LinkedBlockingQueue<>();
    try (RunningGuard running = RunningGuard.before(call -> answer(call, announced, called))) {
      Wire stream = running.send("GET", "", "Accept: text/event-stream");
      assertThat(stream.head().status()).isEqualTo(200);
      assertThat(new String(stream.chunk(), UTF_8))
          .isEqualTo("event: endpoint\ndata: " + announced + "\n\n");
      assertThat(called.take()).isEqualTo("GET /there HTTP/1.1");
      String url = running.guard().url();
      String origin = url.substring(0, url.length() - "/mcp".length());
      String mallory = token(running.issuer(), url, "mallory");
      String alice = running.issuer().token(url).scopes("mcp").mint();

      assertThat(post(origin + client, mallory)).isEqualTo(404);
      assertThat(post(origin + client, alice)).isEqualTo(202);
      assertThat(called.take()).isEqualTo("POST " + there + " HTTP/1.1");
      stream.close();
    }
  }

  private static void answer(RawTarget.Call call, String announced, BlockingQueue<String> called)
      throws Exception {
    called.add(call.head().start());
    if (call.head().start().startsWith("GET")) {
      call.stream();
      call.wire().chunk("event: endpoint\ndata: " + announced + "\n\n");
      call.wire().isClosedByPeer();
    } else {
      call.answer("202 Accepted", "");
    }
  }

  /** What servers say to a message is no list; the answer comes on the stream. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 OK       | text/plain       | 8\\r\\nAccepted\\r\\n                              | Accepted
          200 OK       | text/plain       | ''                                            | ''
          202 Accepted | application/json | ''                                            | ''
          202 Accepted | application/json | 8\\r\\nAccepted\\r\\n                              | Accepted
          200 OK       | application/json | 22\\r\\n{"id":1,"result":{"tools":[    ]}}\\r\\n | {"id":1,"result":{"tools":[    ]}}
          """)
  void answerToAMessage_passesWhateverItIs(String status, String type, String chunk, String body)
      throws Exception {
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              if (call.head().start().startsWith("GET")) {
                answer(call, "/message", new LinkedBlockingQueue<>());
              } else {
                call.wire()
                    .write(
                        "HTTP/1.1 "
                            + status
                            + "\r\nContent-Type: "
                            + type
                            + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + chunk.translateEscapes()
                            + "0\r\n\r\n");
              }
            })) {
      Wire stream = running.send("GET", "", "Accept: text/event-stream");
      assertThat(stream.head().status()).isEqualTo(200);
      assertThat(stream.chunk()).isNotEmpty();
      String list = RunningGuard.CALL.replace("ping", "tools/list");
      try (Wire client = running.connect()) {
        client.write(Wire.request("POST", list, running.token()).replaceFirst("/mcp", "/message"));
        Wire.Head head = client.head();
        assertThat(head.start()).contains(status.substring(0, 3));
        assertThat(client.text(head)).isEqualTo(body);
      }
      stream.close();
    }
  }

  /** Nothing of a caller's path is passed on, announced or not. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "/there", "/admin", "/mcp/more", "/message?sessionId=1"})
  void otherPaths_areNotCalledAtTheTarget(String path) throws Exception {
    try (RunningGuard running = RunningGuard.before(call -> call.answer("200 OK", "{}"))) {
      String url = running.guard().url();
      String origin = url.substring(0, url.length() - "/mcp".length());
      assertThat(post(origin + path, running.issuer().token(url).scopes("mcp").mint()))
          .isEqualTo(404);
      assertThat(running.target().calls()).isZero();
    }
  }

  /** A client would send its token there. */
  @Test
  void targetThatAnnouncesItsOwnAddress_hasItsStreamEnded() throws Exception {
    BlockingQueue<String> called = new LinkedBlockingQueue<>();
    try (RunningGuard running =
        RunningGuard.before(
            call -> answer(call, "http://127.0.0.1:4000/message?sessionId=1", called))) {
      HttpClient http = HttpClient.newHttpClient();
      String url = running.guard().url();
      HttpRequest stream =
          HttpRequest.newBuilder(URI.create(url))
              .header("Authorization", "Bearer " + running.issuer().token(url).scopes("mcp").mint())
              .build();
      HttpResponse<String> ended = http.send(stream, HttpResponse.BodyHandlers.ofString());
      assertThat(ended.body()).doesNotContain("4000");
      String origin = url.substring(0, url.length() - "/mcp".length());
      String alice = running.issuer().token(url).scopes("mcp").mint();
      assertThat(post(origin + "/message?sessionId=1", alice)).isEqualTo(404);
      assertThat(running.target().calls()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/messages/?session_id=1, http://t:4000/messages/?session_id=1",
    "m?x=1, http://t:4000/a/m?x=1",
    "../m?x=1, http://t:4000/m?x=1",
    "?x=1, http://t:4000/a/sse?x=1",
    "http://localhost:3000/m?x=1, http://t:4000/m?x=1",
    "//localhost:3000/m, http://t:4000/m"
  })
  void announcedEndpoint_isOfTheTarget(String announced, String url) {
    assertThat(MessageAddress.resolved(announced, URI.create("http://t:4000/a/sse?key=1")))
        .hasToString(url);
  }
}
