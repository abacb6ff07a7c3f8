package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.INTERRUPTED;
import static io.mcpauth.error.ClientException.Reason.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.ObjectWalk;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundHttp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TokenExchangeTest {
  private static final OutboundHttp.Limits PATIENT =
      new OutboundHttp.Limits(Duration.ofSeconds(60), 50 * 1024, 64);

  private final MutableClock clock = new MutableClock();
  private final TokenServer server = new TokenServer();
  private final TokenExchange exchange =
      new TokenExchange(
          server.endpoint(), TokenTarget.unnamed().withAudience("files"), PATIENT, clock);
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final AtomicInteger answers = new AtomicInteger();
  private final Instant later = clock.instant().plusSeconds(3600);

  TokenExchangeTest() {
    answerWithNumbers();
  }

  private void answerWithNumbers() {
    server.answer(
        exchange ->
            TokenServer.json(200, TokenServer.exchanged("token-" + answers.incrementAndGet()))
                .write(exchange));
  }

  @AfterEach
  void stop() {
    exchange.close();
    server.close();
    callers.shutdownNow();
  }

  @Test
  void callersToken_isSentToItsIssuerAndExchangedOnce() throws Exception {
    AccessToken token = exchange.exchange(subject("a.b.c"), later);

    assertThat(token.value()).isEqualTo("token-1");
    assertThat(exchange.exchange(subject("a.b.c"), later)).isSameAs(token);
    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().get(0).form())
        .containsEntry("subject_token", "a.b.c")
        .containsEntry("audience", "files");
  }

  @Test
  void tokenOfAnotherIssuer_isSentNowhere() {
    for (String issuer :
        List.of(
            server.issuer() + "/",
            "https://evil.example",
            server.issuer().replace("127.0.0.1", "localhost"))) {
      assertThatThrownBy(() -> exchange.exchange(SubjectToken.of(issuer, "a.b.c"), later))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(issuer)
          .hasMessageNotContaining("a.b.c");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void otherCallersToken_getsItsOwn() throws Exception {
    assertThat(exchange.exchange(subject("a.b.c"), later).value()).isEqualTo("token-1");
    assertThat(exchange.exchange(subject("a.b.C"), later).value()).isEqualTo("token-2");
  }

  @Test
  void keptAnswer_endsBeforeItsTokenDoes() throws Exception {
    AccessToken first = exchange.exchange(subject("a.b.c"), later); // lasts 600 seconds
    clock.advance(Duration.ofSeconds(595).minusMillis(1));
    assertThat(exchange.exchange(subject("a.b.c"), later)).isSameAs(first);
    clock.advance(Duration.ofMillis(1));

    assertThat(exchange.exchange(subject("a.b.c"), later).value()).isEqualTo("token-2");
  }

  @Test
  void keptAnswer_endsWithTheCallersToken() throws Exception {
    Instant end = clock.instant().plusSeconds(30);
    AccessToken first = exchange.exchange(subject("a.b.c"), end);
    clock.advance(Duration.ofSeconds(30).minusMillis(1));
    assertThat(exchange.exchange(subject("a.b.c"), end)).isSameAs(first);
    clock.advance(Duration.ofMillis(1));

    assertThat(exchange.exchange(subject("a.b.c"), end).value()).isEqualTo("token-2");
    assertThat(exchange.exchange(subject("a.b.c"), end).value()).isEqualTo("token-3");
    assertThat(exchange.exchange(subject("a.b.c"), later).value()).isEqualTo("token-4");
  }

  @Test
  void clockSetBack_doesNotMakeAnAnswerLastLonger() throws Exception {
    AccessToken first = exchange.exchange(subject("a.b.c"), later);
    clock.advance(Duration.ofSeconds(-595));

    assertThat(exchange.exchange(subject("a.b.c"), later)).isNotSameAs(first);
  }

  @Test
  void crowdWithOneToken_isOneRequest() throws Exception {
    CountDownLatch present = new CountDownLatch(32);
    server.answer(
        http -> {
          present.await();
          TokenServer.json(200, TokenServer.exchanged("token-" + answers.incrementAndGet()))
              .write(http);
        });
    List<Future<AccessToken>> results = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      results.add(
          callers.submit(
              () -> {
                present.countDown();
                return exchange.exchange(subject("a.b.c"), later);
              }));
    }

    for (Future<AccessToken> result : results) {
      assertThat(result.get(60, TimeUnit.SECONDS).value()).isEqualTo("token-1");
    }
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void refusal_isRepeatedForASecondToThisCallerAlone() throws Exception {
    server.answer(TokenServer.json(400, "{\"error\":\"invalid_request\"}"));
    assertThat(reason("a.b.c")).isEqualTo(REFUSED);
    answerWithNumbers();
    clock.advance(ExchangedTokens.PROBLEM_LIFE.minusMillis(1));
    assertThat(reason("a.b.c")).isEqualTo(REFUSED);
    assertThat(server.requests()).hasSize(1);
    assertThat(exchange.exchange(subject("d.e.f"), later).value()).isEqualTo("token-1");

    clock.advance(Duration.ofMillis(1));
    assertThat(exchange.exchange(subject("a.b.c"), later).value()).isEqualTo("token-2");
  }

  @Test
  void interruptedCaller_doesNotTakeTheOthersAlong() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.answer(
        http -> {
          asked.countDown();
          server.hang(http);
        });
    CompletableFuture<ClientException.Reason> first = new CompletableFuture<>();
    Thread leader = new Thread(() -> first.complete(reason("a.b.c")));
    leader.start();
    asked.await();
    CompletableFuture<AccessToken> second = new CompletableFuture<>();
    Thread follower =
        new Thread(
            () -> {
              try {
                second.complete(exchange.exchange(subject("a.b.c"), later));
              } catch (ClientException e) {
                second.completeExceptionally(e);
              }
            });
    follower.start();
    while (follower.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    answerWithNumbers();
    leader.interrupt();

    assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(INTERRUPTED);
    assertThat(second.get(60, TimeUnit.SECONDS).value()).isEqualTo("token-1");
  }

  @Test
  void flood_isBounded() throws Exception {
    ExchangedTokens tokens = new ExchangedTokens(server.issuer(), clock);
    Instant now = clock.instant();
    for (int i = 0; i < ExchangedTokens.MAX_TOKENS + 500; i++) {
      AccessToken unused =
          tokens.get(
              subject("token " + i),
              later,
              () -> new AccessToken("t", now, later, java.util.Set.of()));
    }

    assertThat(tokens.size()).isEqualTo(ExchangedTokens.MAX_TOKENS);
  }

  @Test
  void callersToken_isNowhereInMemoryAfterwards() throws Exception {
    AccessToken unused = exchange.exchange(subject("header.payload.signature"), later);
    server.answer(TokenServer.json(400, "{\"error\":\"invalid_request\"}"));
    assertThat(reason("refused.subject.token")).isEqualTo(REFUSED);

    ObjectWalk walk = ObjectWalk.from(exchange);
    // The worker lets go of its request a moment after the caller has the answer.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!walk.placesOf("refused.subject").isEmpty() && System.nanoTime() < end) {
      Thread.onSpinWait();
      walk = ObjectWalk.from(exchange);
    }
    assertThat(walk.placesOf("token-1")).as("the new token is kept").isNotEmpty();
    assertThat(walk.placesOf("header.payload")).isEmpty();
    assertThat(walk.placesOf("refused.subject")).isEmpty();
  }

  @Test
  void close_forgetsAndRefuses() throws Exception {
    AccessToken unused = exchange.exchange(subject("a.b.c"), later);
    exchange.close();

    assertThat(exchange.size()).isZero();
    assertThat(reason("a.b.c")).isEqualTo(CLOSED);
  }

  private SubjectToken subject(String value) {
    return SubjectToken.of(server.issuer(), value);
  }

  private ClientException.Reason reason(String value) {
    ClientException problem =
        catchThrowableOfType(ClientException.class, () -> exchange.exchange(subject(value), later));
    assertThat(problem).isNotNull();
    return problem.reason();
  }
}
