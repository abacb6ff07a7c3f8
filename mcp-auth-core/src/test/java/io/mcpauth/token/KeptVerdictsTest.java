package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.RequestStub;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.FakeProvider;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.Scheme;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The memory alone; the verification is a counter. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class KeptVerdictsTest {
  private static final PresentedToken TOKEN = token("a.b.c");

  /** For so many verdicts of some 500 bytes. */
  private static final long ROOM = 10_000;

  private final MutableClock clock = new MutableClock();
  private final KeptVerdicts verdicts = new KeptVerdicts(clock, ROOM * 500);
  private final AtomicInteger verifications = new AtomicInteger();
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final KeptVerdicts.Verdict good = verdict();

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  @Test
  void secondUse_isNotVerified() {
    assertThat(get(TOKEN)).isSameAs(good);
    assertThat(get(token("a.b.c"))).isSameAs(good);

    assertThat(verifications).hasValue(1);
  }

  @Test
  void tokensThatDifferInOneCharacter_areTwo() {
    assertThat(get(TOKEN)).isSameAs(good);
    assertThat(get(token("a.b.C"))).isSameAs(good);

    assertThat(verifications).hasValue(2);
  }

  @Test
  void crowdWithOneToken_isOneVerification() throws Exception {
    CountDownLatch present = new CountDownLatch(64);
    List<Future<KeptVerdicts.Verdict>> results = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      results.add(
          callers.submit(
              () -> {
                present.countDown();
                return verdicts.get(
                    TOKEN,
                    token -> {
                      FakeProvider.await(present);
                      verifications.incrementAndGet();
                      return good;
                    });
              }));
    }

    for (Future<KeptVerdicts.Verdict> result : results) {
      assertThat(result.get(60, TimeUnit.SECONDS)).isSameAs(good);
    }
    assertThat(verifications).hasValue(1);
  }

  @Test
  void crowdWithABadToken_isRefusedForTheSameReason() throws Exception {
    CountDownLatch present = new CountDownLatch(16);
    List<Future<ReasonCode>> results = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      results.add(
          callers.submit(
              () -> {
                present.countDown();
                return reason(
                    () -> {
                      FakeProvider.await(present);
                      throw new AuthException(ReasonCode.SIGNATURE_INVALID);
                    });
              }));
    }

    for (Future<ReasonCode> result : results) {
      assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo(ReasonCode.SIGNATURE_INVALID);
    }
    assertThat(verdicts.size()).isZero();
  }

  @Test
  void refusal_isNotKept() {
    assertThat(
            reason(
                () -> {
                  throw new AuthException(ReasonCode.KEY_NOT_FOUND);
                }))
        .isEqualTo(ReasonCode.KEY_NOT_FOUND);

    assertThat(get(TOKEN)).isSameAs(good);
    assertThat(verifications).hasValue(1);
  }

  @Test
  void fault_reachesItsCallerAndIsNotKept() {
    assertThatThrownBy(
            () ->
                verdicts.get(
                    TOKEN,
                    token -> {
                      throw new StackOverflowError();
                    }))
        .isInstanceOf(StackOverflowError.class);

    assertThat(get(TOKEN)).isSameAs(good);
  }

  @Test
  void fiveMinutes_areTheLongest() {
    assertThat(get(TOKEN)).isSameAs(good);
    clock.advance(KeptVerdicts.LONGEST.minusMillis(1));
    assertThat(get(TOKEN)).isSameAs(good);
    assertThat(verifications).hasValue(1);
    clock.advance(Duration.ofMillis(1));
    assertThat(get(TOKEN)).isSameAs(good);

    assertThat(verifications).hasValue(2);
  }

  @Test
  void clockThatIsSetBack_makesNothingLastLonger() {
    assertThat(get(TOKEN)).isSameAs(good);
    clock.advance(Duration.ofHours(-2));
    assertThat(get(TOKEN)).isSameAs(good);

    assertThat(verifications).hasValue(2);
  }

  @Test
  void forgottenToken_isVerifiedAnew() {
    assertThat(get(TOKEN)).isSameAs(good);
    verdicts.forget(TOKEN);
    assertThat(get(TOKEN)).isSameAs(good);

    assertThat(verifications).hasValue(2);
  }

  @Test
  void manyTokens_areKeptWithinABound() {
    for (int i = 0; i < 2 * ROOM; i++) {
      assertThat(get(token("token-" + i))).isSameAs(good);
    }

    assertThat(verdicts.size()).isBetween(ROOM / 2, ROOM * 500 / 440);
  }

  @Test
  void floodOfBadTokens_pushesNoGoodOneOut() {
    assertThat(get(TOKEN)).isSameAs(good);
    for (int i = 0; i < 2 * ROOM; i++) {
      AuthException refusal =
          refusal(
              token("bad-" + i),
              () -> {
                throw new AuthException(ReasonCode.WRONG_ISSUER);
              });
      assertThat(refusal.reason()).isEqualTo(ReasonCode.WRONG_ISSUER);
    }

    assertThat(get(TOKEN)).isSameAs(good);
    assertThat(verifications).hasValue(1);
    assertThat(verdicts.size()).isEqualTo(1);
  }

  @Test
  void interruptedWaiter_leavesAndTheVerificationGoesOn() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Future<KeptVerdicts.Verdict> first = callers.submit(() -> stalled(entered, release, false));
    FakeProvider.await(entered);
    Future<Boolean> waiter =
        callers.submit(
            () -> {
              Thread.currentThread().interrupt();
              assertThat(reason(() -> good)).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
              return Thread.interrupted();
            });

    assertThat(waiter.get(60, TimeUnit.SECONDS)).as("the interrupt is kept").isTrue();
    release.countDown();
    assertThat(first.get(60, TimeUnit.SECONDS)).isSameAs(good);
    assertThat(get(TOKEN)).isSameAs(good);
    assertThat(verifications).as("after the first").hasValue(0);
  }

  /** A request that is called off must not take those with it that wait for its verdict. */
  @Test
  void interruptedVerification_isTakenOverByAWaiter() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Future<ReasonCode> first =
        callers.submit(
            () ->
                Objects.requireNonNull(
                        catchThrowableOfType(
                            AuthException.class, () -> stalled(entered, release, true)))
                    .reason());
    FakeProvider.await(entered);
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                outcome.set(get(TOKEN));
              } catch (AuthException e) {
                outcome.set(e.reason());
              }
            });
    waiter.start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (waiter.getState() != Thread.State.TIMED_WAITING) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    release.countDown();

    assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    waiter.join(60_000);
    assertThat(outcome.get()).isSameAs(good);
    assertThat(verifications).hasValue(1);
  }

  private KeptVerdicts.Verdict stalled(
      CountDownLatch entered, CountDownLatch release, boolean calledOff) {
    return verdicts.get(
        TOKEN,
        token -> {
          entered.countDown();
          FakeProvider.await(release);
          if (calledOff) {
            Thread.currentThread().interrupt();
            throw new AuthException(ReasonCode.KEYS_UNAVAILABLE);
          }
          return good;
        });
  }

  private KeptVerdicts.Verdict get(PresentedToken token) {
    return verdicts.get(
        token,
        unused -> {
          verifications.incrementAndGet();
          return good;
        });
  }

  private interface Verification {
    KeptVerdicts.Verdict run();
  }

  private ReasonCode reason(Verification verification) {
    return refusal(TOKEN, verification).reason();
  }

  private AuthException refusal(PresentedToken token, Verification verification) {
    return Objects.requireNonNull(
        catchThrowableOfType(
            AuthException.class, () -> verdicts.get(token, unused -> verification.run())));
  }

  private KeptVerdicts.Verdict verdict() {
    FakeProvider provider = new FakeProvider("a");
    IssuerKeys keys = new IssuerKeys(provider, Runnable::run, clock);
    McpPrincipal principal =
        new McpPrincipal(
            "https://login.example.com",
            "alice",
            null,
            Set.of(),
            Scheme.BEARER,
            clock.instant().plusSeconds(300),
            Map.of());
    return new KeptVerdicts.Verdict(
        AuthorizationServer.of("https://login.example.com"),
        principal,
        new Evidence.SignedBy(keys, keys.find("RS256", "a").get(0)),
        RequestFacts.NONE,
        null,
        0,
        0,
        Confirmation.NONE,
        0);
  }

  private static PresentedToken token(String value) {
    return new PresentedToken(
        value, 0, RequestStub.of("GET"), ResourceIdentifier.of("https://mcp.example.com/mcp"));
  }
}
