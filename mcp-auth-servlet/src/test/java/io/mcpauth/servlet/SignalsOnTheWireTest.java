package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.ResourceServer;
import io.mcpauth.access.AccessControl;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.signals.BackChannelLogout;
import io.mcpauth.signals.SecurityEvents;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signals from outside through a real container, and what they end, on two nodes. */
class SignalsOnTheWireTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String EVENTS = "https://mcp.example.com/events";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestIssuer issuer = TestIssuer.start();
  private final Store store = Store.inMemory();

  @AfterEach
  void stop() {
    issuer.close();
  }

  /** Opens a stream for each GET, and answers what is posted. */
  private static final class Streaming extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (!request.getMethod().equals("GET")) {
        response.getWriter().write("served");
        return;
      }
      response.setContentType("text/event-stream");
      response.getWriter().write("data: one\n\n");
      response.flushBuffer();
      AsyncContext async = request.startAsync(request, response);
      async.setTimeout(0);
    }
  }

  /** A server of its own, of the issuer and the store that all share. */
  private final class Node implements AutoCloseable {
    private final Server jetty = new Server();
    private final String contextPath;

    Node(String contextPath, UnaryOperator<McpAuthInstaller> options) throws Exception {
      this.contextPath = contextPath.equals("/") ? "" : contextPath;
      ServerConnector connector = new ServerConnector(jetty, 1, 1);
      connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
      jetty.addConnector(connector);
      ServletContextHandler context = new ServletContextHandler();
      context.setContextPath(contextPath);
      ServletHolder holder = new ServletHolder("mcp", new Streaming());
      holder.setAsyncSupported(true);
      context.addServlet(holder, "/mcp");
      ResourceServer server =
          ResourceServer.builder(
                  RESOURCE,
                  AuthorizationServer.of(issuer.issuer()),
                  ToolPolicy.builder().tool("t", "s").build())
              .store(store)
              .backChannelLogout(BackChannelLogout.at("/backchannel-logout", "claude"))
              .securityEvents(SecurityEvents.at("/events", EVENTS))
              .build();
      McpAuthInstaller installer = options.apply(McpAuthInstaller.of(server));
      context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
      jetty.setHandler(context);
      try {
        jetty.start();
      } catch (Exception e) {
        close();
        throw e;
      }
    }

    HttpRequest.Builder request(String path) {
      int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
      return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + contextPath + path));
    }

    HttpResponse<String> logout(String token) throws Exception {
      return post("/backchannel-logout", "application/x-www-form-urlencoded", form(token));
    }

    HttpResponse<String> event(String token) throws Exception {
      return post("/events", "application/secevent+jwt", token);
    }

    HttpResponse<String> post(String path, String type, String body) throws Exception {
      return client.send(
          request(path)
              .header("Content-Type", type)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<InputStream> stream(String token) throws Exception {
      return client.send(
          request("/mcp")
              .header("Authorization", "Bearer " + token)
              .header("Accept", "text/event-stream")
              .build(),
          HttpResponse.BodyHandlers.ofInputStream());
    }

    int call(String token) throws Exception {
      return client
          .send(
              request("/mcp")
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(CALL))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .statusCode();
    }

    @Override
    public void close() {
      LifeCycle.stop(jetty);
    }
  }

  private static String form(String token) {
    return "logout_token=" + token;
  }

  private String logoutToken() {
    return issuer
        .token("claude")
        .header("typ", "logout+jwt")
        .claim("sid", "s-1")
        .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()))
        .mint();
  }

  private String eventToken() {
    return issuer
        .token(EVENTS)
        .header("typ", "secevent+jwt")
        .withoutClaim("sub")
        .withoutClaim("exp")
        .claim("sub_id", Map.of("format", "iss_sub", "iss", issuer.issuer(), "sub", "alice"))
        .claim(
            "events",
            Map.of("https://schemas.openid.net/secevent/caep/event-type/session-revoked", Map.of()))
        .mint();
  }

  private String accessToken(String subject, String session) {
    return issuer.token(RESOURCE).scopes("s").claim("sub", subject).claim("sid", session).mint();
  }

  private int rules() {
    return AccessControl.on(store).list().size();
  }

  @Test
  void signals_needNoCredentialAndAreAnswered() throws Exception {
    try (Node node = new Node("/", installer -> installer)) {
      HttpResponse<String> logout = node.logout(logoutToken());
      assertThat(logout.statusCode()).isEqualTo(200);
      assertThat(logout.body()).isEmpty();
      assertThat(logout.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(rules()).isEqualTo(2);

      HttpResponse<String> event = node.event(eventToken());
      assertThat(event.statusCode()).isEqualTo(202);
      assertThat(event.body()).isEmpty();
      assertThat(rules()).isEqualTo(3);

      assertThat(node.logout("x").statusCode()).isEqualTo(400);
      assertThat(node.event("x").body()).contains("\"err\":\"invalid_request\"");
    }
  }

  @Test
  void whatIsNoSignal_isRefusedAsWhatItIs() throws Exception {
    try (Node node = new Node("/", installer -> installer)) {
      for (String path : new String[] {"/backchannel-logout", "/events"}) {
        HttpResponse<String> get =
            client.send(node.request(path).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        assertThat(get.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(node.post(path, "application/json", "{}").statusCode()).isEqualTo(415);
      }
      String huge = "x".repeat(2 * ResourceServer.MOST_SIGNAL_BYTES);
      assertThat(node.event(huge).statusCode()).isEqualTo(413);
      assertThat(node.post("/events/", "application/secevent+jwt", "x").statusCode())
          .isEqualTo(401);
      assertThat(rules()).isZero();
    }
  }

  @Test
  void signals_areReceivedWhereTheFilterGuardsSomeServletsOnly() throws Exception {
    try (Node node = new Node("/", installer -> installer.guardServlets("mcp"))) {
      assertThat(node.logout(logoutToken()).statusCode()).isEqualTo(200);
      assertThat(node.event(eventToken()).statusCode()).isEqualTo(202);
      assertThat(node.post("/events", "text/plain", "x").statusCode()).isEqualTo(415);
    }
  }

  @Test
  void signals_areReceivedBelowTheContextPath() throws Exception {
    try (Node node = new Node("/app", McpAuthInstaller::wellKnownMapped)) {
      assertThat(node.logout(logoutToken()).statusCode()).isEqualTo(200);
      assertThat(node.event(eventToken()).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void pathOfAnotherResource_stopsTheStart() {
    SignalEndpoints endpoints = new SignalEndpoints();
    try (ResourceServer one = receiving("https://mcp.example.com/one");
        ResourceServer other = receiving("https://mcp.example.com/other")) {
      endpoints.add(one);
      assertThatThrownBy(() -> endpoints.add(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'/events'");
    }
  }

  private ResourceServer receiving(String resource) {
    return ResourceServer.builder(
            resource,
            AuthorizationServer.of(issuer.issuer()),
            ToolPolicy.builder().tool("t", "s").build())
        .securityEvents(SecurityEvents.at("/events", EVENTS))
        .build();
  }

  @Test
  void logoutToken_endsTheLoginOnBothNodesAndNoOther() throws Exception {
    String gone = accessToken("alice", "s-1");
    String stays = accessToken("alice", "s-2");
    try (Node first = new Node("/", installer -> installer);
        Node second = new Node("/", installer -> installer)) {
      assertThat(first.call(gone)).isEqualTo(200);
      assertThat(second.call(gone)).isEqualTo(200);
      HttpResponse<InputStream> ending = second.stream(gone);
      HttpResponse<InputStream> going = second.stream(stays);
      assertThat(ending.statusCode()).isEqualTo(200);

      assertThat(first.logout(logoutToken()).statusCode()).isEqualTo(200);

      assertThat(new String(ending.body().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("data: one\n\n"); // which ends only when the stream does
      for (Node node : new Node[] {first, second}) {
        assertThat(node.call(gone)).isEqualTo(401);
        assertThat(node.call(stays)).isEqualTo(200);
      }
      going.body().close();
    }
  }

  @Test
  void eventOfAUser_endsEveryLoginOnBothNodes() throws Exception {
    String one = accessToken("alice", "s-1");
    String other = accessToken("alice", "s-2");
    String bob = accessToken("bob", "s-3");
    try (Node first = new Node("/", installer -> installer);
        Node second = new Node("/", installer -> installer)) {
      HttpResponse<InputStream> ending = first.stream(one);
      assertThat(second.call(other)).isEqualTo(200);

      assertThat(second.event(eventToken()).statusCode()).isEqualTo(202);

      assertThat(new String(ending.body().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("data: one\n\n");
      for (Node node : new Node[] {first, second}) {
        assertThat(node.call(one)).isEqualTo(401);
        assertThat(node.call(other)).isEqualTo(401);
        assertThat(node.call(bob)).isEqualTo(200);
      }
    }
  }
}
