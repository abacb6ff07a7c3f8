package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What deployed clients send that grants nothing, and so refuses nobody. */
class LenientRequestTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String STREAM = "text/event-stream";

  @AutoClose private final TestIssuer issuer = TestIssuer.start();

  /** A tool is open to everybody. */
  @AutoClose
  private final ResourceServer open =
      server(
          ToolPolicy.builder()
              .baseScopes("mcp")
              .tool("about", Access.anonymous())
              .tool("read_file", "files:read")
              .method("notifications/vendor/denied", Access.denied())
              .method("notifications/vendor/named", "mcp")
              .build());

  @AutoClose
  private final ResourceServer closed =
      server(ToolPolicy.builder().baseScopes("mcp").tool("read_file", "files:read").build());

  private ResourceServer server(ToolPolicy policy) {
    return ResourceServer.builder(RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
        .build();
  }

  /** The endpoint of an origin may be among the paths where messages of HTTP+SSE are posted. */
  @Test
  void endpointOfAnOriginBesideMessagePaths_isNoMessageEndpoint() {
    try (ResourceServer server =
        ResourceServer.builder(
                "https://mcp.example.com",
                AuthorizationServer.of(issuer.issuer()),
                ToolPolicy.builder().tool("about", Access.anonymous()).build())
            .endpointPath("/api/mcp")
            .messagePaths("/api/*")
            .build()) {
      assertGranted(server.decide(message("'id':1,'method':'ping'").path("/api/mcp")));
      assertRefused(
          server.decide(message("'id':1,'method':'ping'").path("/api/3f2a")),
          404,
          ReasonCode.SESSION_NOT_FOUND);
    }
  }

  /** PlatformNetwork/bounty-challenge#11036: as if it were left out. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'id':1,'method':'tools/list','params':null",
        "'params':null,'id':1,'method':'ping'",
        "'method':'notifications/initialized','params':null",
        "'id':1,'method':'initialize','params':null",
      })
  void paramsNull_areNone(String members) {
    assertGranted(closed.decide(message(members).bearer(token("alice", "mcp"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'id':1,'method':'tools/call','params':null",
        "'id':1,'method':'tools/call','params':null,'params':{'name':'read_file'}",
        "'id':1,'method':'ping','params':[]",
        "'id':1,'method':'ping','params':false",
        "'id':1,'method':'ping','Params':null",
        "'id':null,'method':'ping'",
      })
  void otherParams_areStill400(String members) {
    AccessDecision refused = closed.decide(message(members).bearer(token("alice", "mcp")));
    assertThat(((AccessDecision.Refused) refused).status()).isEqualTo(400);
  }

  /** modelcontextprotocol/typescript-sdk#2469, geelen/mcp-remote#307. */
  @ParameterizedTest
  @ValueSource(strings = {"dead", "", "a b"})
  void initializeWithAnUnusableSessionId_opensASessionWithoutIt(String id) {
    RequestStub request = initialize().header("Mcp-Session-Id", id);
    assertThat(granted(closed.decide(request.bearer(token("alice", "mcp")))).withoutSessionId())
        .isTrue();
    assertThat(
            granted(open.decide(initialize().header("Mcp-Session-Id", id, id))).withoutSessionId())
        .isTrue();
  }

  @Test
  void initializeWithAForeignSessionId_neitherClaimsNorUsesNorEndsIt() {
    granted(closed.decide(initialize().bearer(token("alice", "mcp")))).sessionOpened("alices");
    granted(open.decide(initialize())).sessionOpened("anybodys");

    AccessDecision.Granted bob =
        granted(
            closed.decide(
                initialize().header("Mcp-Session-Id", "alices").bearer(token("bob", "mcp"))));
    assertThat(bob.withoutSessionId()).isTrue();
    bob.sessionEnded();
    assertGranted(closed.decide(list("alices").bearer(token("alice", "mcp"))));
    assertRefused(
        closed.decide(list("alices").bearer(token("bob", "mcp"))),
        404,
        ReasonCode.SESSION_NOT_FOUND);

    granted(
        open.decide(initialize().header("Mcp-Session-Id", "anybodys").bearer(token("bob", "mcp"))));
    assertThat(granted(open.decide(list("anybodys"))).withoutSessionId()).isFalse();
  }

  /** Only a sole request opens a session; beside others the id says whose they are. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'jsonrpc':'2.0','method':'initialize'}",
        "[{'jsonrpc':'2.0','id':1,'method':'initialize'}]",
        "{'jsonrpc':'2.0','id':1,'method':'ping'}"
      })
  void anythingElseWithADeadSessionId_is404(String body) {
    RequestStub request =
        RequestStub.post(body.replace('\'', '"')).header("Mcp-Session-Id", "dead");
    assertRefused(
        closed.decide(request.bearer(token("alice", "mcp"))), 404, ReasonCode.SESSION_NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"notifications/vendor/x", "notifications/x", "vendor/x", "$/setTrace"})
  void notificationThatNoRuleNames_isDropped(String method) {
    String members = "'method':'" + method + "','params':{'a':1}";
    assertThat(closed.decide(message(members).bearer(token("alice", "mcp"))))
        .isInstanceOf(AccessDecision.Dropped.class);
    assertThat(open.decide(message(members))).isInstanceOf(AccessDecision.Dropped.class);
    assertRefused(closed.decide(message(members)), 401, ReasonCode.CREDENTIAL_MISSING);
    assertRefused(
        closed.decide(message(members).bearer(token("alice"))), 403, ReasonCode.INSUFFICIENT_SCOPE);
  }

  @ParameterizedTest
  @CsvSource({
    "notifications/vendor/denied,403,DENIED_BY_POLICY",
    "notifications/vendor/named,403,INSUFFICIENT_SCOPE"
  })
  void notificationThatARuleNames_isJudgedByIt(String method, int status, ReasonCode reason) {
    assertRefused(
        open.decide(message("'method':'" + method + "'").bearer(token("alice"))), status, reason);
  }

  @Test
  void notificationThatIsNamed_isHandedOn() {
    assertGranted(
        open.decide(
            message("'method':'notifications/vendor/named'").bearer(token("alice", "mcp"))));
  }

  /** A tool that no rule names stays refused, however it is called. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'jsonrpc':'2.0','method':'tools/call','params':{'name':'unknown'}}",
        "[{'jsonrpc':'2.0','method':'vendor/x'},{'jsonrpc':'2.0','id':1,'method':'ping'}]",
        "[{'jsonrpc':'2.0','id':1,'method':'vendor/x'},{'jsonrpc':'2.0','method':'vendor/x'}]"
      })
  void whatIsNoUnnamedNotificationAlone_is403(String body) {
    RequestStub request = RequestStub.post(body.replace('\'', '"'));
    assertRefused(
        closed.decide(request.bearer(token("alice", "mcp"))), 403, ReasonCode.DENIED_BY_POLICY);
  }

  @Test
  void batchOfUnnamedNotifications_isDropped() {
    String one = "{\"jsonrpc\":\"2.0\",\"method\":\"vendor/x\"}";
    assertThat(
            closed.decide(
                RequestStub.post("[" + one + "," + one + "]").bearer(token("alice", "mcp"))))
        .isInstanceOf(AccessDecision.Dropped.class);
  }

  /** Skills of SEP-2640 and methods of vendors: what a server would answer. */
  @ParameterizedTest
  @CsvSource({"2025-11-25,200", "2025-03-26,200", "'',200", "2026-07-28,404"})
  void methodThatNoRuleNames_isAnsweredAsByAServerWithoutIt(String revision, int status) {
    String meta =
        "'params':{'_meta':{'io.modelcontextprotocol/protocolVersion':'" + revision + "'}}";
    RequestStub request =
        message("'id':1,'method':'skills/list'" + (status == 404 ? "," + meta : ""))
            .header("Mcp-Method", "skills/list")
            .revision(revision);
    AccessDecision.Refused refused =
        assertRefused(
            closed.decide(request.bearer(token("alice", "mcp"))),
            status,
            ReasonCode.UNKNOWN_METHOD);
    assertThat(Guarded.body(refused))
        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,");
    assertThat(refused.headers()).doesNotContainKey("WWW-Authenticate");
  }

  /** A login would be in vain. */
  @Test
  void methodThatNoRuleNames_isNoReasonToLogInWhereTheHandshakeIsOpen() {
    RequestStub request = message("'id':1,'method':'skills/list'");
    assertRefused(open.decide(request), 200, ReasonCode.UNKNOWN_METHOD);
    assertRefused(closed.decide(request), 401, ReasonCode.CREDENTIAL_MISSING);
  }

  /** The Inspector, right after it has connected. */
  @Test
  void loggingLevel_goesWithTheAnonymousHandshakeInTheCallersOwnSession() {
    granted(open.decide(initialize())).sessionOpened("anybodys");
    granted(open.decide(initialize().bearer(token("alice", "mcp")))).sessionOpened("alices");
    String level = "'id':1,'method':'logging/setLevel','params':{'level':'debug'}";

    assertGranted(open.decide(message(level).header("Mcp-Session-Id", "anybodys")));
    assertRefused(
        open.decide(message(level).header("Mcp-Session-Id", "alices")),
        404,
        ReasonCode.SESSION_NOT_FOUND);
    assertRefused(open.decide(message(level)), 401, ReasonCode.CREDENTIAL_MISSING);
    assertRefused(closed.decide(message(level)), 401, ReasonCode.CREDENTIAL_MISSING);
    assertGranted(open.decide(message(level).bearer(token("alice", "mcp"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'id':1,'method':'ping'", "'method':'notifications/roots/list_changed'"})
  void whatBelongsToTheSession_goesWithTheAnonymousHandshake(String members) {
    assertGranted(open.decide(message(members)));
  }

  /** {@code curl} and {@code curl -I} of whoever wants to know whether there is a login. */
  @ParameterizedTest
  @CsvSource({"GET,*/*", "HEAD,*/*", "GET,", "GET,application/json", "HEAD,text/event-stream;q=0"})
  void probeWithoutACredential_is401AlsoWhereAToolIsOpen(String method, @Nullable String accept) {
    RequestStub probe = RequestStub.of(method);
    if (accept != null) {
      probe.header("Accept", accept);
    }
    AccessDecision.Refused refused =
        assertRefused(open.decide(probe), 401, ReasonCode.CREDENTIAL_MISSING);
    assertThat(refused.headers().get("WWW-Authenticate")).contains("resource_metadata=");
    assertGranted(open.decide(probe.bearer(token("alice", "mcp"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {STREAM, "application/json, text/event-stream", "*/*, Text/Event-Stream"})
  void eventStreamWithoutACredential_opensWhereAToolIsOpen(String accept) {
    assertGranted(open.decide(RequestStub.of("GET").header("Accept", accept)));
  }

  @Test
  void probeThatTheRulesOpen_isHandedOn() {
    try (ResourceServer probed =
        server(
            ToolPolicy.builder()
                .tool("about", Access.anonymous())
                .method("GET", Access.anonymous())
                .build())) {
      assertGranted(probed.decide(RequestStub.of("HEAD").header("Accept", "*/*")));
    }
  }

  private static AccessDecision.Granted granted(AccessDecision decision) {
    assertGranted(decision);
    return (AccessDecision.Granted) decision;
  }

  private String token(String subject, String... scopes) {
    return issuer.token(RESOURCE).claim("sub", subject).scopes(scopes).mint();
  }

  private static RequestStub initialize() {
    return message("'id':1,'method':'initialize'");
  }

  private static RequestStub list(String session) {
    return message("'id':1,'method':'tools/list'").header("Mcp-Session-Id", session);
  }

  private static RequestStub message(String members) {
    return RequestStub.post("{\"jsonrpc\":\"2.0\"," + members.replace('\'', '"') + "}");
  }
}
