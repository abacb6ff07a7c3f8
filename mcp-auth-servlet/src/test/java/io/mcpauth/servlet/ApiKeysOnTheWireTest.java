package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.token.ApiKeys;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Keys in a header of their own, on a container. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
@Timeout(180)
class ApiKeysOnTheWireTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}";

  private final Store store = Store.inMemory();
  private final KeyControl keys = KeyControl.on(store, ResourceIdentifier.of(RESOURCE));
  private final String key = keys.create(NewKey.named("ci").scopes("use")).secret();
  private final Server jetty = new Server();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ResourceServer server =
      ResourceServer.builder(
              RESOURCE,
              AuthorizationServer.of("https://login.example.com"),
              ToolPolicy.builder().tool("t", "use").build())
          .store(store)
          .accept(ApiKeys.shared().inHeader("X-API-Key"))
          .build();

  /** Tells what it sees of the headers; a GET is a stream. */
  private static final class Telling extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getMethod().equals("GET")) {
        response.setContentType("text/event-stream");
        response.getWriter().write("data: one\n\n");
        response.flushBuffer();
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        return;
      }
      List<String> seen = new ArrayList<>();
      for (String name : Collections.list(request.getHeaderNames())) {
        seen.add(name + "=" + Collections.list(request.getHeaders(name)));
      }
      seen.add("asked=" + request.getHeader("X-API-Key") + request.getHeader("x-api-key"));
      seen.add("caller=" + request.getUserPrincipal().getName());
      response.getWriter().write(String.join("\n", seen));
    }
  }

  @BeforeEach
  void start() throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    ServletHolder holder = new ServletHolder("mcp", new Telling());
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/mcp");
    McpAuthInstaller installer = McpAuthInstaller.of(server);
    context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
    jetty.setHandler(context);
    jetty.start();
  }

  @AfterEach
  void stop() throws Exception {
    jetty.stop();
    server.close();
  }

  private int port() {
    return ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/mcp"));
  }

  private HttpRequest.Builder call() {
    return request()
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(CALL));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void keyHeader_isHiddenFromTheServletBehind() throws Exception {
    for (HttpRequest.Builder request :
        List.of(
            call().header("X-API-Key", key),
            call().header("x-aPi-kEY", key).header("X_API_Key", key),
            call().header("Authorization", "Bearer " + key).header("X_API_KEY", key))) {
      HttpResponse<String> response = send(request);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body())
          .contains("asked=nullnull", "#local|ci")
          .doesNotContainIgnoringCase("api-key=")
          .doesNotContainIgnoringCase("api_key=")
          .doesNotContain(key);
    }
  }

  @Test
  void badKey_isAnsweredWithTheChallengeForTokens() throws Exception {
    HttpResponse<String> response = send(call().header("X-API-Key", key + "x"));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().allValues("WWW-Authenticate"))
        .singleElement()
        .asString()
        .startsWith("Bearer error=\"invalid_token\", ")
        .contains("resource_metadata=");
    assertThat(response.body() + response.headers().map()).doesNotContain(key);
  }

  @Test
  void keyBesideAToken_isA400OnTheWire() throws Exception {
    assertThat(
            send(call().header("X-API-Key", key).header("Authorization", "Bearer x")).statusCode())
        .isEqualTo(400);
    assertThat(send(call().header("X-API-Key", key).header("X-API-Key", key)).statusCode())
        .isEqualTo(400);
    assertThat(raw("X-API-Key: " + key + "\r\nx-api-key: " + key)).startsWith("HTTP/1.1 400 ");
    assertThat(raw("X-API-Key:\t" + key + " \t")).startsWith("HTTP/1.1 200 ");
    assertThat(raw("X-API-Key: " + "x".repeat(20_000))).startsWith("HTTP/1.1 431 ");
  }

  private String raw(String header) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      String request =
          "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
              + CALL.length()
              + "\r\nConnection: close\r\n"
              + header
              + "\r\n\r\n"
              + CALL;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1)).readLine();
    }
  }

  @Test
  void streamOfARevokedKey_ends() throws Exception {
    HttpResponse<InputStream> stream =
        client.send(
            request().header("X-API-Key", key).header("Accept", "text/event-stream").GET().build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(keys.revoke("ci")).isTrue();

    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.lines().collect(Collectors.joining())).isEqualTo("data: one");
    }
    assertThat(send(call().header("X-API-Key", key)).statusCode()).isEqualTo(401);
  }
}
