package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessGate;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.session.MessageEndpoints;
import io.mcpauth.session.SessionLimits;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import io.mcpauth.token.TokenClaims;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a granted answer may go on. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class GrantedTest {
  private final MutableClock clock = new MutableClock();
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final Store store = Store.inMemory(clock);
  private final AccessControl access = AccessControl.on(store);
  private final AccessGate gate =
      AccessGate.start(AccessGate.Following.alone(store, Duration.ofSeconds(30), Set.of()));
  private final ResourceServer server =
      ProtectedServer.of(AuthorizationServer.of(issuer.issuer()), clock)
          .clockSkew(Duration.ofSeconds(30))
          .store(store)
          .build();

  @AfterEach
  void stop() {
    server.close();
    issuer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void stream_endsWithTheTokenAndTheClockSkew(String method) {
    Instant expiry = clock.instant().plusSeconds(300);

    assertThat(granted(RequestStub.of(method), token().expiresIn(Duration.ofMinutes(5))))
        .extracting(AccessDecision.Granted::streamEndsAt)
        .isEqualTo(expiry.plusSeconds(30));
  }

  private final SessionOwners sessions =
      SessionOwners.in(Store.inMemory(), SessionLimits.defaults(), Clock.systemUTC());

  @Test
  void listeningPost_endsWithTheTokenToo() {
    try (ResourceServer listening =
        ResourceServer.builder(
                ProtectedServer.RESOURCE,
                AuthorizationServer.of(issuer.issuer()),
                io.mcpauth.policy.ToolPolicy.builder()
                    .method("subscriptions/listen", "mcp")
                    .build())
            .clock(clock)
            .build()) {
      AccessDecision decision =
          listening.decide(
              RequestStub.post(
                      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\","
                          + "\"params\":{\"notifications\":{}}}")
                  .bearer(token().mint()));
      assertThat(((AccessDecision.Granted) decision).streamEndsAt()).isAfter(clock.instant());
    }
  }

  @Test
  void callAndDelete_haveNoEnd() {
    RequestStub call =
        RequestStub.post(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"name\":"
                + "\"subscriptions/listen\"}}");
    assertThat(granted(call, token()).streamEndsAt()).isNull();
    assertThat(granted(RequestStub.of("DELETE"), token()).streamEndsAt()).isNull();
  }

  private Stream<AccessTarget> targets() {
    return Stream.of(
        AccessTarget.issuer(issuer.issuer()),
        AccessTarget.subject(issuer.issuer(), "alice"),
        AccessTarget.client(issuer.issuer(), "test-client"),
        AccessTarget.clientOfSubject(issuer.issuer(), "alice", "test-client"),
        AccessTarget.key(issuer.issuer(), "test-key-1"));
  }

  @Test
  void cutOff_turnsTrueWithEachKindOfAccessTarget() {
    AccessDecision.Granted granted = granted(RequestStub.of("GET"), token());
    targets()
        .forEach(
            target -> {
              assertThat(granted.cutOff()).as("before %s", target).isFalse();
              for (AccessRule rule : List.of(access.cutOff(target), access.deny(target))) {
                assertThat(granted.cutOff()).as("after %s", target).isTrue();
                access.undo(rule.id());
              }
            });
  }

  static Stream<Arguments> instants() {
    return Stream.of(arguments(-31, false), arguments(-30, true), arguments(0, true));
  }

  @ParameterizedTest
  @MethodSource("instants")
  void issuedBefore_isComparedWithTheTokenOfTheRequest(int secondsLater, boolean cut) {
    AccessDecision.Granted granted = granted(RequestStub.of("GET"), token());
    access.cutOff(
        AccessTarget.subject(issuer.issuer(), "alice"), clock.instant().plusSeconds(secondsLater));

    assertThat(granted.cutOff()).isEqualTo(cut);
  }

  @Test
  void tokenOfAnApplicationsOwnVerifier_isAccessTargetToo() {
    try (ResourceServer own =
        ProtectedServer.of(
                AuthorizationServer.of(issuer.issuer())
                    .verifiedBy(token -> TokenClaims.of(claims())),
                clock)
            .store(store)
            .build()) {
      var granted = (AccessDecision.Granted) own.decide(RequestStub.of("GET").bearer("any"));
      AccessTarget alice = AccessTarget.subject(issuer.issuer(), "alice");
      access.cutOff(alice, clock.instant().minusSeconds(61));
      assertThat(granted.cutOff()).isFalse();
      access.cutOff(alice, clock.instant());
      assertThat(granted.cutOff()).isTrue();
    }
  }

  private Map<String, Object> claims() {
    long now = clock.instant().getEpochSecond();
    return Map.of(
        "iss",
        issuer.issuer(),
        "sub",
        "alice",
        "aud",
        ProtectedServer.RESOURCE,
        "scope",
        "mcp",
        "iat",
        now,
        "exp",
        now + 300);
  }

  private AccessDecision.Granted granted(boolean longStream, SessionOwners.Bound session) {
    MessageEndpoints.Asked messages =
        new MessageEndpoints("https://mcp.example.com", "/mcp", List.of())
            .asked("GET", "/mcp", null, null);
    return new AccessDecision.Granted(
        null, gate, longStream, () -> {}, session, messages, Map.of(), Set.of());
  }

  @Test
  void anonymousCall_hasNoCallerNoEndAndNoCutOff() {
    var granted = granted(true, session(null));
    assertThat(granted.principal()).isNull();
    assertThat(granted.streamEndsAt()).isNull();
    assertThat(granted.cutOff()).isFalse();
  }

  @Test
  void streamOfAnAnonymousSession_endsWhenTheSessionIsClaimed() {
    sessions.bound(List.of(), null).opened("s1");
    List<String> told = new ArrayList<>();
    Runnable unused = sessions.onClaim(() -> told.add("lost"));
    var watched = session(null, "s1");
    watched.watch();
    var stream = granted(true, watched);
    var call = granted(false, session(null, "s1"));
    assertThat(stream.cutOff()).isFalse();

    assertThat(session(Principals.with(), "s1").refusal()).isNull();

    assertThat(told).containsExactly("lost");
    assertThat(stream.cutOff()).isTrue();
    assertThat(call.cutOff()).isFalse();
    assertThat(session(Principals.with(), "s1").refusal()).isNull();
    assertThat(told).containsExactly("lost");
  }

  @Test
  void session_belongsToWhoOpenedItUntilItEnds() {
    McpPrincipal alice = Principals.with();
    granted(false, session(alice)).sessionOpened("s1");
    assertThat(session(alice, "s1").refusal()).isNull();
    assertThat(session(null, "s1").refusal())
        .extracting(Refusal::reason)
        .isEqualTo(ReasonCode.SESSION_NOT_FOUND);

    granted(false, session(alice, "s1")).sessionEnded();
    assertThat(session(alice, "s1").refusal())
        .extracting(Refusal::reason)
        .isEqualTo(ReasonCode.SESSION_NOT_FOUND);
  }

  private SessionOwners.Bound session(@Nullable McpPrincipal caller, String... named) {
    return sessions.bound(List.of(named), caller);
  }

  @Test
  void text_showsNoSubject() {
    assertThat(granted(RequestStub.of("GET"), token()).toString())
        .startsWith("Granted[McpPrincipal[")
        .doesNotContain("alice");
  }

  private TestIssuer.Token token() {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp");
  }

  private AccessDecision.Granted granted(RequestStub request, TestIssuer.Token token) {
    AccessDecision decision = server.decide(request.bearer(token.mint()));
    assertThat(decision).isInstanceOf(AccessDecision.Granted.class);
    return (AccessDecision.Granted) decision;
  }
}
