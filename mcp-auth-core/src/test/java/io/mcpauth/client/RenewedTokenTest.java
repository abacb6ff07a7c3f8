package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.error.ClientException.Reason.INTERNAL_FAULT;
import static io.mcpauth.error.ClientException.Reason.INTERRUPTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.error.ClientException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keeping alone; the request is a counter, and runs when the test says so. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RenewedTokenTest {
  private static final String ISSUER = "https://login.example.com";

  private final MutableClock clock = new MutableClock();
  private final RecordedLog log = new RecordedLog();
  private final AtomicInteger requests = new AtomicInteger();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private Duration life = Duration.ofMinutes(10);
  private boolean down;
  private boolean inBackground;

  private final RenewedToken token =
      new RenewedToken(
          ISSUER,
          this::send,
          task -> {
            if (inBackground) {
              waiting.add(task);
            } else {
              task.run();
            }
          },
          clock,
          log.logger());

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  @Test
  void secondCall_asksNobody() throws Exception {
    assertThat(token.get()).isSameAs(token.get());
    assertThat(requests).hasValue(1);
  }

  @Test
  void crowdAtAColdStart_isOneRequest() throws Exception {
    CountDownLatch present = new CountDownLatch(64);
    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      RenewedToken cold =
          new RenewedToken(
              ISSUER,
              () -> {
                awaitUnchecked(present);
                return send();
              },
              background,
              clock,
              log.logger());
      List<Future<AccessToken>> results = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        results.add(
            callers.submit(
                () -> {
                  present.countDown();
                  return cold.get();
                }));
      }
      for (Future<AccessToken> result : results) {
        assertThat(result.get(60, TimeUnit.SECONDS).value()).isEqualTo("token-1");
      }
    } finally {
      background.shutdownNow();
    }
    assertThat(requests).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({"600, 60", "200, 40", "86400, 60", "10, 2"})
  void tokenNearItsEnd_isRenewedInTheBackground(long seconds, long ahead) throws Exception {
    life = Duration.ofSeconds(seconds);
    AccessToken old = token.get();
    inBackground = true;
    clock.advance(Duration.ofSeconds(seconds - ahead).minusMillis(1));
    assertThat(token.get()).isSameAs(old);
    assertThat(waiting).isEmpty();

    clock.advance(Duration.ofMillis(1));
    assertThat(token.get()).isSameAs(old);
    assertThat(token.get()).isSameAs(old);
    assertThat(waiting).as("single flight").hasSize(1);

    waiting.remove().run();
    assertThat(token.get().value()).isEqualTo("token-2");
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void outage_usesTheOldTokenUntilItsEndAndAsksOnceASecond() throws Exception {
    AccessToken old = token.get();
    down = true;
    clock.advance(Duration.ofSeconds(590));
    for (int i = 0; i < 5; i++) {
      assertThat(token.get()).isSameAs(old);
    }
    assertThat(requests).hasValue(2);
    clock.advance(RenewedToken.RETRY_INTERVAL);
    assertThat(token.get()).isSameAs(old);
    assertThat(requests).hasValue(3);

    clock.advance(Duration.ofSeconds(9));
    assertThat(reason()).isEqualTo(ENDPOINT_UNREACHABLE);
    assertThat(reason()).isEqualTo(ENDPOINT_UNREACHABLE);
    assertThat(requests).as("fails fast").hasValue(4);
    assertThat(log.lines())
        .containsExactly(
            "WARN The token from https://login.example.com lasts until 2026-11-23T12:10:00Z and"
                + " could not be renewed: No token from https://login.example.com:"
                + " ENDPOINT_UNREACHABLE, down");

    down = false;
    clock.advance(RenewedToken.RETRY_INTERVAL);
    assertThat(token.get().value()).isEqualTo("token-5");
    assertThat(log.lines())
        .last()
        .isEqualTo("INFO Tokens from https://login.example.com can be had again.");
  }

  @Test
  void clockSetBackDuringAnOutage_asksAgain() {
    down = true;
    assertThat(reason()).isEqualTo(ENDPOINT_UNREACHABLE);
    clock.advance(Duration.ofHours(-1));
    assertThat(reason()).isEqualTo(ENDPOINT_UNREACHABLE);

    assertThat(requests).hasValue(2);
  }

  @Test
  void clockSetBack_doesNotMakeATokenLastLonger() throws Exception {
    AccessToken old = token.get();
    clock.advance(Duration.ofMinutes(-9));
    assertThat(token.get()).isSameAs(old);
    clock.advance(Duration.ofMinutes(-1));

    assertThat(token.get()).isNotSameAs(old);
  }

  @Test
  void forgottenToken_isReplacedWithTheNextCall() throws Exception {
    token.forget(token.get());
    assertThat(token.get().value()).isEqualTo("token-2");
    assertThat(token.get().value()).isEqualTo("token-2");

    assertThat(requests).hasValue(2);
  }

  @Test
  void targetThatRefusesEverything_isOneRequestInFiveSeconds() throws Exception {
    for (int i = 0; i < 50; i++) {
      token.forget(token.get());
      clock.advance(Duration.ofMillis(100));
    }
    assertThat(requests).hasValue(2);
    token.forget(token.get());
    AccessToken unused = token.get();

    assertThat(requests).hasValue(3);
  }

  @Test
  void tokenThatIsNoLongerTheKeptOne_isNotForgottenTwice() throws Exception {
    AccessToken old = token.get();
    token.forget(old);
    AccessToken next = token.get();
    clock.advance(RenewedToken.FORGET_INTERVAL);
    token.forget(old); // a slow answer of the target

    assertThat(token.get()).isSameAs(next);
  }

  @Test
  void forgottenTokenDuringAnOutage_isUsedFurther() throws Exception {
    AccessToken old = token.get();
    down = true;
    token.forget(old);

    assertThat(token.get()).isSameAs(old);
    clock.advance(Duration.ofSeconds(2));
    assertThat(token.get()).isSameAs(old);
    assertThat(requests).as("nobody waits for the outage again").hasValue(2);
  }

  @Test
  void close_endsTheWaitAndLaterCalls() throws Exception {
    inBackground = true;
    CompletableFuture<ClientException.Reason> waiter = new CompletableFuture<>();
    Thread caller = new Thread(() -> waiter.complete(reason()));
    caller.start();
    awaitBlocked(caller);
    token.close();

    assertThat(waiter.get(60, TimeUnit.SECONDS)).isEqualTo(CLOSED);
    assertThat(reason()).isEqualTo(CLOSED);
    waiting.remove().run(); // too late
    assertThat(reason()).isEqualTo(CLOSED);
  }

  @Test
  void interruptedCaller_leavesAloneAndTheRequestGoesOn() throws Exception {
    inBackground = true;
    Thread.currentThread().interrupt();
    assertThat(reason()).isEqualTo(INTERRUPTED);
    assertThat(Thread.interrupted()).isTrue();

    waiting.remove().run();
    assertThat(token.get().value()).isEqualTo("token-1");
  }

  @Test
  void noThreadToBeHad_isAFaultThatPasses() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    RenewedToken starved =
        new RenewedToken(
            ISSUER,
            this::send,
            task -> {
              if (attempts.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              task.run();
            },
            clock,
            log.logger());
    assertThat(catchThrowableOfType(ClientException.class, starved::get).reason())
        .isEqualTo(INTERNAL_FAULT);
    clock.advance(RenewedToken.RETRY_INTERVAL);

    assertThat(starved.get().value()).isEqualTo("token-1");
  }

  private AccessToken send() throws ClientException {
    int number = requests.incrementAndGet();
    if (down) {
      throw ClientException.noToken(ENDPOINT_UNREACHABLE, ISSUER, "down");
    }
    return new AccessToken(
        "token-" + number, clock.instant(), clock.instant().plus(life), Set.of());
  }

  private ClientException.Reason reason() {
    ClientException problem = catchThrowableOfType(ClientException.class, token::get);
    assertThat(problem).isNotNull();
    return problem.reason();
  }

  private static void awaitBlocked(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
