package io.mcpauth;

import static io.mcpauth.SignalNode.EVENTS;
import static io.mcpauth.SignalNode.LOGOUT;
import static io.mcpauth.SignalNode.body;
import static io.mcpauth.SignalNode.cutOff;
import static io.mcpauth.SignalNode.logoutToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.signals.SecurityEvents;
import io.mcpauth.signals.SignalAnswer;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger may cost who sends signals: nothing is stored, and little is read. */
class SignalCostTest {
  /** Keys take long to make, so all tests have the same. */
  private static final MutableClock CLOCK = new MutableClock();

  private static final TestIssuer ISSUER = TestIssuer.start(CLOCK);

  private final Instant start = CLOCK.instant();
  private final Store store = Store.inMemory(CLOCK);
  private final SignalNode node =
      SignalNode.start(
          ISSUER,
          store,
          CLOCK,
          SecurityEvents.at(EVENTS, SignalNode.AUDIENCE),
          b ->
              b.readBodiesWithoutCredentialToEchoTheirIds()
                  .limits(
                      RequestLimits.defaults()
                          .withAnonymousRequests(1)
                          .withAnonymousBodyBytes(100)));

  @AfterEach
  void stop() {
    assertThat(store.count("signal.jti")).isZero();
    assertThat(cutOff(store)).isEmpty();
    assertThat(node.server().inUse().requests()).isZero();
    assertThat(node.server().inUse().bodyBytes()).isZero();
    node.close();
    CLOCK.advance(Duration.between(CLOCK.instant(), start));
  }

  @AfterAll
  static void stopIssuer() {
    ISSUER.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
  void otherMethod_isA405(String method) {
    for (String path : List.of(LOGOUT, EVENTS)) {
      SignalRequest request = SignalRequest.of(method, "");

      SignalAnswer answer = node.server().signal(path, request);

      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.headers()).containsEntry("Allow", "POST");
      assertThat(request.wasRead()).isFalse();
    }
  }

  @Test
  void otherContent_isA415AndUnread() {
    String token = logoutToken(ISSUER).mint();
    List<SignalRequest> requests =
        List.of(
            SignalRequest.of("POST", token),
            SignalRequest.of("POST", token).header("Content-Type", "application/json"),
            SignalRequest.logout(token).header("Content-Type", "text/plain"),
            SignalRequest.logout(token).header("Content-Encoding", "gzip"));
    for (SignalRequest request : requests) {
      SignalAnswer answer = node.server().signal(LOGOUT, request);

      assertThat(answer.status()).isEqualTo(415);
      assertThat(request.wasRead()).isFalse();
    }
    assertThat(node.server().signal(EVENTS, SignalRequest.logout(token)).status()).isEqualTo(415);
  }

  @Test
  void hugeBody_isA413() {
    String huge = "x".repeat(ResourceServer.MOST_SIGNAL_BYTES + 1);

    assertThat(node.event(huge).status()).isEqualTo(413);
    assertThat(node.server().signal(EVENTS, SignalRequest.event(huge).unannounced()).status())
        .isEqualTo(413);
    assertThat(body(node.logout(huge))).contains(ReasonCode.BODY_TOO_LARGE.description());
    assertThat(node.event("x".repeat(20_000)).status()).isEqualTo(400);
  }

  @Test
  void foreignPage_isA403() {
    SignalRequest request =
        SignalRequest.logout(logoutToken(ISSUER).mint()).header("Origin", "https://evil.test");

    assertThat(node.server().signal(LOGOUT, request).status()).isEqualTo(403);
    assertThat(request.wasRead()).isFalse();
  }

  /** Who posts slowly at the MCP endpoint has places enough there. */
  @Test
  void strangersWhoPost_takeNoPlaceOfSignals() {
    List<SignalAnswer> within = new ArrayList<>();
    String other = logoutToken(ISSUER).claim("aud", "x").mint();

    AccessDecision outer =
        node.server()
            .decide(
                new Reading(
                    "application/json",
                    () -> within.add(node.server().signal(LOGOUT, SignalRequest.logout(other)))));

    assertThat(outer).isInstanceOf(AccessDecision.Refused.class);
    assertThat(within).extracting(SignalAnswer::status).containsExactly(400);
    assertThat(body(within.get(0))).contains("audience");
  }

  @Test
  void signalsOfStrangers_takeNoPlaceOfAProvenSender() {
    String header = "Bearer 0123456789";
    try (SignalNode proving =
        SignalNode.start(
            ISSUER,
            store,
            CLOCK,
            SecurityEvents.at(EVENTS, SignalNode.AUDIENCE).withAuthorization(header),
            b -> b.limits(RequestLimits.defaults().withAnonymousRequests(1)))) {
      List<SignalAnswer> within = new ArrayList<>();
      SignalRequest event = SignalRequest.event("x").header("Authorization", header);

      SignalAnswer outer =
          proving
              .server()
              .signal(
                  LOGOUT,
                  new Reading(
                      "application/x-www-form-urlencoded",
                      () -> within.add(proving.server().signal(EVENTS, event))));

      assertThat(outer.status()).isEqualTo(400);
      assertThat(within).extracting(SignalAnswer::status).containsExactly(400);
      assertThat(proving.server().inUse().requests()).isZero();
    }
  }

  @Test
  void signalsBeyondTheLimit_areA503() {
    List<SignalAnswer> within = new ArrayList<>();
    String good = logoutToken(ISSUER).claim("aud", "x").mint();
    SignalAnswer outer =
        node.server()
            .signal(
                EVENTS,
                new Reading(
                    "application/secevent+jwt",
                    () -> within.add(node.server().signal(LOGOUT, SignalRequest.logout(good)))));

    assertThat(within).singleElement().satisfies(SignalCostTest::isOverLimit);
    assertThat(outer.status()).isEqualTo(400);
  }

  private static void isOverLimit(SignalAnswer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsEntry("Retry-After", "1");
    assertThat(body(answer)).contains("temporarily_unavailable");
  }

  /** While its body is read, something else happens. */
  private record Reading(String contentType, Runnable meanwhile) implements AccessRequest {
    @Override
    public String method() {
      return "POST";
    }

    @Override
    public List<String> headers(String name) {
      return name.equals("Content-Type") ? List.of(contentType) : List.of();
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public byte[] body(BodyReader reader) throws IOException {
      return reader.read(
          new InputStream() {
            private boolean asked;

            @Override
            public int read() {
              if (!asked) {
                asked = true;
                meanwhile.run();
              }
              return -1;
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
              return read();
            }
          },
          -1,
          ResourceServer.MOST_SIGNAL_BYTES);
    }
  }
}
