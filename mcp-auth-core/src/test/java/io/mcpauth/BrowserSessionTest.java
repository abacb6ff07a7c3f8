package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.assertUnavailable;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mcpauth.access.AccessTarget;
import io.mcpauth.edge.SessionUser;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BrowserSessions;
import io.mcpauth.token.McpPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the session of a browser speaks for a request, and when its cookie is nothing at all. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class BrowserSessionTest {
  private static final String OWN = "https://mcp.example.com";
  private static final String LISTED = "https://app.example.com";
  private static final String CALL = Guarded.call("1", "browse");
  private static final String LOCAL = ProtectedServer.RESOURCE + "#local";
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .tool("browse", Access.scopes().scheme(Scheme.SESSION))
          .tool("read", "read")
          .tool("edit", Access.scopes().scheme(Scheme.SESSION).role("editor"))
          .build();

  private final MutableClock clock = new MutableClock();
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final Store store = Store.inMemory(clock);
  private final ResourceServer server = builder(POLICY).build();

  private ResourceServerBuilder builder(ToolPolicy policy) {
    return ResourceServer.builder(
            ProtectedServer.RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
        .accept(BrowserSessions.ofTheAdapter())
        .allowOrigins(LISTED)
        .clock(clock)
        .store(store);
  }

  @AfterEach
  void stop() {
    server.close();
    issuer.close();
  }

  @Test
  void pageOfTheOwnOrigin_isTheUserOfItsSession() {
    RequestStub request = page(SessionUser.of("alice"));

    McpPrincipal caller = caller(server.decide(request));

    assertThat(caller.issuer()).isEqualTo(LOCAL);
    assertThat(caller.subject()).isEqualTo("alice");
    assertThat(caller.clientId()).isNull();
    assertThat(caller.scheme()).isEqualTo(Scheme.SESSION);
    assertThat(caller.scopes()).isEmpty();
    assertThat(request.sessionRequests()).isEqualTo(1);
  }

  /** Each of these is sent by a browser for a page, and no other page can have it sent. */
  @ParameterizedTest
  @MethodSource("ofOwnPages")
  void requestThatOnlyAnOwnPageCanHaveSent_isOfTheSession(
      String what, UnaryOperator<RequestStub> sent, String method) {
    RequestStub request = sent.apply(method.equals("POST") ? post(CALL) : RequestStub.of(method));

    assertThat(caller(server.decide(request.session(() -> SessionUser.of("alice")))).subject())
        .as(what)
        .isEqualTo("alice");
  }

  static Stream<Arguments> ofOwnPages() {
    return Stream.of(
        row("the own origin", r -> r.header("Origin", OWN), "POST"),
        row("a listed origin", r -> r.header("Origin", LISTED), "POST"),
        row(
            "JSON that says UTF-8",
            r ->
                r.header("Origin", OWN)
                    .header("Content-Type", "application/json; charset=\"UTF-8\""),
            "POST"),
        row("the end of an MCP session", r -> r.header("Origin", OWN), "DELETE"),
        row("a stream of a listed origin", r -> stream(r).header("Origin", LISTED), "GET"),
        row(
            "a stream of the own origin, for which browsers write no Origin",
            r -> stream(r).header("Sec-Fetch-Site", "same-origin"),
            "GET"));
  }

  /** What a page of another origin can have a browser send, and what no browser sends. */
  @ParameterizedTest
  @MethodSource("ridden")
  void requestThatAnotherPageCanHaveSent_isNobodys(
      String what, UnaryOperator<RequestStub> sent, String method) {
    RequestStub request = sent.apply(method.equals("POST") ? post(CALL) : RequestStub.of(method));

    AccessDecision decision = server.decide(request.session(() -> SessionUser.of("alice")));

    AccessDecision.Refused refused = assertRefused(decision, 401, ReasonCode.CREDENTIAL_MISSING);
    assertThat(refused.headers().get("WWW-Authenticate"))
        .startsWith("Bearer resource_metadata=")
        .doesNotContain("error");
    assertThat(request.sessionRequests()).as(what + ": the application was not asked").isZero();
  }

  static Stream<Arguments> ridden() {
    return Stream.of(
        row("no Origin", r -> r, "POST"),
        row(
            "no Origin, though it says that it is one's own",
            BrowserSessionTest::sameOrigin,
            "POST"),
        row("a form", type("application/x-www-form-urlencoded"), "POST"),
        row("a form in parts", type("multipart/form-data; boundary=x"), "POST"),
        row("text", type("text/plain"), "POST"),
        row("text that is called JSON", type("text/plain; application/json"), "POST"),
        row("JSON that is called something else", type("text/json"), "POST"),
        row("JSON in another encoding", type("application/json; charset=utf-16"), "POST"),
        row("no type", r -> r.header("Origin", OWN).header("Content-Type"), "POST"),
        row(
            "two types",
            r -> r.header("Origin", OWN).header("Content-Type", "application/json", "text/plain"),
            "POST"),
        row("a link", r -> r, "GET"),
        row("a stream without Origin", BrowserSessionTest::stream, "GET"),
        row(
            "a stream that a page of the same site asks for",
            r -> stream(r).header("Sec-Fetch-Site", "same-site"),
            "GET"),
        row(
            "a stream that another site asks for",
            r -> stream(r).header("Sec-Fetch-Site", "cross-site"),
            "GET"),
        row(
            "a stream that the user asks for",
            r -> stream(r).header("Sec-Fetch-Site", "none"),
            "GET"),
        row(
            "a stream that is of two sites",
            r -> stream(r).header("Sec-Fetch-Site", "same-origin", "cross-site"),
            "GET"),
        row("a link of an own page", BrowserSessionTest::sameOrigin, "GET"),
        row("a page of an own origin", r -> r.header("Origin", OWN), "GET"),
        row("the end of a session, from nowhere", r -> r, "DELETE"),
        row("the head of a stream", r -> stream(r).header("Origin", OWN), "HEAD"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "",
        "http://mcp.example.com",
        "https://mcp.example.com:8443",
        "https://mcp.example.com.evil.example",
        "https://MCP.example.com"
      })
  void pageOfAnotherOrigin_isA403AndTheApplicationIsNotAsked(String origin) {
    for (RequestStub request : List.of(post(CALL), stream(RequestStub.of("GET")))) {
      request
          .header("Origin", origin)
          .header("Sec-Fetch-Site", "same-origin")
          .session(() -> SessionUser.of("alice"));

      assertRefused(server.decide(request), 403, ReasonCode.ORIGIN_NOT_ALLOWED);
      assertThat(request.sessionRequests()).isZero();
    }
  }

  @Test
  void twoOrigins_areNone() {
    RequestStub request = page(SessionUser.of("alice")).header("Origin", OWN, OWN);

    assertRefused(server.decide(request), 403, ReasonCode.ORIGIN_NOT_ALLOWED);
  }

  /** Whatever it is worth. */
  @Test
  void authorizationBesideACookie_decidesAlone() {
    String good = issuer.token(ProtectedServer.RESOURCE).scopes("read").mint();
    RequestStub token = page(SessionUser.of("alice"), Guarded.call("1", "read")).bearer(good);
    assertThat(caller(server.decide(token)).scheme()).isEqualTo(Scheme.BEARER);
    assertThat(token.sessionRequests()).isZero();

    RequestStub tool = page(SessionUser.of("alice")).bearer(good);
    assertRefused(server.decide(tool), 403, ReasonCode.SCHEME_NOT_ALLOWED);

    RequestStub bad = page(SessionUser.of("alice")).bearer("e30.e30.c2ln");
    assertThat(server.decide(bad)).isInstanceOf(AccessDecision.Refused.class);
    assertThat(bad.sessionRequests()).isZero();

    RequestStub other = page(SessionUser.of("alice")).header("Authorization", "Negotiate x");
    assertRefused(server.decide(other), 401, ReasonCode.CREDENTIAL_NOT_ACCEPTED);
    assertThat(other.sessionRequests()).isZero();
  }

  @Test
  void emptyAuthorizationOrTokenInTheQuery_leavesTheSessionUnasked() {
    for (RequestStub request :
        List.of(
            page(SessionUser.of("alice")).header("Authorization", ""),
            page(SessionUser.of("alice")).header("Authorization", " "),
            page(SessionUser.of("alice")).query("x=1&access_token=abc"))) {
      assertRefused(server.decide(request), 401, ReasonCode.CREDENTIAL_MISSING);
      assertThat(request.sessionRequests()).isZero();
    }
  }

  @Test
  void whereNobodyHasLoggedIn_itIsTheUsualChallenge() {
    RequestStub request = page(null);

    assertRefused(server.decide(request), 401, ReasonCode.CREDENTIAL_MISSING);

    assertThat(request.sessionRequests()).isEqualTo(1);
    assertThat(request.requests()).as("its body was not read").isZero();
  }

  @Test
  void whereSessionsAreNotAccepted_theApplicationIsNotAsked() {
    try (ResourceServer other =
        ResourceServer.builder(
                ProtectedServer.RESOURCE,
                AuthorizationServer.of(issuer.issuer()),
                ToolPolicy.builder().tool("browse").build())
            .clock(clock)
            .build()) {
      RequestStub request = page(SessionUser.of("alice"));

      assertRefused(other.decide(request), 401, ReasonCode.CREDENTIAL_MISSING);

      assertThat(request.sessionRequests()).isZero();
    }
  }

  @Test
  void faultOfTheApplication_isA503AndNeverAccess() {
    for (RuntimeException fault :
        List.of(
            new IllegalStateException("s3cr3t"),
            new NullPointerException(),
            new AuthException(ReasonCode.CREDENTIAL_MISSING),
            new AuthException(ReasonCode.DENIED_BY_POLICY))) {
      assertUnavailable(server.decide(failing(fault)), ReasonCode.INTERNAL_FAULT);
    }
    assertUnavailable(
        server.decide(
            post(CALL)
                .header("Origin", OWN)
                .session(
                    () -> {
                      throw new NoClassDefFoundError("s3cr3t");
                    })),
        ReasonCode.INTERNAL_FAULT);
    assertUnavailable(
        server.decide(failing(new AuthException(ReasonCode.STORE_UNAVAILABLE))),
        ReasonCode.STORE_UNAVAILABLE);
  }

  private static RequestStub failing(RuntimeException fault) {
    return post(CALL)
        .header("Origin", OWN)
        .session(
            () -> {
              throw fault;
            });
  }

  @Test
  void whatIsClosed_asksNobody() {
    RequestStub request = page(SessionUser.of("alice"));
    server.access().close();
    assertRefused(server.decide(request), 503, ReasonCode.ACCESS_CLOSED);
    server.access().open();
    server.close();

    assertThat(server.decide(request)).isInstanceOf(AccessDecision.Refused.class);

    assertThat(request.sessionRequests()).isZero();
  }

  @Test
  void toolThatDoesNotNameSessions_isA403WithoutAScope() {
    AccessDecision.Refused refused =
        assertRefused(
            server.decide(page(SessionUser.of("alice").scopes("read"), Guarded.call("1", "read"))),
            403,
            ReasonCode.SCHEME_NOT_ALLOWED);

    assertThat(refused.headers().get("WWW-Authenticate"))
        .doesNotContain("scope")
        .doesNotContain("error");
  }

  @Test
  void rolesAndScopes_areThoseThatTheApplicationSays() {
    SessionUser editor = SessionUser.of("alice").claim("roles", List.of("editor")).scopes("read");
    String edit = Guarded.call("1", "edit");

    McpPrincipal caller = caller(server.decide(page(editor, edit)));

    assertThat(caller.claims()).isEqualTo(Map.of("roles", List.of("editor")));
    assertThat(caller.scopes()).containsExactly("read");
    assertRefused(server.decide(page(SessionUser.of("bob"), edit)), 403, ReasonCode.ROLE_MISSING);
  }

  @Test
  void sessionThatIsOver_isNone() {
    for (Duration past : List.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofDays(1))) {
      assertRefused(
          server.decide(page(SessionUser.of("alice").until(clock.instant().minus(past)))),
          401,
          ReasonCode.CREDENTIAL_MISSING);
    }
    assertGranted(server.decide(page(SessionUser.of("alice").until(Instant.MAX))));
    assertGranted(server.decide(page(SessionUser.of("alice").since(Instant.MAX))));
    assertGranted(server.decide(page(SessionUser.of("alice").since(Instant.EPOCH))));
  }

  @Test
  void stream_endsWithTheSessionAndInAnHourAtTheLatest() {
    Instant now = clock.instant();
    Instant hour = now.plus(Duration.ofHours(1));
    assertThat(streamEnd(SessionUser.of("alice"))).isEqualTo(hour);
    assertThat(streamEnd(SessionUser.of("alice").until(now.plusSeconds(90))))
        .isEqualTo(now.plusSeconds(90));
    assertThat(streamEnd(SessionUser.of("alice").until(now.plus(Duration.ofDays(9)))))
        .isEqualTo(hour);
  }

  private @Nullable Instant streamEnd(SessionUser user) {
    AccessDecision.Granted granted =
        granted(stream(RequestStub.of("GET")).header("Origin", OWN).session(() -> user));
    granted.ended();
    return granted.streamEndsAt();
  }

  @Test
  void userWhoIsDenied_isA403AndItsStreamEnds() {
    AccessDecision.Granted running =
        granted(
            stream(RequestStub.of("GET"))
                .header("Origin", OWN)
                .session(() -> SessionUser.of("alice")));
    server.access().deny(AccessTarget.subject(LOCAL, "alice"));

    assertThat(running.cutOff()).isTrue();
    assertRefused(server.decide(page(SessionUser.of("alice"))), 403, ReasonCode.ACCESS_DENIED);
    assertGranted(server.decide(page(SessionUser.of("bob"))));
    running.ended();
  }

  @Test
  void cutOff_endsLoginsOfBeforeAndThoseThatDoNotSaySinceWhen() {
    Instant before = clock.instant().minusSeconds(60);
    clock.advance(Duration.ofMinutes(1));
    server.access().cutOff(AccessTarget.subject(LOCAL, "alice"));
    clock.advance(Duration.ofMinutes(1));

    for (SessionUser old :
        List.of(SessionUser.of("alice").since(before), SessionUser.of("alice"))) {
      assertRefused(server.decide(page(old)), 401, ReasonCode.TOKEN_REVOKED);
    }
    assertGranted(server.decide(page(SessionUser.of("alice").since(clock.instant()))));
    assertGranted(server.decide(page(SessionUser.of("bob").since(before))));
  }

  @Test
  void mcpSession_isTheUsersInEverySessionOfHisAndNobodyElses() {
    AccessDecision.Granted opened = granted(page(SessionUser.of("alice")));
    opened.sessionOpened("m1");
    opened.ended();

    granted(page(SessionUser.of("alice")).header("Mcp-Session-Id", "m1")).ended();
    for (RequestStub other :
        List.of(
            page(SessionUser.of("bob")).header("Mcp-Session-Id", "m1"),
            post(Guarded.call("1", "read"))
                .bearer(
                    issuer
                        .token(ProtectedServer.RESOURCE)
                        .claim("sub", "alice")
                        .scopes("read")
                        .mint())
                .header("Mcp-Session-Id", "m1"))) {
      assertRefused(server.decide(other), 404, ReasonCode.SESSION_NOT_FOUND);
    }
  }

  /** The issuer of sessions is no issuer of tokens. */
  @Test
  void tokenThatSaysItIsOfThisServer_isRefused() {
    String token = issuer.token(ProtectedServer.RESOURCE).claim("iss", LOCAL).mint();

    assertInvalidTokenWithoutScope(server.decide(post(CALL).bearer(token)));
  }

  private static void assertInvalidTokenWithoutScope(AccessDecision decision) {
    AccessDecision.Refused refused = assertRefused(decision, 401, ReasonCode.WRONG_ISSUER);
    assertThat(refused.headers().get("WWW-Authenticate")).contains("error=\"invalid_token\"");
  }

  /** Pages of other origins may use the endpoint, with tokens of theirs and without cookies. */
  @ParameterizedTest
  @ValueSource(strings = {OWN, LISTED})
  void answers_neverLetAPageSendCookies(String origin) {
    AccessDecision.Granted granted =
        granted(post(CALL).header("Origin", origin).session(() -> SessionUser.of("alice")));
    granted.ended();
    AccessDecision.Preflight preflight =
        (AccessDecision.Preflight)
            server.decide(
                RequestStub.of("OPTIONS")
                    .header("Origin", origin)
                    .header("Access-Control-Request-Method", "POST"));

    assertThat(granted.answerHeaders()).doesNotContainKey("Access-Control-Allow-Credentials");
    assertThat(preflight.headers()).doesNotContainKey("Access-Control-Allow-Credentials");
  }

  @Test
  void policyThatNamesSessionsWhereTheyAreNotAccepted_stopsTheStart() {
    ResourceServerBuilder without =
        ResourceServer.builder(
            ProtectedServer.RESOURCE, AuthorizationServer.of(issuer.issuer()), POLICY);
    assertThatIllegalArgumentException()
        .isThrownBy(without::build)
        .withMessageContaining("asks for the scheme 'Session'")
        .withMessageContaining("this server accepts [Bearer]");
  }

  @Test
  void policyThatDoesNotNameSessions_isAWarningWhereTheyAreAccepted() {
    ToolPolicy silent = ToolPolicy.builder().tool("read", "read").build();
    assertThat(server.livePolicy().warnings(silent))
        .singleElement()
        .asString()
        .startsWith("browser sessions are accepted, and get at nothing");
    assertThat(server.livePolicy().warnings(POLICY)).isEmpty();
  }

  private AccessDecision.Granted granted(RequestStub request) {
    AccessDecision decision = server.decide(request);
    assertGranted(decision);
    return (AccessDecision.Granted) decision;
  }

  private static RequestStub page(@Nullable SessionUser user) {
    return page(user, CALL);
  }

  private static RequestStub page(@Nullable SessionUser user, String body) {
    return post(body).header("Origin", OWN).session(() -> user);
  }

  private static RequestStub post(String body) {
    return RequestStub.post(body);
  }

  private static RequestStub stream(RequestStub request) {
    return request.header("Accept", "text/event-stream");
  }

  private static UnaryOperator<RequestStub> type(String type) {
    return request -> request.header("Origin", OWN).header("Content-Type", type);
  }

  private static RequestStub sameOrigin(RequestStub request) {
    return request.header("Sec-Fetch-Site", "same-origin");
  }

  private static Arguments row(String what, UnaryOperator<RequestStub> sent, String method) {
    return arguments(what, sent, method);
  }
}
