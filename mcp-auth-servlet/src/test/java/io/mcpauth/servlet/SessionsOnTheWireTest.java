package io.mcpauth.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.Grants;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A session belongs to who opened it: seen from the client, through a real container. */
class SessionsOnTheWireTest {
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}";
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}";
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .tool("about", Access.anonymous())
          .tool("read_file", "files:read")
          .build();

  /** Opens a session for each initialize, as an MCP server does, and streams for each GET. */
  private static final class Sessions extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getMethod().equals("GET")) {
        response.setContentType("text/event-stream");
        response.getWriter().write(": open\n\n");
        response.flushBuffer();
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(0);
        return;
      }
      if (request.getHeader("Client-Goes") != null) {
        response.flushBuffer();
        throw new EOFException("the client has gone");
      }
      String body = new String(request.getInputStream().readAllBytes(), UTF_8);
      if (body.contains("initialize")) {
        response.setHeader("Mcp-Session-Id", UUID.randomUUID().toString());
      }
      response.getWriter().write(seesNoId(request) ? "served" : "served with an id");
    }

    private static boolean seesNoId(HttpServletRequest request) {
      return request.getHeader("mcp-session-id") == null
          && !request.getHeaders("MCP-SESSION-ID").hasMoreElements()
          && request.getDateHeader("Mcp-Session-Id") == -1
          && request.getIntHeader("Mcp-Session-Id") == -1
          && Collections.list(request.getHeaderNames()).stream()
              .noneMatch("Mcp-Session-Id"::equalsIgnoreCase);
    }
  }

  @Test
  void session_isItsOwnersWithAnyTokenAndNobodyElses() throws Exception {
    try (GuardedJetty jetty = jetty(Store.inMemory())) {
      String session = open(jetty, "alice");
      assertThat(post(jetty, "alice", session, LIST).statusCode()).isEqualTo(200); // a new token
      HttpResponse<String> bob = post(jetty, "bob", session, LIST);
      assertThat(bob.statusCode()).isEqualTo(404);
      assertThat(bob.body()).contains("Session not found").doesNotContain("served");
      assertThat(bob.headers().firstValue("WWW-Authenticate")).isEmpty();
      assertThat(post(jetty, null, session, LIST).statusCode()).isEqualTo(404);
      assertThat(post(jetty, "alice", "unknown", LIST).statusCode()).isEqualTo(404);
      assertThat(post(jetty, "alice", session, LIST).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void sessionThatItsOwnerDeletes_isOver() throws Exception {
    try (GuardedJetty jetty = jetty(Store.inMemory())) {
      String session = open(jetty, "alice");
      assertThat(jetty.send(of(jetty, "bob", session).DELETE().build()).statusCode())
          .isEqualTo(404);
      assertThat(post(jetty, "alice", session, LIST).statusCode()).isEqualTo(200);
      assertThat(jetty.send(of(jetty, "alice", session).DELETE().build()).statusCode())
          .isEqualTo(200);
      assertThat(post(jetty, "alice", session, LIST).statusCode()).isEqualTo(404);
    }
  }

  /** As clients do that have seen the status. */
  @Test
  void clientThatGoesOnceItsDeletionIsAnswered_leavesNoSession() throws Exception {
    try (GuardedJetty jetty = jetty(Store.inMemory())) {
      String session = open(jetty, "alice");
      HttpRequest deletion =
          of(jetty, "alice", session).header("Client-Goes", "1").DELETE().build();
      // Once the connection has broken, the filter has seen it: behind the status, or right at it.
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                HttpResponse<InputStream> deleted = jetty.stream(deletion);
                assertThat(deleted.statusCode()).isEqualTo(200);
                deleted.body().readAllBytes();
              });

      assertThat(post(jetty, "alice", session, LIST).statusCode()).isEqualTo(404);
    }
  }

  /** modelcontextprotocol/typescript-sdk#2469, geelen/mcp-remote#307. */
  @Test
  void initializeWithADeadOrForeignSessionId_opensANewSessionWithoutIt() throws Exception {
    try (GuardedJetty jetty = jetty(Store.inMemory())) {
      String alices = open(jetty, "alice");
      for (String id : new String[] {"dead", alices}) {
        HttpResponse<String> opened = post(jetty, "bob", id, INITIALIZE);
        assertThat(opened.body()).isEqualTo("served");
        String bobs = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
        assertThat(bobs).isNotEqualTo(id);
        assertThat(post(jetty, "bob", bobs, LIST).body()).isEqualTo("served with an id");
      }
      assertThat(post(jetty, "bob", alices, LIST).statusCode()).isEqualTo(404);
      assertThat(post(jetty, "alice", alices, LIST).body()).isEqualTo("served with an id");
    }
  }

  @Test
  void vendorNotification_is202AndReachesNobody() throws Exception {
    try (GuardedJetty jetty = jetty(Store.inMemory())) {
      HttpResponse<String> dropped =
          post(jetty, "alice", null, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/vendor/x\"}");
      assertThat(dropped.statusCode()).isEqualTo(202);
      assertThat(dropped.body()).isEmpty();
    }
  }

  /** What a client does that logs in at its first call of a protected tool. */
  @Test
  void anonymousSession_isClaimedByTheFirstWhoLogsIn() throws Exception {
    try (GuardedJetty jetty = jetty(Store.inMemory())) {
      String session = open(jetty, null);
      assertThat(post(jetty, null, session, GuardedJetty.toolCall("about")).statusCode())
          .isEqualTo(200);
      HttpResponse<String> login = post(jetty, null, session, GuardedJetty.toolCall("read_file"));
      assertThat(login.statusCode()).isEqualTo(401);
      assertThat(login.headers().firstValue("WWW-Authenticate").orElse(""))
          .startsWith("Bearer scope=\"files:read\", ");
      HttpResponse<InputStream> stream =
          jetty.stream(
              of(jetty, null, session).header("Accept", "text/event-stream").GET().build());
      assertThat(stream.statusCode()).isEqualTo(200);

      assertThat(post(jetty, "alice", session, GuardedJetty.toolCall("read_file")).statusCode())
          .isEqualTo(200);

      assertThat(new String(stream.body().readAllBytes(), UTF_8)).isEqualTo(": open\n\n");
      assertThat(post(jetty, null, session, LIST).statusCode()).isEqualTo(404);
      assertThat(post(jetty, "bob", session, LIST).statusCode()).isEqualTo(404);
      assertThat(post(jetty, "alice", session, LIST).statusCode()).isEqualTo(200);
    }
  }

  /** A session that nobody owns would be everybody's. */
  @Test
  void storeThatFails_isA503AndNoSession() throws Exception {
    try (GuardedJetty jetty = jetty(Grants.brokenStore())) {
      HttpResponse<String> opened = post(jetty, "alice", null, INITIALIZE);
      assertThat(opened.statusCode()).isEqualTo(503);
      assertThat(opened.headers().firstValue("Mcp-Session-Id")).isEmpty();
      assertThat(opened.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(opened.body()).doesNotContain("served");
      assertThat(post(jetty, "alice", "s1", LIST).statusCode()).isEqualTo(503);
      assertThat(post(jetty, "alice", null, LIST).body()).isEqualTo("served");
    }
  }

  @Test
  void foreignOrigin_is403BeforeAnythingElse() throws Exception {
    try (GuardedJetty jetty = jetty(Store.inMemory())) {
      for (String caller : new String[] {null, "alice"}) {
        HttpResponse<String> refused =
            jetty.send(
                of(jetty, caller, null)
                    .header("Origin", "https://evil.example")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(LIST))
                    .build());
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(refused.body()).startsWith("{\"jsonrpc\":\"2.0\",\"error\":{");
      }
      HttpResponse<String> own =
          jetty.send(
              of(jetty, "alice", null)
                  .header("Origin", "https://mcp.example.com")
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(LIST))
                  .build());
      assertThat(own.body()).isEqualTo("served");
    }
  }

  private static GuardedJetty jetty(Store store) throws Exception {
    return GuardedJetty.inFrontOf(new Sessions(), POLICY, store);
  }

  private static String open(GuardedJetty jetty, @Nullable String subject) throws Exception {
    HttpResponse<String> opened = post(jetty, subject, null, INITIALIZE);
    assertThat(opened.statusCode()).isEqualTo(200);
    return opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
  }

  private static HttpResponse<String> post(
      GuardedJetty jetty, @Nullable String subject, @Nullable String session, String body)
      throws Exception {
    return jetty.send(
        of(jetty, subject, session)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static HttpRequest.Builder of(
      GuardedJetty jetty, @Nullable String subject, @Nullable String session) {
    HttpRequest.Builder request = jetty.request("/mcp");
    if (subject != null) {
      request.header("Authorization", "Bearer " + jetty.token().claim("sub", subject).mint());
    }
    return session == null ? request : request.header("Mcp-Session-Id", session);
  }
}
