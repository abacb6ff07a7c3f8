package io.mcpauth.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationServerMirrorTest {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Freshness LIMITS = Freshness.DEFAULT;

  private final FakeSource issuer = new FakeSource();
  private final MutableClock clock = new MutableClock();
  private final RecordedLog log = new RecordedLog();
  private final AuthorizationServerMirror mirror = mirror(Duration.ofSeconds(60));

  @Test
  void unaskedMirror_makesNoRequest() {
    assertThat(issuer.fetches()).isZero();
  }

  @Test
  void freshDocument_isServedWithoutAnotherFetch() {
    assertThat(document()).isEqualTo("1");
    issuer.publish("2");
    clock.advance(LIMITS.fresh().minus(MILLISECOND));

    assertThat(document()).isEqualTo("1");
    assertThat(issuer.fetches()).isOne();
  }

  @Test
  void agedDocument_isServedWhileOneFetchRuns() {
    assertThat(document()).isEqualTo("1");
    issuer.publish("2");
    issuer.hold();
    clock.advance(LIMITS.fresh());

    assertThat(document()).isEqualTo("1");
    assertThat(document()).isEqualTo("1");
    assertThat(issuer.held()).isOne();
    issuer.runOne();

    assertThat(document()).isEqualTo("2");
    assertThat(issuer.fetches()).isEqualTo(2);
  }

  @Test
  void failingIssuer_isAskedOnceInFiveSeconds() {
    issuer.fail("TIMEOUT");

    for (int i = 0; i < 100; i++) {
      assertThat(refusal().facts()).containsEntry("place", "TIMEOUT");
    }
    assertThat(issuer.fetches()).isOne();
    clock.advance(LIMITS.retry().minus(MILLISECOND));
    assertThat(refusal().facts()).containsEntry("place", "TIMEOUT");
    assertThat(issuer.fetches()).isOne();
    clock.advance(MILLISECOND);
    issuer.publish("2");

    assertThat(document()).isEqualTo("2");
  }

  @Test
  void outage_isBridgedForADayFromTheLastGoodFetch() {
    assertThat(document()).isEqualTo("1");
    issuer.fail("CONNECT");
    clock.advance(LIMITS.bound().minus(MILLISECOND));
    assertThat(document()).isEqualTo("1");
    int before = issuer.fetches();
    assertThat(document()).isEqualTo("1");
    assertThat(issuer.fetches()).as("not per request").isEqualTo(before);
    clock.advance(MILLISECOND);

    assertThat(refusal().reason().status()).isEqualTo(503);
    issuer.publish("2");
    clock.advance(LIMITS.retry());
    assertThat(document()).isEqualTo("2");
  }

  @Test
  void tooOldDocument_waitsForTheNextOne() {
    assertThat(document()).isEqualTo("1");
    issuer.publish("2");
    clock.advance(LIMITS.bound());

    assertThat(document()).isEqualTo("2");
  }

  @Test
  void clockThatIsSetBack_makesNothingLastLonger() {
    assertThat(document()).isEqualTo("1");
    issuer.publish("2");
    clock.advance(LIMITS.bound().negated());

    assertThat(document()).isEqualTo("2");
  }

  /** The age counts from before the request: what changed while it ran is not missed. */
  @Test
  void slowFetch_doesNotMakeTheDocumentYounger() {
    FakeSource slow = new FakeSource();
    try (AuthorizationServerMirror other =
        new AuthorizationServerMirror(
            "https://i.test",
            new AuthorizationServerMirror.Source(
                () -> {
                  clock.advance(Duration.ofSeconds(15));
                  return slow.source().fetch().get();
                },
                Runnable::run,
                () -> {}),
            LIMITS,
            clock,
            log.logger())) {
      assertThat(new String(other.document(), UTF_8)).isEqualTo("1");
      slow.publish("2");
      clock.advance(LIMITS.fresh().minusSeconds(15));
      assertThat(new String(other.document(), UTF_8)).isEqualTo("1"); // while it is renewed
      assertThat(slow.fetches()).isEqualTo(2);
    }
  }

  @Test
  void prefetch_fetchesAheadAndDoesNotWait() {
    issuer.hold();
    mirror.prefetch();
    mirror.prefetch();
    assertThat(issuer.held()).isOne();
    issuer.runOne();
    mirror.prefetch();

    assertThat(issuer.held()).isZero();
    assertThat(document()).isEqualTo("1");
    assertThat(issuer.fetches()).isOne();
  }

  @Test
  void prefetchThatFails_throwsNothing() {
    issuer.fail("CONNECT");
    mirror.prefetch();

    assertThat(refusal().facts()).containsEntry("place", "CONNECT");
    assertThat(issuer.fetches()).isOne();
  }

  @Test
  void crowdOnAColdStart_makesOneFetch() throws Exception {
    issuer.hold();
    ExecutorService crowd = Executors.newFixedThreadPool(256);
    try {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 256; i++) {
        answers.add(crowd.submit(this::document));
      }
      while (issuer.held() == 0) {
        Thread.onSpinWait();
      }
      issuer.runOne();
      for (Future<String> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("1");
      }
    } finally {
      crowd.shutdownNow();
    }
    assertThat(issuer.fetches()).isOne();
    assertThat(issuer.held()).isZero();
  }

  @Test
  void issuerThatHangs_holdsARequestForABoundedTime() {
    issuer.hold();
    try (AuthorizationServerMirror impatient = mirror(MILLISECOND)) {
      AuthException refusal = catchThrowableOfType(AuthException.class, impatient::document);

      assertThat(refusal).isNotNull();
      assertThat(refusal.reason()).isEqualTo(ReasonCode.DISCOVERY_FAILED);
      assertThat(refusal.facts()).containsEntry("problem", "still waiting");
      issuer.runOne();
      assertThat(new String(impatient.document(), UTF_8)).isEqualTo("1");
    }
  }

  @Test
  void interruptedRequest_getsA503AndStaysInterrupted() {
    issuer.hold();
    Thread.currentThread().interrupt();

    assertThat(refusal().facts()).containsEntry("problem", "interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void close_endsThoseWhoWait() throws Exception {
    issuer.hold();
    CompletableFuture<String> waiting = CompletableFuture.supplyAsync(this::document);
    while (issuer.held() == 0) {
      Thread.onSpinWait();
    }

    mirror.close();

    ExecutionException problem =
        catchThrowableOfType(ExecutionException.class, () -> waiting.get(60, TimeUnit.SECONDS));
    assertThat(problem).isNotNull();
    assertThat(problem.getCause()).isInstanceOf(AuthException.class);
    assertThat(issuer.closed()).isTrue();
    issuer.runOne(); // a fetch that ends after the close
    assertThat(refusal().facts()).containsEntry("problem", "closed");
  }

  @Test
  void closedMirror_servesAndFetchesNothing() {
    assertThat(document()).isEqualTo("1");
    mirror.close();

    assertThat(refusal().facts()).containsEntry("problem", "closed");
    mirror.prefetch();
    assertThat(issuer.fetches()).isOne();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void noThreadToBeHad_isA503AndTriedAgain() {
    AtomicBoolean full = new AtomicBoolean(true);
    try (AuthorizationServerMirror busy =
        new AuthorizationServerMirror(
            "https://i.test",
            new AuthorizationServerMirror.Source(
                issuer.source().fetch(),
                work -> {
                  if (full.get()) {
                    throw new OutOfMemoryError("unable to create native thread");
                  }
                  work.run();
                },
                () -> {}),
            LIMITS,
            clock,
            log.logger())) {
      AuthException refusal = catchThrowableOfType(AuthException.class, busy::document);
      assertThat(refusal).isNotNull();
      assertThat(refusal.facts()).containsEntry("problem", "no thread");
      full.set(false);
      clock.advance(LIMITS.retry());
      assertThat(new String(busy.document(), UTF_8)).isEqualTo("1");
    }
  }

  @Test
  void problem_isLoggedOnceAndItsEnd() {
    assertThat(document()).isEqualTo("1");
    issuer.fail("issuer is 'https://evil.test'");
    for (int i = 0; i < 5; i++) {
      clock.advance(LIMITS.fresh());
      assertThat(document()).isEqualTo("1");
    }
    issuer.fail("CONNECT");
    clock.advance(LIMITS.fresh());
    assertThat(document()).isEqualTo("1");
    issuer.publish("2");
    clock.advance(LIMITS.fresh());
    assertThat(document()).isEqualTo("1"); // while the next one is fetched

    assertThat(log.lines())
        .containsExactly(
            "WARN The metadata of https://i.test cannot be mirrored: DISCOVERY_FAILED"
                + " {place=issuer is 'https://evil.test'}; served is that of 2026-11-23T12:00:00Z,"
                + " for PT24H",
            "WARN The metadata of https://i.test cannot be mirrored: DISCOVERY_FAILED"
                + " {place=CONNECT}; served is that of 2026-11-23T12:00:00Z, for PT24H",
            "INFO The metadata of https://i.test can be mirrored again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\nERROR forged", "x\u2028ERROR forged", "\u202Ex"})
  void foreignText_forgesNoLogLine(String text) {
    issuer.fail(text);

    assertThat(refusal().reason()).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .doesNotContain("\r", "\n", "\u2028", "\u202E");
  }

  @Test
  void faultOfOurOwn_isA503WithItsClassAlone() {
    issuer.hold();
    issuer.fail(new IllegalStateException("hunter2"));
    mirror.prefetch();
    assertThatThrownBy(issuer::runOne).isInstanceOf(IllegalStateException.class);

    assertThat(refusal().facts()).containsEntry("problem", "java.lang.IllegalStateException");
    assertThat(log.lines()).singleElement().asString().doesNotContain("hunter2");
  }

  @Test
  void callerThatChangesTheBytes_changesNobodysDocument() {
    mirror.document()[0] = 'x';

    assertThat(document()).isEqualTo("1");
  }

  private String document() {
    return new String(mirror.document(), UTF_8);
  }

  private AuthException refusal() {
    AuthException refusal = catchThrowableOfType(AuthException.class, mirror::document);
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    return refusal;
  }

  private AuthorizationServerMirror mirror(Duration patience) {
    return new AuthorizationServerMirror(
        "https://i.test",
        issuer.source(),
        new Freshness(LIMITS.fresh(), LIMITS.bound(), LIMITS.retry(), patience),
        clock,
        log.logger());
  }
}
