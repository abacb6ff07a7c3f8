package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who gets in at all, on two nodes that share a store. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AccessGateTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"read_file\",\"arguments\":{}}}";
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}";

  private final MutableClock clock = new MutableClock();
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final Store store = Store.inMemory(clock);
  private final ResourceServer here = node();
  private final ResourceServer there = node();
  private final AccessControl access = here.access();

  private ResourceServer node() {
    return ResourceServer.builder(
            ProtectedServer.RESOURCE,
            AuthorizationServer.of(issuer.issuer()),
            ToolPolicy.builder()
                .initialScopes("files:read")
                .tool("read_file", "files:read")
                .tool("about", Access.anonymous())
                .method("initialize", Access.anonymous())
                .build())
        .clock(clock)
        .store(store)
        .build();
  }

  @AfterEach
  void stop() {
    here.close();
    there.close();
    issuer.close();
  }

  @Test
  void closed_isA503WithTheMessageBeforeAnythingIsLookedAt() {
    access.close("Back at noon.", Duration.ofMinutes(20));
    RequestStub request = RequestStub.post(CALL).bearer("no token at all");

    AccessDecision.Refused refused =
        assertRefused(here.decide(request), 503, ReasonCode.ACCESS_CLOSED);

    assertThat(refused.headers())
        .containsEntry("Retry-After", "1200")
        .doesNotContainKey("WWW-Authenticate");
    assertThat(new String(refused.body(), UTF_8)).contains("\"message\":\"Back at noon.\"");
    assertThat(request.requests()).as("its body was not read").isZero();
    assertRefused(there.decide(call("alice")), 503, ReasonCode.ACCESS_CLOSED);
    access.close("Tomorrow.", Duration.ofHours(1));
    refused = assertRefused(here.decide(request), 503, ReasonCode.ACCESS_CLOSED);
    assertThat(new String(refused.body(), UTF_8)).contains("Tomorrow.").doesNotContain("noon");
    access.close();
    refused = assertRefused(here.decide(request), 503, ReasonCode.ACCESS_CLOSED);
    assertThat(refused.headers()).containsEntry("Retry-After", "60");
    assertThat(new String(refused.body(), UTF_8)).contains("The server is closed at the moment");
    access.open();

    assertGranted(here.decide(call("alice")));
  }

  @Test
  void closed_endsWhateverRunsOnEveryNode() {
    AtomicInteger told = new AtomicInteger();
    try (ResourceServer.Registration listening = there.onCutOff(told::incrementAndGet)) {
      assertThat(listening).isNotNull();
      List<AccessDecision.Granted> running =
          List.of(
              granted(there, RequestStub.of("GET").bearer(token("alice"))),
              granted(there, call("bob")),
              granted(there, RequestStub.post(CALL.replace("read_file", "about"))));
      assertThat(running).noneMatch(AccessDecision.Granted::cutOff);
      access.close();

      assertThat(told).hasPositiveValue();
      assertThat(running).allMatch(AccessDecision.Granted::cutOff);
    }
  }

  @Test
  void pageOfAnotherOrigin_isRefusedAsSuchWhileClosed() {
    access.close();

    assertRefused(
        here.decide(call("alice").header("Origin", "https://evil.example")),
        403,
        ReasonCode.ORIGIN_NOT_ALLOWED);
  }

  @Test
  void denied_isA403ThatAsksForNoScope() {
    AccessDecision.Granted running = granted(there, call("alice"));
    AccessRule rule = access.deny(AccessTarget.subject(issuer.issuer(), "alice"));

    for (ResourceServer node : List.of(here, there)) {
      AccessDecision.Refused refused =
          assertRefused(node.decide(call("alice")), 403, ReasonCode.ACCESS_DENIED);
      assertThat(refused.headers().get("WWW-Authenticate"))
          .doesNotContain("scope=")
          .doesNotContain("insufficient_scope");
      assertGranted(node.decide(call("bob")));
    }
    assertThat(running.cutOff()).isTrue();
    there.access().undo(rule.id());

    assertGranted(here.decide(call("alice")));
  }

  @Test
  void cutOffOnOneNode_isRefusedOnTheOtherAtTheNextRequest() {
    RequestStub before = call("alice");
    AccessDecision.Granted stream = granted(there, RequestStub.of("GET").bearer(token("alice")));
    access.cutOff(AccessTarget.subject(issuer.issuer(), "alice"));

    assertInvalidTokenAt(there, before);
    assertThat(stream.cutOff()).isTrue();
    clock.advance(Duration.ofSeconds(61));
    assertGranted(there.decide(call("alice")));
  }

  private static void assertInvalidTokenAt(ResourceServer node, RequestStub request) {
    assertInvalidToken(node.decide(request), ReasonCode.TOKEN_REVOKED);
  }

  @Test
  void tokenOrLogin_isDeniedAlone() {
    String one = with("jti", "t1");
    String other = with("jti", "t2");
    access.deny(AccessTarget.token(issuer.issuer(), "t1"), clock.instant().plusSeconds(300));
    assertInvalidTokenAt(here, RequestStub.post(CALL).bearer(one));
    assertGranted(there.decide(RequestStub.post(CALL).bearer(other)));
    access.deny(AccessTarget.tokenHash(StoreKey.hash(other)));
    assertInvalidTokenAt(there, RequestStub.post(CALL).bearer(other));

    String login = with("sid", "s1");
    access.deny(AccessTarget.session(issuer.issuer(), "s1"));
    assertInvalidTokenAt(there, RequestStub.post(CALL).bearer(login));
    assertGranted(here.decide(RequestStub.post(CALL).bearer(with("sid", "s2"))));
  }

  @Test
  void tokensOfAUserThatNameNoLogin_areCutOffAlone() {
    access.cutOff(AccessTarget.subjectWithoutSession(issuer.issuer(), "alice"));

    assertGranted(here.decide(RequestStub.post(CALL).bearer(with("sid", "s2"))));
    assertInvalidTokenAt(here, call("alice"));
    assertGranted(here.decide(call("bob")));
  }

  @Test
  void allowedGroup_endsNothingThatRuns() {
    AccessDecision.Granted running =
        granted(here, RequestStub.of("GET").bearer(with("groups", List.of("temps"))));
    AccessRule unused = access.allow(AccessTarget.group(issuer.issuer(), "staff"));
    assertThat(running.cutOff()).isFalse();
  }

  @Test
  void group_isDeniedThoughNoRuleOfThePolicyAsksForGroups() {
    String member = with("groups", List.of("staff", "temps"));
    AccessDecision.Granted before = granted(there, RequestStub.of("GET").bearer(member));
    assertGranted(there.decide(RequestStub.post(CALL).bearer(member)));
    AccessRule rule = access.deny(AccessTarget.group(issuer.issuer(), "temps"));

    for (ResourceServer node : List.of(here, there)) {
      assertRefused(
          node.decide(RequestStub.post(CALL).bearer(member)), 403, ReasonCode.ACCESS_DENIED);
      assertGranted(node.decide(RequestStub.post(CALL).bearer(with("groups", List.of("staff")))));
    }
    assertThat(before.cutOff()).as("its groups are not known").isTrue();
    access.undo(rule.id());
    assertGranted(here.decide(RequestStub.post(CALL).bearer(member)));
  }

  /** Or a rule for one group would lock out all users without groups. */
  @Test
  void tokenThatNamesNoGroups_isOfNoDeniedGroup() {
    AccessRule unused = access.deny(AccessTarget.group(issuer.issuer(), "temps"));
    assertGranted(here.decide(call("alice")));
    assertGranted(here.decide(RequestStub.post(CALL).bearer(with("groups", List.of()))));
  }

  @Test
  void knownOnly_letsAllowedClientsInAndNobodyWithoutALogin() {
    AccessDecision.Granted anonymous =
        granted(there, RequestStub.post(CALL.replace("read_file", "about")));
    access.knownOnly();

    assertThat(anonymous.cutOff()).isTrue();
    assertRefused(
        here.decide(RequestStub.post(CALL.replace("read_file", "about"))),
        401,
        ReasonCode.CREDENTIAL_MISSING);
    AccessDecision.Refused refused =
        assertRefused(there.decide(call("alice")), 403, ReasonCode.CLIENT_NOT_KNOWN);
    assertThat(refused.headers().get("WWW-Authenticate")).doesNotContain("scope=");
    for (AccessTarget target :
        List.of(
            AccessTarget.client(issuer.issuer(), "test-client"),
            AccessTarget.subject(issuer.issuer(), "alice"),
            AccessTarget.issuer(issuer.issuer()))) {
      AccessRule rule = access.allow(target);
      AccessDecision.Granted granted = granted(there, call("alice"));
      assertGranted(there.decide(RequestStub.post(INITIALIZE).bearer(token("alice"))));
      access.undo(rule.id());
      assertThat(granted.cutOff()).as("%s undone", target).isTrue();
    }
  }

  @Test
  void knownOnly_letsASessionGoOnAndOpensNone() {
    granted(here, RequestStub.post(INITIALIZE).bearer(token("alice"))).sessionOpened("s1");
    granted(here, RequestStub.post(INITIALIZE)).sessionOpened("open");
    AccessDecision.Granted stream =
        granted(here, RequestStub.of("GET").bearer(token("alice")).header("Mcp-Session-Id", "s1"));
    access.knownOnly();

    assertGranted(here.decide(call("alice").header("Mcp-Session-Id", "s1")));
    assertThat(stream.cutOff()).isFalse();
    for (RequestStub unknown :
        List.of(
            RequestStub.post(INITIALIZE).bearer(token("alice")),
            RequestStub.post(INITIALIZE).bearer(token("alice")).header("Mcp-Session-Id", "s1"),
            call("bob").header("Mcp-Session-Id", "s1"),
            call("bob").header("Mcp-Session-Id", "open"),
            call("bob").header("Mcp-Session-Id", "none"))) {
      assertRefused(here.decide(unknown), 403, ReasonCode.CLIENT_NOT_KNOWN);
    }
    access.open();
    assertGranted(here.decide(call("bob").header("Mcp-Session-Id", "open")));
  }

  private RequestStub call(String subject) {
    return RequestStub.post(CALL).bearer(token(subject));
  }

  private String token(String subject) {
    return issuer.token(ProtectedServer.RESOURCE).scopes("files:read").claim("sub", subject).mint();
  }

  private String with(String claim, Object value) {
    return issuer.token(ProtectedServer.RESOURCE).scopes("files:read").claim(claim, value).mint();
  }

  private static AccessDecision.Granted granted(ResourceServer node, RequestStub request) {
    AccessDecision decision = node.decide(request);
    assertGranted(decision);
    return (AccessDecision.Granted) decision;
  }
}
