package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static io.mcpauth.AskedServer.active;
import static io.mcpauth.AskedServer.decide;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.Json;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What made-up tokens cost the provider, and the callers whose tokens are good. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class IntrospectionFloodTest {
  private static final int STRANGERS_AT_ONCE = 12;
  private static final int MOST_STRANGERS = 36;

  private final MutableClock clock = new MutableClock();
  @AutoClose private final AskedServer asked = new AskedServer();

  @Test
  void freshTokens_areAskedAboutSoOftenAndNoMore() {
    asked.says("{\"active\":false}");
    try (ResourceServer server = ProtectedServer.of(asked.server(), clock).build()) {
      List<AccessDecision> decisions = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        decisions.add(decide(server, "made-up-" + i));
      }
      for (int i = 0; i < 60; i++) {
        if (i < 40) {
          assertInvalidToken(decisions.get(i), ReasonCode.TOKEN_NOT_ACTIVE);
        } else {
          assertUnavailable(decisions.get(i), ReasonCode.OVER_LIMIT);
        }
      }
      assertThat(asked.asked()).as("in one second").hasSize(40);

      clock.advance(Duration.ofMillis(999));
      assertUnavailable(decide(server, "made-up-60"), ReasonCode.OVER_LIMIT);
      clock.advance(Duration.ofMillis(1));
      assertInvalidToken(decide(server, "made-up-60"), ReasonCode.TOKEN_NOT_ACTIVE);
    }
  }

  /** A clock that is set back an hour does not stop every login for an hour. */
  @Test
  void clockThatIsSetBack_holdsNobodyUp() {
    asked.says(active());
    try (ResourceServer server =
        ProtectedServer.of(
                AuthorizationServer.of(asked.issuer()).introspectedBy(asked.how().askAtMost(1)),
                clock)
            .build()) {
      assertGranted(decide(server, "opaque-1"));
      clock.advance(Duration.ofHours(-1));
      assertGranted(decide(server, "opaque-2"));
    }
  }

  @Test
  void keptAnswers_goOnDuringAFlood() {
    asked.says("{\"active\":false}");
    asked.says("opaque-1", active());
    try (ResourceServer server =
        ProtectedServer.of(
                AuthorizationServer.of(asked.issuer()).introspectedBy(asked.how().askAtMost(3)),
                clock)
            .build()) {
      assertGranted(decide(server, "opaque-1"));
      for (int i = 0; i < 10; i++) {
        AccessDecision unused = decide(server, "made-up-" + i);
        assertGranted(decide(server, "opaque-1"));
      }
      assertThat(asked.asked()).hasSize(3);
    }
  }

  /** Else who floods would have shut out everybody within the minute that answers are kept. */
  @Test
  void tokenWhoseKeptAnswerEnds_isAskedAboutDuringAFlood() {
    asked.says("{\"active\":false}");
    asked.says("opaque-1", active());
    try (ResourceServer server = ProtectedServer.of(asked.server(), clock).build()) {
      assertGranted(decide(server, "opaque-1"));
      clock.advance(Duration.ofMinutes(2));
      for (int i = 0; i < 60; i++) {
        AccessDecision unused = decide(server, "made-up-" + i);
      }
      assertUnavailable(decide(server, "made-up-of-later"), ReasonCode.OVER_LIMIT);
      assertGranted(decide(server, "opaque-1"));
    }
  }

  /** No more in all: ten of the known, and forty of strangers. */
  @Test
  void knownTokens_haveTheirPartAndNoMoreIsAskedInAll() {
    asked.says(active());
    try (ResourceServer server = ProtectedServer.of(asked.server(), clock).build()) {
      for (int i = 0; i < 20; i++) {
        assertGranted(decide(server, "opaque-" + i));
      }
      clock.advance(Duration.ofMinutes(2));
      for (int i = 0; i < 60; i++) {
        AccessDecision unused = decide(server, "fresh-" + i);
      }
      for (int i = 0; i < 20; i++) {
        AccessDecision decision = decide(server, "opaque-" + i);
        if (i < 10) {
          assertGranted(decision);
        } else {
          assertUnavailable(decision, ReasonCode.OVER_LIMIT);
        }
      }
      assertThat(asked.asked()).hasSize(20 + 50);
    }
  }

  @Test
  void repeatedBadToken_isNotAskedAboutAgain() {
    asked.says("{\"active\":false}");
    try (ResourceServer server = ProtectedServer.of(asked.server(), clock).build()) {
      for (int i = 0; i < 100; i++) {
        assertInvalidToken(decide(server, "made-up"), ReasonCode.TOKEN_NOT_ACTIVE);
      }
      assertThat(asked.asked()).hasSize(1);

      clock.advance(Duration.ofSeconds(5));
      asked.says(active()); // a node of the provider that did not know it yet
      assertGranted(decide(server, "made-up"));
    }
  }

  @Test
  void tokenOfAnotherResource_isNotAskedAboutAgainEither() {
    asked.says(active("aud", "https://other.example"));
    try (ResourceServer server = ProtectedServer.of(asked.server(), clock).build()) {
      assertInvalidToken(decide(server, "opaque-1"), ReasonCode.WRONG_AUDIENCE);
      assertInvalidToken(decide(server, "opaque-1"), ReasonCode.WRONG_AUDIENCE);
      assertThat(asked.asked()).hasSize(1);
    }
  }

  @Test
  void crowdWithOneToken_asksOnce() throws Exception {
    try (SlowServer slow = new SlowServer();
        ResourceServer server = slow.resource(clock)) {
      List<Future<AccessDecision>> crowd =
          slow.callers(server, MOST_STRANGERS, caller -> "opaque-1");
      slow.answer();
      for (Future<AccessDecision> one : crowd) {
        assertGranted(one.get(60, TimeUnit.SECONDS));
      }
      assertThat(slow.questions.get()).isEqualTo(1);
    }
  }

  @Test
  void callersThatWait_areBoundedAndTheRestIsRefusedAtOnce() throws Exception {
    try (SlowServer slow = new SlowServer();
        ResourceServer server = slow.resource(clock)) {
      int more = 20;
      List<Future<AccessDecision>> crowd =
          slow.callers(server, MOST_STRANGERS + more, caller -> "opaque-" + caller);
      for (int i = 0; i < more; i++) { // nobody has had an answer yet
        assertUnavailable(slow.next(), ReasonCode.OVER_LIMIT);
      }
      assertThat(slow.questions.get()).isLessThanOrEqualTo(STRANGERS_AT_ONCE);

      slow.answer();
      int granted = 0;
      for (Future<AccessDecision> one : crowd) {
        granted += one.get(60, TimeUnit.SECONDS) instanceof AccessDecision.Granted ? 1 : 0;
      }
      assertThat(granted).isEqualTo(MOST_STRANGERS);
      assertThat(slow.mostAtOnce.get()).isLessThanOrEqualTo(STRANGERS_AT_ONCE);
      assertGranted(decide(server, "opaque-of-later"));
    }
  }

  @Test
  void tokenThatWasGood_isAskedAboutWhileStrangersWaitForASlowProvider() throws Exception {
    try (SlowServer slow = new SlowServer();
        ResourceServer server = slow.resource(clock)) {
      assertGranted(decide(server, SlowServer.AT_ONCE));
      clock.advance(Duration.ofMinutes(2)); // its answer is kept no more
      List<Future<AccessDecision>> strangers =
          slow.callers(server, MOST_STRANGERS + 1, caller -> "opaque-" + caller);
      assertUnavailable(slow.next(), ReasonCode.OVER_LIMIT);

      assertGranted(decide(server, SlowServer.AT_ONCE));
      assertThat(strangers).filteredOn(Future::isDone).hasSize(1);
    }
  }

  /** Whoever logs in again and again has tokens that are signed, as many as he likes. */
  @Test
  void signedTokenThatWasGood_isAskedAboutWhileFreshOnesWaitForASlowProvider() throws Exception {
    try (SlowServer slow = new SlowServer();
        TestIssuer issuer = TestIssuer.start(clock);
        ResourceServer server = slow.also(issuer, clock)) {
      String known = issuer.token(ProtectedServer.RESOURCE).scopes("mcp", "files:list").mint();
      slow.atOnceAbout = known;
      assertGranted(decide(server, known));
      clock.advance(Duration.ofMinutes(2));
      List<Future<AccessDecision>> fresh =
          slow.callers(
              server,
              MOST_STRANGERS + 1,
              caller ->
                  issuer
                      .token(ProtectedServer.RESOURCE)
                      .scopes("mcp", "files:list")
                      .claim("jti", "t" + caller)
                      .mint());
      assertUnavailable(slow.next(), ReasonCode.OVER_LIMIT);

      assertGranted(decide(server, known));
      assertThat(fresh).filteredOn(Future::isDone).hasSize(1);
    }
  }

  /** Answers when it is told to, but about one token, about which it answers at once. */
  private static final class SlowServer implements AutoCloseable {
    private static final String AT_ONCE = "opaque-known";

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletionService<AccessDecision> callers =
        new ExecutorCompletionService<>(threads);
    private final HttpServer web;
    private volatile String atOnceAbout = AT_ONCE;

    SlowServer() throws Exception {
      web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      web.setExecutor(threads);
      byte[] body = Json.write(active());
      web.createContext(
          "/introspect",
          exchange -> {
            byte[] asked = exchange.getRequestBody().readAllBytes();
            boolean known = new String(asked, US_ASCII).contains("token=" + atOnceAbout);
            questions.incrementAndGet();
            int now = atOnce.incrementAndGet();
            mostAtOnce.accumulateAndGet(now, Math::max);
            try {
              boolean unused = known || answer.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            atOnce.decrementAndGet();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      web.start();
    }

    ResourceServer resource(MutableClock clock) {
      return resource(AuthorizationServer.of(origin()).introspectedBy(how()), clock);
    }

    /** Of tokens that an issuer signs, and about which it is asked as well. */
    ResourceServer also(TestIssuer issuer, MutableClock clock) {
      return resource(
          AuthorizationServer.of(issuer.issuer())
              .withJwksUri(issuer.jwksUri())
              .alsoIntrospectedBy(how()),
          clock);
    }

    private String origin() {
      return "http://127.0.0.1:" + web.getAddress().getPort();
    }

    private Introspection how() {
      return Introspection.with(ClientAuthentication.secretBasic("c", "s3cr3t"))
          .at(origin() + "/introspect")
          .askAtMost(1000);
    }

    private static ResourceServer resource(AuthorizationServer server, MutableClock clock) {
      return ProtectedServer.of(server, clock)
          .connections(OutboundConnections.builder().timeout(Duration.ofMinutes(1)).build())
          .build();
    }

    List<Future<AccessDecision>> callers(
        ResourceServer server, int number, IntFunction<String> token) {
      List<Future<AccessDecision>> all = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        String one = token.apply(i);
        all.add(callers.submit(() -> decide(server, one)));
      }
      return all;
    }

    AccessDecision next() throws Exception {
      @Nullable Future<AccessDecision> done = callers.poll(60, TimeUnit.SECONDS);
      assertThat(done).as("a caller who did not wait").isNotNull();
      return done.get();
    }

    void answer() {
      answer.countDown();
    }

    @Override
    public void close() {
      answer.countDown();
      web.stop(0);
      threads.shutdownNow();
    }
  }
}
