package io.mcpauth.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP+SSE, the transport of MCP 2024-11-05, behind the filter on a container. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class HttpSseTest {
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .tool("about", Access.anonymous())
          .tool("read_file", "files:read")
          .tool("write_file", "files:write")
          .build();

  private final SseServer servlet = new SseServer();
  private @Nullable GuardedJetty running;

  /** A server of this transport: a stream announces where to post, what is posted goes into it. */
  private static final class SseServer extends HttpServlet {
    private static final long serialVersionUID = 1L;

    final transient Map<String, AsyncContext> sessions = new ConcurrentHashMap<>();
    final transient BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    final transient AtomicInteger ids = new AtomicInteger();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getMethod().equals("GET")) {
        open(request, response);
        return;
      }
      calls.add(String.valueOf(request.getAttribute(McpAuthFilter.MESSAGE_ENDPOINT_ATTRIBUTE)));
      AsyncContext stream = sessions.get(String.valueOf(request.getParameter("sessionId")));
      if (stream == null) {
        response.sendError(HttpServletResponse.SC_NOT_FOUND, "of the server");
        return;
      }
      String message = new String(request.getInputStream().readAllBytes(), UTF_8);
      synchronized (stream) { // the client posts before the answer that told it where has ended
        stream.getResponse().getOutputStream().write(("data: " + message + "\n\n").getBytes(UTF_8));
        stream.getResponse().flushBuffer();
      }
      response.setStatus(HttpServletResponse.SC_ACCEPTED);
    }

    private void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
      String form = String.valueOf(request.getHeader("X-Form"));
      if (form.equals("untyped")) {
        response.setHeader("Content-Encoding", "gzip");
        response.getOutputStream().write(new byte[9_000]);
        response.getOutputStream().write(new byte[9_000]);
        return;
      }
      if (!form.equals("type-afterwards")) {
        response.setContentType("text/event-stream");
      }
      if (form.equals("encoded")) {
        response.setHeader("Content-Encoding", "gzip");
      }
      String id = "s" + ids.incrementAndGet();
      String endpoint =
          request.getHeader("X-Endpoint") == null ? "/message" : request.getHeader("X-Endpoint");
      String event = "event: endpoint\ndata: " + endpoint + "?sessionId=" + id + "\n\n";
      if (form.equals("sync")) {
        response.getOutputStream().print(event);
        return;
      }
      AsyncContext async = request.startAsync();
      async.setTimeout(0);
      synchronized (async) {
        sessions.put(id, async);
        write(form, response, event);
        response.setContentType("text/event-stream");
        response.flushBuffer();
      }
    }

    private static void write(String form, HttpServletResponse response, String event)
        throws IOException {
      switch (form) {
        case "bytes" -> {
          for (byte octet : event.getBytes(UTF_8)) {
            response.getOutputStream().write(octet);
            response.flushBuffer();
          }
        }
        case "characters" -> {
          for (int i = 0; i < event.length(); i++) {
            response.getWriter().write(event.charAt(i));
          }
        }
        case "writer" -> {
          response.getWriter().printf("%s", event.substring(0, 20));
          response.getWriter().write(event.toCharArray(), 20, event.length() - 20);
          throwIfFailed(response);
          return;
        }
        default -> response.getOutputStream().write(event.getBytes(UTF_8));
      }
    }

    private static void throwIfFailed(HttpServletResponse response) throws IOException {
      if (response.getWriter().checkError()) {
        throw new IOException("the client is gone");
      }
    }
  }

  private void alsoAtItsOwnPaths(ServletContextHandler context) {
    ServletHolder holder = new ServletHolder("sse", servlet);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/sse");
    context.addServlet(holder, "/message");
  }

  private GuardedJetty start(ToolPolicy policy) throws Exception {
    running =
        GuardedJetty.inFrontOf(
            new EchoServlet(), this::alsoAtItsOwnPaths, policy, RequestLimits.defaults());
    return running;
  }

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
  }

  private static HttpRequest.Builder as(
      GuardedJetty jetty, @Nullable String subject, String target) {
    HttpRequest.Builder request = jetty.request(target);
    return subject == null
        ? request
        : request.header(
            "Authorization",
            "Bearer "
                + jetty.token().claim("sub", subject).expiresIn(Duration.ofMinutes(5)).mint());
  }

  private static HttpResponse<String> post(
      GuardedJetty jetty, @Nullable String subject, String target, String tool) throws Exception {
    return jetty.send(
        as(jetty, subject, target)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(GuardedJetty.toolCall(tool)))
            .build());
  }

  /** Reads one event, to its empty line. */
  private static String event(InputStream stream) throws IOException {
    StringBuilder event = new StringBuilder();
    while (event.indexOf("\n\n") < 0) {
      int octet = stream.read();
      if (octet < 0) {
        return event + "<end>";
      }
      event.append((char) octet);
    }
    return event.toString();
  }

  /** Such as a file of no known kind: it says nothing of sessions. */
  @Test
  void answerWithoutAType_isNoEventStream() throws Exception {
    GuardedJetty jetty = start(POLICY);
    HttpResponse<String> file =
        jetty.send(as(jetty, "alice", "/sse").header("X-Form", "untyped").GET().build());
    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(post(jetty, "alice", "/message?sessionId=its-own", "read_file").body())
        .contains("of the server");
    assertThat(servlet.calls).hasSize(1);
  }

  /** docs/interoperability.md: another user's token in a stranger's session. */
  @ParameterizedTest
  @ValueSource(strings = {"bytes", "characters", "writer", "whole", "type-afterwards"})
  void sessionOfHttpSse_isItsOwnersAlone(String form) throws Exception {
    GuardedJetty jetty = start(POLICY);
    HttpResponse<InputStream> stream =
        jetty.stream(as(jetty, "alice", "/sse").header("X-Form", form).GET().build());
    assertThat(stream.statusCode()).isEqualTo(200);
    String endpoint = "/message?sessionId=s1";
    assertThat(event(stream.body())).isEqualTo("event: endpoint\ndata: " + endpoint + "\n\n");

    HttpResponse<String> mallory = post(jetty, "mallory", endpoint, "read_file");
    assertThat(mallory.statusCode()).isEqualTo(404);
    assertThat(mallory.body()).contains("Session not found");
    assertThat(post(jetty, null, endpoint, "about").statusCode()).isEqualTo(404);
    assertThat(post(jetty, null, endpoint, "read_file").statusCode()).isEqualTo(401);
    assertThat(post(jetty, "alice", "/message?sessionId=s2", "read_file").statusCode())
        .isEqualTo(404);
    assertThat(post(jetty, "mallory", endpoint + "&sessionId=s1", "read_file").statusCode())
        .isEqualTo(404);
    assertThat(servlet.calls).isEmpty(); // no tool has run

    assertThat(post(jetty, "alice", endpoint, "write_file").statusCode()).isEqualTo(403);
    assertThat(servlet.calls).isEmpty();
    if (!form.equals("characters") && !form.equals("writer")) { // these have no stream of bytes
      assertThat(post(jetty, "alice", endpoint, "read_file").statusCode()).isEqualTo(202);
      assertThat(servlet.calls.poll()).isEqualTo(endpoint);
      assertThat(event(stream.body()))
          .isEqualTo("data: " + GuardedJetty.toolCall("read_file") + "\n\n");
    }
    stream.body().close();
  }

  @Test
  void sessionEndsWithItsStream() throws Exception {
    GuardedJetty jetty = start(POLICY);
    HttpResponse<InputStream> stream = jetty.stream(as(jetty, "alice", "/sse").GET().build());
    assertThat(event(stream.body())).contains("sessionId=s1");
    assertThat(servlet.sessions).containsOnlyKeys("s1");
    servlet.sessions.values().forEach(AsyncContext::complete);
    assertThat(event(stream.body())).isEqualTo("<end>");
    assertThat(post(jetty, "alice", "/message?sessionId=s1", "read_file").statusCode())
        .isEqualTo(404);
    assertThat(servlet.calls).isEmpty();
  }

  @Test
  void streamWithoutAsync_opensASessionForAsLongAsItRuns() throws Exception {
    GuardedJetty jetty = start(POLICY);
    HttpResponse<String> stream =
        jetty.send(as(jetty, "alice", "/sse").header("X-Form", "sync").GET().build());
    assertThat(stream.body()).isEqualTo("event: endpoint\ndata: /message?sessionId=s1\n\n");
    assertThat(post(jetty, "alice", "/message?sessionId=s1", "read_file").statusCode())
        .isEqualTo(404);
  }

  /** It would get the token of the client that goes there. */
  @ParameterizedTest
  @ValueSource(strings = {"whole", "writer"})
  void endpointAtAnotherOrigin_isA503AndNoStream(String form) throws Exception {
    GuardedJetty jetty = start(POLICY);
    HttpResponse<String> stream =
        jetty.send(
            as(jetty, "alice", "/sse")
                .header("X-Form", form)
                .header("X-Endpoint", "http://127.0.0.1:8080/message")
                .GET()
                .build());
    assertThat(stream.statusCode()).isEqualTo(503);
    assertThat(stream.body()).doesNotContain("endpoint");
    assertThat(post(jetty, "alice", "/message?sessionId=s1", "read_file").statusCode())
        .isEqualTo(404);
  }

  /** Nobody can read what it opens, so nobody can use it. */
  @Test
  void encodedStream_opensNoSession() throws Exception {
    GuardedJetty jetty = start(POLICY);
    HttpResponse<InputStream> stream =
        jetty.stream(as(jetty, "alice", "/sse").header("X-Form", "encoded").GET().build());
    assertThat(event(stream.body())).contains("sessionId=s1"); // passes all the same
    assertThat(post(jetty, "alice", "/message?sessionId=s1", "read_file").statusCode())
        .isEqualTo(404);
    assertThat(servlet.calls).isEmpty();
    stream.body().close();
  }

  /** A stream of somebody unknown carries nothing for a caller who is known. */
  @Test
  void sessionOfNobody_staysNobodys() throws Exception {
    running =
        GuardedJetty.inFrontOf(
            new EchoServlet(),
            this::alsoAtItsOwnPaths,
            options -> options.guardServlets("mcp", "sse"),
            POLICY);
    GuardedJetty jetty = running;
    HttpResponse<InputStream> stream =
        jetty.stream(as(jetty, null, "/sse").header("Accept", "text/event-stream").GET().build());
    assertThat(event(stream.body())).contains("sessionId=s1");
    String endpoint = "/message?sessionId=s1";
    assertThat(post(jetty, null, endpoint, "about").statusCode()).isEqualTo(202);
    assertThat(event(stream.body())).contains("about");
    assertThat(post(jetty, null, endpoint, "read_file").statusCode()).isEqualTo(401);
    assertThat(post(jetty, "alice", endpoint, "read_file").statusCode()).isEqualTo(404);
    assertThat(post(jetty, null, endpoint, "about").statusCode()).isEqualTo(202);
    stream.body().close();
  }

  /** What is beside the path of the resource may be any page, unless it is named. */
  @Test
  void streamBesideTheResource_isNobodysWithoutALogin() throws Exception {
    GuardedJetty jetty = start(POLICY);
    HttpRequest open = as(jetty, null, "/sse").header("Accept", "text/event-stream").GET().build();
    assertThat(jetty.send(open).statusCode()).isEqualTo(401);
    assertThat(post(jetty, null, "/mcp", "about").statusCode()).isEqualTo(200);
  }

  /** The streams of a caller are counted, and with them its sessions. */
  @Test
  void sessionsOfACaller_areAsManyAsItsStreams() throws Exception {
    RequestLimits limits = new RequestLimits(16 * 1024 * 1024, 64 * 1024, 50, 10, 2);
    running = GuardedJetty.inFrontOf(new EchoServlet(), this::alsoAtItsOwnPaths, POLICY, limits);
    HttpResponse<InputStream> first = running.stream(as(running, "alice", "/sse").GET().build());
    HttpResponse<InputStream> second = running.stream(as(running, "alice", "/sse").GET().build());
    assertThat(running.send(as(running, "alice", "/sse").GET().build()).statusCode())
        .isEqualTo(503);
    first.body().close();
    second.body().close();
  }

  @Test
  void expiryAndCutOff_endStreamAndSession() throws Exception {
    HandTimer timer = new HandTimer();
    Store store = Store.inMemory(timer);
    running =
        GuardedJetty.inFrontOf(new EchoServlet(), this::alsoAtItsOwnPaths, timer, timer, store);
    for (String subject : new String[] {"alice", "bob"}) {
      HttpResponse<InputStream> stream = running.stream(as(running, subject, "/sse").GET().build());
      String endpoint = event(stream.body()).lines().skip(1).findFirst().orElseThrow().substring(6);
      assertThat(post(running, subject, endpoint, "read_file").statusCode()).isEqualTo(202);
      event(stream.body());
      if (subject.equals("alice")) {
        AccessControl.on(store).cutOff(AccessTarget.subject(running.issuer(), subject));
        timer.runDue();
      } else {
        timer.pass(Duration.ofMinutes(7));
      }
      assertThat(event(stream.body())).isEqualTo("<end>");
      assertThat(post(running, "carol", endpoint, "read_file").statusCode()).isEqualTo(404);
      if (subject.equals("bob")) { // with a new token
        assertThat(post(running, subject, endpoint, "read_file").statusCode()).isEqualTo(404);
      }
    }
    assertThat(servlet.calls).hasSize(2);
  }
}
