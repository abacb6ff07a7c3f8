package io.mcpauth;

import static io.mcpauth.Guarded.body;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.TokenClaims;
import io.mcpauth.token.TokenVerifier;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults of this side never grant, and never tell the client what they are. */
class ResourceServerFaultTest {
  private static final String ISSUER = "https://as.example.com";
  private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
  private static final TokenClaims GOOD =
      TokenClaims.of(
          Map.of(
              "iss",
              ISSUER,
              "sub",
              "alice",
              "aud",
              Guarded.RESOURCE,
              "exp",
              NOW.plusSeconds(60).getEpochSecond()));
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

  @Test
  void verifierThatThrows_is503WithRetryAfter() {
    for (RuntimeException fault :
        List.of(
            new IllegalStateException("s3cr3t"),
            new NullPointerException(),
            new UnsupportedOperationException("s3cr3t"))) {
      RequestStub request = RequestStub.post(PING).bearer("abc");
      AccessDecision.Refused refused =
          refused(
              token -> {
                throw fault;
              },
              request);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.reason()).isEqualTo(ReasonCode.INTERNAL_FAULT);
      assertThat(refused.headers())
          .containsEntry("Retry-After", "1")
          .doesNotContainKey("WWW-Authenticate");
      assertThat(body(refused))
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32001,\"message\":\"Service"
                  + " unavailable\",\"data\":{\"error\":\"temporarily_unavailable\",\"message\":"
                  + "\"The request cannot be judged at the moment\"}}}");
      assertThat(request.requests()).isZero();
    }
  }

  @Test
  void verifierThatRecursesWithoutEnd_is503() {
    assertThat(refused(ResourceServerFaultTest::recurse, RequestStub.post(PING)).reason())
        .isEqualTo(ReasonCode.INTERNAL_FAULT);
  }

  @ParameterizedTest
  @EnumSource(
      value = ReasonCode.class,
      names = {"DISCOVERY_FAILED", "KEYS_UNAVAILABLE"})
  void brokenAuthorizationServer_is503WithoutChallenge(ReasonCode reason) {
    AccessDecision.Refused refused =
        refused(
            token -> {
              throw new AuthException(reason, Map.of("host", "s3cr3t"));
            },
            RequestStub.of("GET"));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers())
        .containsEntry("Retry-After", "1")
        .doesNotContainKey("WWW-Authenticate");
    assertThat(body(refused))
        .isEqualTo(
            "{\"error\":\"temporarily_unavailable\","
                + "\"message\":\"The authorization server cannot be reached\"}");
  }

  /** It once was a fault of this side, with a stack trace in the log for anybody who asked. */
  @Test
  void numberOutOfRangeInAToken_is401() {
    String header =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"RS256\",\"x\":1e99999999999}".getBytes(UTF_8));
    try (Guarded guarded = new Guarded()) {
      assertThat(guarded.decide(RequestStub.post(PING).bearer(header + ".e30.AAAA")))
          .isInstanceOfSatisfying(
              AccessDecision.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(ReasonCode.TOKEN_MALFORMED));
    }
  }

  @Test
  void listenerThatThrows_changesNothing() {
    List<AuthEvents.Event> seen = new ArrayList<>();
    try (ResourceServer server =
        builder(token -> GOOD)
            .events(
                event -> {
                  throw new IllegalStateException("listener");
                })
            .events(seen::add)
            .build()) {
      assertThat(server.decide(RequestStub.post(PING).bearer("abc")))
          .isInstanceOf(AccessDecision.Granted.class);
      assertThat(server.decide(RequestStub.post(PING))).isInstanceOf(AccessDecision.Refused.class);
    }
    assertThat(seen).extracting(AuthEvents.Event::granted).containsExactly(true, false);
    assertThat(seen).extracting(AuthEvents.Event::at).containsOnly(NOW);
    assertThat(seen.toString()).doesNotContain("abc");
  }

  @Test
  void refusal_printsNoBody() {
    AccessDecision.Refused refused = refused(token -> GOOD, RequestStub.post("{"));
    assertThat(refused).hasToString("Refused[reason=BODY_NOT_JSON, status=400]");
  }

  private static TokenClaims recurse(Object token) {
    return token.hashCode() == 0 ? GOOD : recurse(List.of(token));
  }

  private static AccessDecision.Refused refused(TokenVerifier verifier, RequestStub request) {
    try (ResourceServer server = builder(verifier).build()) {
      AccessDecision decision = server.decide(request.bearer("abc"));
      assertThat(decision).isInstanceOf(AccessDecision.Refused.class);
      return (AccessDecision.Refused) decision;
    }
  }

  private static ResourceServerBuilder builder(TokenVerifier verifier) {
    return ResourceServer.builder(
            Guarded.RESOURCE,
            AuthorizationServer.of(ISSUER).verifiedBy(verifier),
            ToolPolicy.builder().build())
        .clock(Clock.fixed(NOW, ZoneOffset.UTC));
  }
}
