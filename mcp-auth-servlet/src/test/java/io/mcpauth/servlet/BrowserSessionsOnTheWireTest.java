package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.edge.SessionUser;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BrowserSessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cookie of a real login, in requests that a page sends and in those that others ride. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class BrowserSessionsOnTheWireTest {
  private static final String BROWSE = GuardedJetty.toolCall("browse");
  private static final String EDIT = GuardedJetty.toolCall("edit");
  private static final String READ = GuardedJetty.toolCall("read");
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .tool("browse", Access.scopes().scheme(Scheme.SESSION))
          .tool("edit", Access.scopes().scheme(Scheme.SESSION).role("editor"))
          .tool("read", "files:read")
          .build();

  private final TestIssuer issuer = TestIssuer.start();
  private final ResourceServer server = builder().accept(BrowserSessions.ofTheAdapter()).build();

  /** Tells what it saw of a request. */
  private final EchoServlet mcp =
      new EchoServlet() {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
          seen.add("cookie=" + request.getHeader("Cookie"));
          super.service(request, response);
        }
      };

  private ResourceServerBuilder builder() {
    return ResourceServer.builder(
        GuardedJetty.RESOURCE, AuthorizationServer.of(issuer.issuer()), POLICY);
  }

  private LoginJetty jetty() throws Exception {
    return new LoginJetty(mcp, server, SessionLogin.ofTheContainer("editor", "owner"));
  }

  @AfterEach
  void stop() {
    server.close();
    issuer.close();
  }

  @Test
  void loginOfTheContainer_reachesTheToolsThatNameSessions() throws Exception {
    try (LoginJetty jetty = jetty()) {
      String cookie = jetty.logIn("alice");

      HttpResponse<String> answer = jetty.send(jetty.page(cookie, BROWSE));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(BROWSE);
      assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
      assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
      assertThat(mcp.seen)
          .contains("auth-type=Session", "subject-token=null", "cookie=" + cookie)
          .anyMatch(line -> line.startsWith("principal=") && line.contains("alice"));
      assertThat(jetty.send(jetty.page(cookie, READ)).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void rolesOfTheContainer_areThoseThatAreAskedFor() throws Exception {
    try (LoginJetty jetty = jetty()) {
      assertThat(jetty.send(jetty.page(jetty.logIn("alice"), EDIT)).statusCode()).isEqualTo(200);
      assertThat(jetty.send(jetty.page(jetty.logIn("bob"), EDIT)).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void withoutALogin_itIsTheChallengeAndNoSession() throws Exception {
    try (LoginJetty jetty = jetty()) {
      for (String cookie : new String[] {"JSESSIONID=node0unknown", "theme=dark"}) {
        HttpResponse<String> answer = jetty.send(jetty.page(cookie, BROWSE));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
            .startsWith("Bearer ")
            .doesNotContain("error");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
      }
      assertThat(mcp.calls).hasValue(0);
    }
  }

  @Test
  void logout_endsItAtOnce() throws Exception {
    try (LoginJetty jetty = jetty()) {
      String cookie = jetty.logIn("alice");
      assertThat(jetty.send(jetty.page(cookie, BROWSE)).statusCode()).isEqualTo(200);

      assertThat(jetty.send(jetty.request("/logout").header("Cookie", cookie)).statusCode())
          .isEqualTo(200);

      assertThat(jetty.send(jetty.page(cookie, BROWSE)).statusCode()).isEqualTo(401);
    }
  }

  /** What a page of another origin can have a browser send, with the cookie of its user. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          a form                 | POST   | https://mcp.example.com | application/x-www-form-urlencoded | 401
          a form in parts        | POST   | https://mcp.example.com | multipart/form-data; boundary=x   | 401
          text                   | POST   | https://mcp.example.com | text/plain                        | 401
          text with a charset    | POST   | https://mcp.example.com | text/plain; charset=UTF-8         | 401
          nothing said           | POST   | https://mcp.example.com | -                                 | 401
          JSON without Origin    | POST   | -                       | application/json                  | 401
          JSON of a sandbox      | POST   | null                    | application/json                  | 403
          JSON of another origin | POST   | https://evil.example    | application/json                  | 403
          JSON of a sibling      | POST   | https://app.example.com | application/json                  | 403
          a link or an image     | GET    | -                       | -                                 | 401
          a page of one's own    | GET    | https://mcp.example.com | -                                 | 401
          the end of a session   | DELETE | -                       | -                                 | 401
          """)
  void whatAForeignPageCanHaveSent_isNobodys(
      String what, String method, String origin, String type, int status) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (LoginJetty jetty = new LoginJetty(mcp, server, request -> user(asked))) {
      String cookie = jetty.logIn("alice");
      HttpRequest.Builder request = jetty.request("/mcp").header("Cookie", cookie);
      if (origin != null) {
        request.header("Origin", origin);
      }
      if (type != null) {
        request.header("Content-Type", type);
      }
      request.method(
          method,
          method.equals("POST")
              ? HttpRequest.BodyPublishers.ofString(BROWSE)
              : HttpRequest.BodyPublishers.noBody());

      assertThat(jetty.send(request).statusCode()).as(what).isEqualTo(status);

      assertThat(mcp.calls).hasValue(0);
      assertThat(asked).hasValue(0);
    }
  }

  private static SessionUser user(AtomicInteger asked) {
    asked.incrementAndGet();
    return SessionUser.of("alice");
  }

  @Test
  void jsonThatSaysItsEncoding_isOfTheSession() throws Exception {
    try (LoginJetty jetty = jetty()) {
      HttpRequest.Builder request =
          jetty
              .page(jetty.logIn("alice"), BROWSE)
              .setHeader("Content-Type", "application/json; charset=utf-8");

      assertThat(jetty.send(request).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void streamOfAnOwnPage_isOfTheSession() throws Exception {
    try (LoginJetty jetty = jetty()) {
      String cookie = jetty.logIn("alice");
      HttpRequest.Builder stream =
          jetty.request("/mcp").header("Cookie", cookie).header("Accept", "text/event-stream");
      assertThat(jetty.send(stream).statusCode()).isEqualTo(401);
      stream.header("Sec-Fetch-Site", "same-origin");

      assertThat(jetty.send(stream).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void tokenBesideACookie_decidesAlone() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (LoginJetty jetty = new LoginJetty(mcp, server, request -> user(asked))) {
      String cookie = jetty.logIn("alice");
      String token = issuer.token(GuardedJetty.RESOURCE).scopes("files:read").mint();
      String header = "Bearer " + token;
      assertThat(jetty.send(jetty.page(cookie, READ).header("Authorization", header)).statusCode())
          .isEqualTo(200);
      assertThat(mcp.seen).contains("auth-type=Bearer");
      assertThat(
              jetty.send(jetty.page(cookie, BROWSE).header("Authorization", header)).statusCode())
          .isEqualTo(403);
      for (String bad : new String[] {"Bearer e30.e30.c2ln", "Basic YTpi", "Negotiate x", ""}) {
        assertThat(jetty.send(jetty.page(cookie, BROWSE).header("Authorization", bad)).statusCode())
            .as("'%s'", bad)
            .isEqualTo(401);
      }
      assertThat(asked).hasValue(0);
    }
  }

  /** Whoever sends such a link knows the session. */
  @Test
  void idInTheUrl_isNoSession() throws Exception {
    try (LoginJetty jetty = jetty()) {
      String id = jetty.logIn("alice").substring("JSESSIONID=".length());

      HttpResponse<String> answer =
          jetty.send(
              jetty
                  .request("/mcp;jsessionid=" + id)
                  .header("Origin", LoginJetty.ORIGIN)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(BROWSE)));

      assertThat(answer.statusCode()).isIn(401, 404);
      assertThat(mcp.calls).hasValue(0);
    }
  }

  @Test
  void lookWithoutASession_opensNone() throws Exception {
    try (LoginJetty jetty =
        new LoginJetty(mcp, server, request -> SessionUser.of(request.getSession().getId()))) {
      HttpResponse<String> stranger = jetty.send(jetty.page("theme=dark", BROWSE));
      assertThat(stranger.statusCode()).isEqualTo(503);
      assertThat(stranger.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(stranger.headers().firstValue("Set-Cookie")).isEmpty();

      assertThat(jetty.send(jetty.page(jetty.logIn("alice"), BROWSE)).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultOfTheApplication_isA503AndNeverAccess(SessionLogin login) throws Exception {
    try (LoginJetty jetty = new LoginJetty(mcp, server, login)) {
      HttpResponse<String> answer = jetty.send(jetty.page(jetty.logIn("alice"), BROWSE));

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
      assertThat(answer.body()).doesNotContain("s3cr3t");
      assertThat(mcp.calls).hasValue(0);
    }
  }

  static Stream<Arguments> faults() {
    SessionLogin throwing =
        request -> {
          throw new IllegalStateException("s3cr3t");
        };
    SessionLogin reading = request -> SessionUser.of(read(request));
    SessionLogin nameless = request -> SessionUser.of("");
    return Stream.of(throwing, reading, nameless).map(Arguments::of);
  }

  private static String read(HttpServletRequest request) {
    try {
      return request.getReader().readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void userWhoIsDenied_isA403InEverySession() throws Exception {
    try (LoginJetty jetty = jetty()) {
      String one = jetty.logIn("alice");
      String other = jetty.logIn("alice");
      server.access().deny(AccessTarget.subject(GuardedJetty.RESOURCE + "#local", "alice"));

      assertThat(jetty.send(jetty.page(one, BROWSE)).statusCode()).isEqualTo(403);
      assertThat(jetty.send(jetty.page(other, BROWSE)).statusCode()).isEqualTo(403);
      assertThat(jetty.send(jetty.page(jetty.logIn("bob"), BROWSE)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void sessionsThatOnlyOneSideKnowsOf_stopTheStart() {
    SessionLogin login = SessionLogin.ofTheContainer();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> McpAuthInstaller.of(server).alone())
        .withMessageContaining("McpAuthInstaller.browserSessions");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new McpAuthFilter(server))
        .withMessageContaining("McpAuthInstaller.browserSessions");
    ToolPolicy policy = ToolPolicy.builder().tool("read", "files:read").build();
    try (ResourceServer without =
        ResourceServer.builder(
                GuardedJetty.RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
            .build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> McpAuthInstaller.of(without).browserSessions(login).alone())
          .withMessageContaining("accept(BrowserSessions.ofTheAdapter())");
    }
  }
}
