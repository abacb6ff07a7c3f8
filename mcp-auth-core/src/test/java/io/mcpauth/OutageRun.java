package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.OutageProvider.Condition;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Valid callers under load while their provider fails and rotates and an attacker floods the server
 * with unknown key ids. Prints figures; not part of {@code verify}, because it takes a minute and
 * its figures are of the machine:
 *
 * <pre>mvn -B test -pl mcp-auth-core -Dtest=OutageRun</pre>
 */
class OutageRun {
  private static final int CLIENTS = 16;
  private static final int ATTACKERS = 2;
  private static final int CALLS_PER_TOKEN = 20;

  /** Between two calls of a client, or the threads of the load would starve each other. */
  private static final Duration PACE = Duration.ofMillis(1);

  private static final int ROTATIONS = 8;
  private static final Duration ROTATION_LIMIT = Duration.ofSeconds(2);

  private final SteppedClock clock = new SteppedClock();
  private final OutageProvider provider = new OutageProvider(clock);
  private final ResourceServer server =
      ResourceServer.builder(
              ProtectedServer.RESOURCE,
              AuthorizationServer.of(provider.issuer()).withJwksUri(provider.jwksUri()),
              ToolPolicy.builder().initialScopes("mcp").build())
          .clock(clock)
          .build();
  private volatile Figures phase = new Figures("start");
  private final List<Figures> finished = new ArrayList<>();
  private final AtomicBoolean stop = new AtomicBoolean();

  /** The system's clock, put forward in steps: an hour of outage passes in seconds. */
  private static final class SteppedClock extends Clock {
    private final AtomicLong ahead = new AtomicLong();

    void advance(Duration by) {
      ahead.addAndGet(by.toMillis());
    }

    @Override
    public Instant instant() {
      return Instant.now().plusMillis(ahead.get());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("No run needs another zone");
    }
  }

  /** What happened in one phase. */
  private static final class Figures {
    final String name;
    final LongAdder granted = new LongAdder();
    final LongAdder unauthorized = new LongAdder();
    final LongAdder unavailable = new LongAdder();
    final LongAdder other = new LongAdder();
    final LongAdder forged = new LongAdder();
    final LongAdder forgedGranted = new LongAdder();
    final AtomicLong slowest = new AtomicLong();
    final ConcurrentHashMap<ReasonCode, LongAdder> reasons = new ConcurrentHashMap<>();
    final long began = System.nanoTime();
    long lasted;
    int requests;

    Figures(String name) {
      this.name = name;
    }

    void valid(AccessDecision decision, long nanos) {
      slowest.accumulateAndGet(nanos, Math::max);
      if (decision instanceof AccessDecision.Refused refused) {
        reasons.computeIfAbsent(refused.reason(), unused -> new LongAdder()).increment();
        (refused.status() == 401 ? unauthorized : refused.status() == 503 ? unavailable : other)
            .increment();
      } else {
        granted.increment();
      }
    }

    void forged(AccessDecision decision) {
      forged.increment();
      if (decision instanceof AccessDecision.Granted) {
        forgedGranted.increment();
      }
    }

    String row() {
      double seconds = lasted / 1e9;
      return String.format(
          Locale.ROOT,
          "%-34s %5.1f s %9d granted %3d x401 %7d x503 %3d other, slowest %5d ms, forged %7d"
              + " (%6.0f/s), key requests %3d %s",
          name,
          seconds,
          granted.sum(),
          unauthorized.sum(),
          unavailable.sum(),
          other.sum(),
          TimeUnit.NANOSECONDS.toMillis(slowest.get()),
          forged.sum(),
          forged.sum() / seconds,
          requests,
          reasons);
    }
  }

  @Test
  void outageAndRotationUnderLoad_costNoValidCallerALogin() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<?>> running = new ArrayList<>();
    List<Long> rotations = new ArrayList<>();
    try (provider;
        server) {
      for (int i = 0; i < CLIENTS; i++) {
        running.add(threads.submit(this::callWithGoodTokens));
      }
      for (int i = 0; i < ATTACKERS; i++) {
        running.add(threads.submit(this::flood));
      }
      outage();
      for (int i = 0; i < ROTATIONS; i++) {
        begin("rotation " + (i + 1));
        rotations.add(millisUntilRotatedKeyWorks());
        last(Duration.ofMillis(300 + 170L * i)); // not in step with the budget of a second
      }
      end();
      stopLoad(running);
    } finally {
      stop.set(true);
      threads.shutdownNow();
    }
    report(rotations);
    judge(rotations);
  }

  private void outage() {
    begin("normal");
    last(Duration.ofSeconds(4));
    for (Condition condition : List.of(Condition.FAILS, Condition.HANGS, Condition.REFUSES)) {
      provider.become(condition);
      begin(condition + ", keys still fresh");
      last(Duration.ofSeconds(1));
      for (int step = 0; step < 2; step++) {
        clock.advance(Duration.ofMinutes(8));
        begin(condition + ", " + (step + 1) * 8 + " minutes");
        last(Duration.ofSeconds(6));
      }
      begin("recovered");
      provider.become(Condition.ANSWERS);
      last(Duration.ofSeconds(3));
    }
    provider.become(Condition.REFUSES);
    clock.advance(Duration.ofMinutes(70));
    begin("REFUSES, beyond the stale bound");
    last(Duration.ofSeconds(2));
    begin("recovered");
    provider.become(Condition.ANSWERS);
    last(Duration.ofSeconds(3));
  }

  private void callWithGoodTokens() {
    while (!stop.get()) {
      FakeRequest request = FakeRequest.get().bearer(provider.mint());
      for (int i = 0; i < CALLS_PER_TOKEN && !stop.get(); i++) {
        Figures figures = phase; // a call belongs to the phase that it began in
        long began = System.nanoTime();
        AccessDecision decision = server.decide(request);
        figures.valid(decision, System.nanoTime() - began);
        LockSupport.parkNanos(PACE.toNanos());
      }
    }
  }

  private void flood() {
    while (!stop.get()) {
      Figures figures = phase;
      figures.forged(server.decide(FakeRequest.get().bearer(provider.forge())));
    }
  }

  /** From the moment that the provider signs with the new key, on the real clock. */
  private long millisUntilRotatedKeyWorks() {
    provider.rotate();
    long began = System.nanoTime();
    FakeRequest request = FakeRequest.get().bearer(provider.mint());
    AccessDecision decision = server.decide(request);
    while (decision instanceof AccessDecision.Refused
        && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(10)) {
      phase.valid(decision, 0);
      LockSupport.parkNanos(PACE.toNanos());
      decision = server.decide(request);
    }
    assertThat(decision).isInstanceOf(AccessDecision.Granted.class);
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  private void begin(String name) {
    if (!phase.name.equals("start")) {
      end();
    }
    Figures next = new Figures(name);
    next.requests = -provider.requests();
    phase = next;
  }

  private void end() {
    Figures done = phase;
    done.lasted = System.nanoTime() - done.began;
    done.requests += provider.requests();
    finished.add(done);
  }

  private static void last(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /** Before the server is closed, which would answer the last calls with 503. */
  private void stopLoad(List<Future<?>> running) throws Exception {
    stop.set(true);
    for (Future<?> thread : running) {
      Object unused = thread.get(30, TimeUnit.SECONDS); // throws what broke the thread off
    }
  }

  @SuppressWarnings("SystemOut") // the figures are what this is run for
  private void report(List<Long> rotations) {
    finished.forEach(figures -> System.out.println(figures.row()));
    System.out.println("Milliseconds from rotation to the first grant: " + rotations);
    System.out.println(server.keyStatus());
  }

  private void judge(List<Long> rotations) {
    for (Figures figures : finished) {
      assertThat(figures.unauthorized.sum()).as("401 in %s", figures.name).isZero();
      assertThat(figures.other.sum()).as("other refusals in %s", figures.name).isZero();
      assertThat(figures.forgedGranted.sum()).as("forged in %s", figures.name).isZero();
      boolean beyond = figures.name.contains("beyond");
      assertThat(figures.granted.sum() > 0).as("granted in %s", figures.name).isEqualTo(!beyond);
      boolean mayBeUnavailable = beyond || figures.name.matches("(rotation|recovered).*");
      if (!mayBeUnavailable) {
        assertThat(figures.unavailable.sum()).as("503 in %s", figures.name).isZero();
      }
    }
    assertThat(rotations)
        .hasSize(ROTATIONS)
        .allSatisfy(millis -> assertThat(millis).isLessThan(ROTATION_LIMIT.toMillis()));
  }
}
