package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class McpAuthFilterTest {
  private GuardedJetty jetty;

  @BeforeAll
  void start() throws Exception {
    jetty = GuardedJetty.inFrontOf(new EchoServlet());
  }

  @AfterAll
  void stop() throws Exception {
    jetty.close();
  }

  @Test
  void getWithoutCredential_isChallenged() throws Exception {
    HttpResponse<String> response = jetty.send(jetty.request("/mcp").build());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().allValues("WWW-Authenticate"))
        .containsExactly(GuardedJetty.CHALLENGE);
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(response.body())
        .isEqualTo("{\"error\":\"unauthorized\",\"message\":\"Authentication required\"}");
  }

  @Test
  void postWithoutCredential_isChallengedInJsonRpcWithoutReadingTheBody() throws Exception {
    // The body is announced and never sent: whoever waited for it would time out.
    String answer =
        jetty.raw(
            "POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 100\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 401 ")
        .contains("WWW-Authenticate: " + GuardedJetty.CHALLENGE + "\r\n")
        .endsWith(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32001,\"message\":\"Unauthorized\",\"data\":{\"error\":\"unauthorized\",\"message\":\"Authentication"
                + " required\"}}}");
  }

  @Test
  void headWithoutCredential_isChallengedWithoutBody() throws Exception {
    HttpResponse<String> response =
        jetty.send(
            jetty.request("/mcp").method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue(GuardedJetty.CHALLENGE);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "PUT", "TRACE", "PATCH"})
  void anyMethodWithoutCredential_neverReachesTheServlet(String method) throws Exception {
    EchoServlet echo = new EchoServlet();
    try (GuardedJetty own = GuardedJetty.inFrontOf(echo)) {
      String answer = own.raw(method + " /mcp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 40");
      assertThat(echo.calls).hasValue(0);
    }
  }

  @Test
  void grantedCall_reachesTheServletWithCallerAndWithoutCredential() throws Exception {
    EchoServlet echo = new EchoServlet();
    try (GuardedJetty own = GuardedJetty.inFrontOf(echo)) {
      HttpResponse<String> response = own.send(own.call("read_file"));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(GuardedJetty.toolCall("read_file"));
      String issuer = issuerOf(echo);
      assertThat(echo.seen)
          .containsExactly(
              "principal=" + issuer + "|alice",
              "attribute=McpPrincipal[issuer=" + issuer + ", client=test-client]",
              "subject-token=SubjectToken[issuer=" + issuer + "]",
              "user=" + issuer + "|alice",
              "auth-type=Bearer",
              "authorization=null",
              "authorizations=[]",
              "date=-1",
              "int=-1",
              "names=[]");
    }
  }

  /** The filter's own attributes, that no container holds: as any other for whoever is behind. */
  @Test
  void attributesOfTheFilter_canBeListedReplacedAndTakenAway() throws Exception {
    List<Object> seen = Collections.synchronizedList(new ArrayList<>());
    HttpServlet servlet =
        new HttpServlet() {
          private static final long serialVersionUID = 1L;

          @Override
          protected void service(HttpServletRequest request, HttpServletResponse response) {
            String token = McpAuthFilter.SUBJECT_TOKEN_ATTRIBUTE;
            String compared = McpAuthFilter.COMPARED_HEADERS_ATTRIBUTE;
            seen.add(
                Collections.list(request.getAttributeNames()).containsAll(Set.of(token, compared)));
            seen.add(request.getAttribute(compared));
            request.removeAttribute(token);
            request.setAttribute(compared, "mine");
            seen.add(String.valueOf(request.getAttribute(token)));
            seen.add(request.getAttribute(compared));
            seen.add(Collections.list(request.getAttributeNames()).contains(token));
          }
        };
    try (GuardedJetty guarded = GuardedJetty.inFrontOf(servlet)) {
      assertThat(guarded.send(guarded.call("read_file")).statusCode()).isEqualTo(200);
    }
    assertThat(seen).containsExactly(true, Set.of(), "null", "mine", false);
  }

  private static String issuerOf(EchoServlet echo) {
    String principal = echo.seen.get(0).substring("principal=".length());
    return principal.substring(0, principal.indexOf('|'));
  }

  @Test
  void bodyOfAGrantedCall_isReplayedByteForByte() throws Exception {
    String spaced =
        "\r\n { \"params\" : {\"x\":\"\u00e9\\u0065\ud83d\ude00\"}, \"id\":\"a\",\n"
            + "\"method\":\"ping\" ,\"jsonrpc\":\"2.0\"}\t\n ";
    HttpResponse<String> response =
        jetty.send(
            jetty
                .authorized("/mcp")
                .header("Content-Type", "application/json; charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString(spaced))
                .build());
    assertThat(response.body()).isEqualTo(spaced);
  }

  @Test
  void chunkedBody_isReplayedByteForByte() throws Exception {
    byte[] call = GuardedJetty.toolCall("read_file").getBytes(StandardCharsets.UTF_8);
    HttpRequest.BodyPublisher known = HttpRequest.BodyPublishers.ofByteArray(call);
    HttpResponse<String> response =
        jetty.send(
            jetty
                .authorized("/mcp")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.fromPublisher(known))
                .build());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(GuardedJetty.toolCall("read_file"));
  }

  @Test
  void callWithoutItsScope_isAStepUpChallengeBeforeTheServlet() throws Exception {
    EchoServlet echo = new EchoServlet();
    try (GuardedJetty own = GuardedJetty.inFrontOf(echo)) {
      HttpResponse<String> response = own.send(own.call("write_file"));
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.headers().allValues("WWW-Authenticate"))
          .containsExactly(
              "Bearer error=\"insufficient_scope\", scope=\"files:write files:read\","
                  + " resource_metadata="
                  + "\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\","
                  + " error_description=\"More scopes are required for this call\"");
      assertThat(response.body())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32001,\"message\":\"Forbidden\","
                  + "\"data\":{\"error\":\"insufficient_scope\","
                  + "\"message\":\"More scopes are required for this call\","
                  + "\"scope\":\"files:write files:read\"}}}");
      assertThat(echo.calls).hasValue(0);
    }
  }

  @Test
  void expiredToken_isInvalidToken() throws Exception {
    String token = jetty.token().expiresIn(Duration.ofHours(-1)).mint();
    HttpResponse<String> response =
        jetty.send(jetty.request("/mcp").header("Authorization", "Bearer " + token).build());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate"))
        .hasValue(
            "Bearer error=\"invalid_token\", scope=\"files:read\", resource_metadata="
                + "\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\","
                + " error_description=\"The access token expired\"");
  }

  @Test
  void twoAuthorizationLines_areRefused() throws Exception {
    String bearer = "Authorization: Bearer " + jetty.token().mint() + "\r\n";
    String answer =
        jetty.raw(
            "GET /mcp HTTP/1.1\r\nHost: x\r\n" + bearer + bearer + "Connection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("error=\"invalid_request\"");
  }

  @Test
  void announcedBodyOverTheCap_is413WithoutReadingIt() throws Exception {
    String answer =
        jetty.raw(
            "POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + jetty.token().mint()
                + "\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n"
                + "Connection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void chunkedBodyOverTheCap_is413() throws Exception {
    try (GuardedJetty own =
        GuardedJetty.inFrontOf(
            new EchoServlet(), context -> {}, options -> options.maxBodyBytes(100))) {
      String answer =
          own.raw(
              "POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                  + own.token().mint()
                  + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
                  + "Connection: close\r\n\r\n"
                  + "c8\r\n"
                  + " ".repeat(200)
                  + "\r\n0\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void bodyThatBreaksOff_is400() throws Exception {
    try (java.net.Socket socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), jetty.port())) {
      String head =
          "POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + jetty.token().mint()
              + "\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mcp",
        "//mcp",
        "/./mcp",
        "/x/../mcp",
        "/mcp;jsessionid=1",
        "/;x/mcp",
        "/MCP",
        "/mcp/",
        "/%6dcp",
        "/mcp%2f",
        "/mcp%00",
        "/mcp\\",
        "/..%2fmcp",
        "/mcp?access_token=x",
        "/",
        "/.well-known/oauth-protected-resource/../../mcp",
        "/.well-known/oauth-protected-resource/mcp/..;/../../mcp",
        "/.well-known/oauth-protected-resource%2f..%2f..%2fmcp",
        "http://127.0.0.1/mcp",
        "*"
      })
  void noSpellingOfAPath_reachesTheServletWithoutCredential(String target) throws Exception {
    EchoServlet echo = new EchoServlet();
    try (GuardedJetty own = GuardedJetty.inFrontOf(echo)) {
      String call = GuardedJetty.toolCall("read_file");
      String answer =
          own.raw(
              "POST "
                  + target
                  + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                  + call.length()
                  + "\r\nConnection: close\r\n\r\n"
                  + call);
      assertThat(answer).startsWith("HTTP/1.1 4");
      assertThat(echo.calls).hasValue(0);
    }
  }
}
