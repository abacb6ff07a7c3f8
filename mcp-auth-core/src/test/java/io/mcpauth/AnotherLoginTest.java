package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Target;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Rules that ask for another login of the user (RFC 9470), on a server with a clock. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AnotherLoginTest {
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .baseScopes("mcp")
          .tool("read", "files:read")
          .tool("pay", Access.scopes("pay").maxAge(Duration.ofMinutes(5)))
          .tool("delete", Access.scopes("delete").acr("gold", "silver").maxAge(Duration.ofHours(1)))
          .build();

  private final MutableClock clock = new MutableClock();
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();
  private final ResourceServer server = builder(POLICY).build();

  private ResourceServerBuilder builder(ToolPolicy policy) {
    return ResourceServer.builder(
            ProtectedServer.RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
        .clock(clock)
        .events(events::add);
  }

  @AfterEach
  void stop() {
    server.close();
    issuer.close();
  }

  /** A verdict is kept for its cost; how long ago the login was is another question each time. */
  @Test
  void age_isJudgedOnEachRequestByTheClockAndItsSkew() {
    String token = loggedIn(Duration.ZERO, "mcp", "pay").mint();
    McpPrincipal kept = Answers.caller(call(server, "pay", token));
    clock.advance(Duration.ofMinutes(6)); // the age, and a minute of skew
    assertGranted(call(server, "pay", token));
    clock.advance(Duration.ofMillis(1));
    assertRefused(call(server, "pay", token), 401, ReasonCode.AUTHENTICATION_INSUFFICIENT);
    clock.advance(Duration.ofMillis(-1));
    assertThat(Answers.caller(call(server, "pay", token))).isEqualTo(kept);
  }

  @Test
  void verdictThatIsKept_isRefusedWithoutItsTokenBeingProvenAgain() {
    String token = loggedIn(Duration.ofMinutes(4), "mcp", "pay", "files:read").mint();
    McpPrincipal kept = Answers.caller(call(server, "pay", token));
    clock.advance(Duration.ofMinutes(3));
    assertRefused(call(server, "pay", token), 401, ReasonCode.AUTHENTICATION_INSUFFICIENT);

    assertThat(Answers.caller(call(server, "read", token))).as("it is kept").isSameAs(kept);
  }

  @Test
  void clockSkewOfTheServer_isTheOneThatCounts() {
    try (ResourceServer strict = builder(POLICY).clockSkew(Duration.ZERO).build()) {
      String token = loggedIn(Duration.ofMinutes(5), "mcp", "pay").mint();
      assertGranted(call(strict, "pay", token));
      clock.advance(Duration.ofMillis(1));
      assertRefused(call(strict, "pay", token), 401, ReasonCode.AUTHENTICATION_INSUFFICIENT);
      String ahead = loggedIn(Duration.ofSeconds(-1), "mcp", "pay").mint();
      assertRefused(call(strict, "pay", ahead), 401, ReasonCode.AUTHENTICATION_INSUFFICIENT);
    }
  }

  @Test
  void loginThatTheIssuersClockHasAhead_isGoodWithinTheSkew() {
    assertGranted(call(server, "pay", loggedIn(Duration.ofMinutes(-1), "mcp", "pay").mint()));
    assertRefused(
        call(server, "pay", loggedIn(Duration.ofSeconds(-61), "mcp", "pay").mint()),
        401,
        ReasonCode.AUTHENTICATION_INSUFFICIENT);
  }

  /** RFC 9470 section 3; clients search the header with regular expressions. */
  @Test
  void challenge_namesWhatTheLoginHasToBeAndAllScopes() {
    String token = issuer.token(ProtectedServer.RESOURCE).scopes("mcp", "files:read").mint();
    for (String revision : List.of("2025-11-25", "2026-07-28")) {
      AccessDecision.Refused refused =
          assertRefused(
              server.decide(request("delete", token, revision)),
              401,
              ReasonCode.AUTHENTICATION_INSUFFICIENT);

      assertThat(refused.headers())
          .containsEntry(
              "WWW-Authenticate",
              "Bearer error=\"insufficient_user_authentication\","
                  + " scope=\"mcp delete files:read\", "
                  + Guarded.METADATA
                  + ", error_description=\"Another login of the user is required for this call\","
                  + " acr_values=\"gold silver\", max_age=\"3600\"")
          .containsEntry("Content-Type", "application/json")
          .containsEntry("Cache-Control", "no-store");
      assertThat(refused.furtherChallenges()).isEmpty();
      assertThat(new String(refused.body(), StandardCharsets.UTF_8))
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":"
                  + (revision.startsWith("2026") ? -31001 : -32001)
                  + ",\"message\":\"Unauthorized\",\"data\":{"
                  + "\"error\":\"insufficient_user_authentication\","
                  + "\"message\":\"Another login of the user is required for this call\","
                  + "\"scope\":\"mcp delete files:read\","
                  + "\"acr_values\":\"gold silver\",\"max_age\":\"3600\"}}}");
    }
  }

  @Test
  void challengeOfRequiredScopesAlone_isSoHereToo() {
    try (ResourceServer few =
        builder(POLICY).challengeScopes(ChallengeScopes.ONLY_REQUIRED).build()) {
      AccessDecision.Refused refused =
          assertRefused(
              call(
                  few,
                  "pay",
                  issuer.token(ProtectedServer.RESOURCE).scopes("mcp", "delete").mint()),
              401,
              ReasonCode.AUTHENTICATION_INSUFFICIENT);
      assertThat(refused.headers().get("WWW-Authenticate")).contains("scope=\"mcp pay\"");
    }
  }

  /** A client that reads challenges there reads none elsewhere. */
  @Test
  void clientThatReadsToolResults_isToldThere() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("pay", Access.scopes().acr("gold"))
            .challengeInToolResult(issuer.issuer(), "test-client")
            .build();
    try (ResourceServer inResults = builder(policy).build()) {
      AccessDecision.Refused refused =
          assertRefused(
              call(inResults, "pay", issuer.token(ProtectedServer.RESOURCE).mint()),
              200,
              ReasonCode.AUTHENTICATION_INSUFFICIENT);
      assertThat(refused.headers()).doesNotContainKey("WWW-Authenticate");
      assertThat(new String(refused.body(), StandardCharsets.UTF_8))
          .contains("\"isError\":true", "insufficient_user_authentication", "acr_values=\\\"gold");
    }
  }

  @Test
  void event_hasTheRuleAndWhatItAsksForAndNothingOfTheToken() {
    String token = loggedIn(Duration.ofHours(2), "mcp").claim("acr", "s3cr3t-level").mint();
    assertRefused(call(server, "delete", token), 401, ReasonCode.AUTHENTICATION_INSUFFICIENT);

    assertThat(events).hasSize(1);
    assertThat(events.get(0).facts())
        .containsExactly(
            Map.entry("acr_values", "gold silver"),
            Map.entry("max_age", "3600"),
            Map.entry("missing", "delete"),
            Map.entry("rule", "tools.delete"));
  }

  /** Principals of before have no acr, and the next request has another generation. */
  @Test
  void ruleThatComesLater_seesTheClaimsOfVerdictsThatAreKept() {
    ToolPolicy before = ToolPolicy.builder().tool("t").build();
    try (ResourceServer changed = builder(before).build()) {
      String token = issuer.token(ProtectedServer.RESOURCE).claim("acr", "gold").mint();
      assertThat(Answers.caller(call(changed, "t", token)).claims()).isEmpty();
      changed
          .livePolicy()
          .replace(ToolPolicy.builder().tool("t", Access.scopes().acr("gold")).build());

      assertThat(Answers.caller(call(changed, "t", token)).claims()).containsOnlyKeys("acr");
    }
  }

  /** What tools, lists and explanations ask is asked by the clock of the server. */
  @Test
  void policyOfTheServer_judgesByItsClock() {
    McpPrincipal caller = loggedIn(Duration.ZERO, "mcp", "pay").principal("acr", "auth_time");
    ToolPolicy policy = server.livePolicy().get();
    assertThat(policy).isEqualTo(POLICY);
    assertThat(policy.reach(caller, Target.tool("pay"))).isEqualTo(ToolPolicy.Reach.GRANTED);
    clock.advance(Duration.ofMinutes(7));
    assertThat(policy.reach(caller, Target.tool("pay"))).isEqualTo(ToolPolicy.Reach.STEP_UP);
    server.livePolicy().requireKnown(List.of("read", "pay", "delete"));
    assertThat(server.livePolicy().get().permits(caller, Target.tool("pay"))).isFalse();
    assertThat(server.livePolicy().get().lists(caller, Target.tool("pay"))).isTrue();
  }

  private TestIssuer.Token loggedIn(Duration ago, String... scopes) {
    return issuer
        .token(ProtectedServer.RESOURCE)
        .scopes(scopes)
        .expiresIn(Duration.ofHours(1))
        .claim("auth_time", clock.instant().minus(ago).getEpochSecond());
  }

  private static AccessDecision call(ResourceServer at, String tool, String token) {
    return at.decide(request(tool, token, "2025-11-25"));
  }

  private static RequestStub request(String tool, String token, String revision) {
    boolean stateless = revision.startsWith("2026");
    String body =
        stateless
            ? "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\""
                + revision
                + "\"}}}"
            : Guarded.call("1", tool);
    RequestStub request = RequestStub.post(body).bearer(token).revision(revision);
    return stateless
        ? request.header("Mcp-Method", "tools/call").header("Mcp-Name", tool)
        : request;
  }
}
