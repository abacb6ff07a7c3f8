package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.edge.RequestLimits;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests take together, and that it is given back. */
class RequestLimitsTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final TestIssuer ISSUER = TestIssuer.start();

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  @Test
  void streams_areLimitedForEachCallerAndForThoseWithoutAName() {
    try (ResourceServer server = server(RequestLimits.defaults().withStreamsPerCaller(2))) {
      List<AccessDecision> decisions = new ArrayList<>();
      for (String user : List.of("alice", "alice", "alice", "bob", "", "", "")) {
        FakeRequest get = FakeRequest.get().header("Accept", "text/event-stream");
        decisions.add(server.decide(user.isEmpty() ? get : get.bearer(token(user))));
      }

      assertThat(decisions.stream().map(RequestLimitsTest::outcome))
          .containsExactly(
              "granted", "granted", "OVER_LIMIT", "granted", "granted", "granted", "OVER_LIMIT");
      assertThat(server.inUse()).isEqualTo(new RequestLimits.InUse(0, 0, 5, 2));

      AccessDecision.Granted first = (AccessDecision.Granted) decisions.get(0);
      first.ended();
      first.ended();
      assertThat(server.inUse().streams()).as("once, however often it is told").isEqualTo(4);
      assertThat(outcome(server.decide(FakeRequest.get().bearer(token("alice")))))
          .isEqualTo("granted");
      assertThat(outcome(server.decide(FakeRequest.get().bearer(token("alice")))))
          .isEqualTo("OVER_LIMIT");
    }
  }

  @Test
  void streamOverTheLimit_isToldToComeBack() {
    try (ResourceServer server = server(RequestLimits.defaults().withStreams(1))) {
      assertThat(outcome(server.decide(FakeRequest.get()))).isEqualTo("granted");
      AccessDecision decision = server.decide(FakeRequest.get().bearer(token("alice")));

      assertThat(decision)
          .isInstanceOfSatisfying(
              AccessDecision.Refused.class,
              refused -> {
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.headers())
                    .containsEntry("Retry-After", "1")
                    .doesNotContainKey("WWW-Authenticate");
              });
    }
  }

  @Test
  void answeredCalls_holdNothing() {
    try (ResourceServer server = server(RequestLimits.defaults())) {
      for (int i = 0; i < 100; i++) {
        AccessDecision granted = server.decide(FakeRequest.toolCall("open"));
        assertThat(outcome(granted)).isEqualTo("granted");
        ((AccessDecision.Granted) granted).ended();
        assertThat(outcome(server.decide(FakeRequest.post("{"))))
            .isEqualTo(ReasonCode.BODY_NOT_JSON.name());
      }
      assertThat(server.inUse()).isEqualTo(new RequestLimits.InUse(0, 0, 0, 0));
    }
  }

  /** Each may have a thread for as long as the tool works, or as its peer does not read. */
  @Test
  void callsWithoutACredential_areLimitedWhileTheyRun() {
    try (ResourceServer server = server(RequestLimits.defaults().withAnonymousRequests(2))) {
      List<AccessDecision> running = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        running.add(server.decide(FakeRequest.toolCall("open")));
      }
      assertThat(running.stream().map(RequestLimitsTest::outcome))
          .containsExactly("granted", "granted", "OVER_LIMIT");
      for (int i = 0; i < 5; i++) {
        FakeRequest known = FakeRequest.toolCall("open").bearer(token("alice"));
        assertThat(outcome(server.decide(known))).isEqualTo("granted");
      }

      ((AccessDecision.Granted) running.get(0)).ended();
      assertThat(outcome(server.decide(FakeRequest.toolCall("open")))).isEqualTo("granted");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1, 1, bodyBytes 0",
    "1024, 0, 1, 1, 1, anonymousBodyBytes 0",
    "1024, 256, 0, 1, 1, anonymousRequests 0",
    "1024, 256, 1, -1, 1, streams -1",
    "1024, 256, 1, 1, 0, streamsPerCaller 0",
    "1024, 257, 1, 1, 1, A body of 257 bytes without a credential",
  })
  void limitThatLetsNothingThrough_isRefused(
      long bytes, int anonymous, int reads, int streams, int perCaller, String message) {
    assertThatThrownBy(() -> new RequestLimits(bytes, anonymous, reads, streams, perCaller))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("Write ");
  }

  @Test
  void changes_touchTheirOwnLimitAlone() {
    RequestLimits changed =
        RequestLimits.defaults()
            .withAnonymousBodyBytes(10_000)
            .withBodyBytes(40_000)
            .withAnonymousRequests(3)
            .withStreams(4)
            .withStreamsPerCaller(5);

    assertThat(changed).isEqualTo(new RequestLimits(40_000, 10_000, 3, 4, 5));
  }

  private static ResourceServer server(RequestLimits limits) {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("open", Access.anonymous())
            .method("GET", Access.anonymous())
            .build();
    AuthorizationServer issuer = AuthorizationServer.of(ISSUER.issuer());
    return ResourceServer.builder(RESOURCE, issuer, policy).limits(limits).build();
  }

  private static String token(String user) {
    return ISSUER.token(RESOURCE).claim("sub", user).mint();
  }

  private static String outcome(AccessDecision decision) {
    return decision instanceof AccessDecision.Refused refused ? refused.reason().name() : "granted";
  }
}
