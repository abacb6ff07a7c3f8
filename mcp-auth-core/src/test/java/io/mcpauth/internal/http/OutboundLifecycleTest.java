package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static io.mcpauth.internal.http.AddressPolicy.PUBLIC_ONLY;
import static io.mcpauth.internal.http.OutboundException.Reason.BUSY;
import static io.mcpauth.internal.http.OutboundException.Reason.CLOSED;
import static io.mcpauth.internal.http.OutboundException.Reason.INTERRUPTED;
import static io.mcpauth.internal.http.OutboundException.Reason.TIMEOUT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OutboundLifecycleTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final URI STUCK = URI.create("https://stuck.example/");

  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();

  @AfterEach
  void stopCallers() {
    callers.shutdownNow();
  }

  @Test
  void exchangesAtATime_areNeverMoreThanTheCap() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    // Two must meet to get on, so the cap is reached as well as kept.
    CyclicBarrier pair = new CyclicBarrier(2);
    try (RawServer server =
            new RawServer(
                socket -> {
                  RawServer.readHeader(socket);
                  most.accumulateAndGet(now.incrementAndGet(), Math::max);
                  pair.await(60, SECONDS);
                  now.decrementAndGet();
                  RawServer.write(socket, OK);
                });
        OutboundHttp http = client(Clients.PATIENT, 2)) {
      List<Future<OutboundResponse>> responses = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        responses.add(
            callers.submit(() -> http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of())));
      }
      for (Future<OutboundResponse> response : responses) {
        assertThat(response.get().status()).isEqualTo(200);
      }
      assertThat(most).hasValue(2);
      assertThat(workers).hasSizeBetween(1, 2);
    }
  }

  @Test
  void stuckLookup_keepsItsPlaceAndOthersAreBusy() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger lookups = new AtomicInteger();
    try (OutboundHttp http =
        Clients.with(
            new OutboundHttp.Limits(Duration.ofSeconds(1), 1000, 1),
            host -> {
              lookups.incrementAndGet();
              Lookups.awaitUninterruptibly(release);
              throw new UnknownHostException(host);
            })) {
      assertThat(stuck(http)).isEqualTo(TIMEOUT);
      assertThat(stuck(http)).isEqualTo(BUSY);
      assertThat(stuck(http)).isEqualTo(BUSY);
      assertThat(lookups).hasValue(1);
      release.countDown();
    }
  }

  @Test
  void placeOfATimedOutExchange_isGivenBack() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<RawServer> self = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(
                socket -> {
                  RawServer.readHeader(socket);
                  if (calls.incrementAndGet() == 1) {
                    self.get().hang();
                  }
                  RawServer.write(socket, OK);
                });
        OutboundHttp http = client(Duration.ofSeconds(5), 1)) {
      self.complete(server);

      assertThat(Clients.reason(() -> http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(TIMEOUT);
      assertThat(http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()).status()).isEqualTo(200);
    }
  }

  @Test
  void interruptedCaller_leavesWithItsFlagAndTheConnectionEnds() throws Exception {
    CompletableFuture<Thread> caller = new CompletableFuture<>();
    CompletableFuture<Integer> sawEnd = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(
                socket -> {
                  RawServer.readHeader(socket);
                  caller.get().interrupt();
                  try {
                    sawEnd.complete(socket.getInputStream().read());
                  } catch (IOException e) {
                    sawEnd.complete(-1);
                  }
                });
        OutboundHttp http = Clients.patient()) {
      Future<Boolean> flag =
          callers.submit(
              () -> {
                caller.complete(Thread.currentThread());
                assertThat(
                        Clients.reason(
                            () -> http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of())))
                    .isEqualTo(INTERRUPTED);
                return Thread.interrupted();
              });

      assertThat(flag.get()).isTrue();
      assertThat(sawEnd.get(60, SECONDS)).isEqualTo(-1);
    }
  }

  @Test
  void callerInterruptedBefore_sendsNothing() throws Exception {
    try (RawServer server = RawServer.answering(OK);
        OutboundHttp http = Clients.patient()) {
      Future<Boolean> flag =
          callers.submit(
              () -> {
                Thread.currentThread().interrupt();
                assertThat(
                        Clients.reason(
                            () -> http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of())))
                    .isEqualTo(INTERRUPTED);
                return Thread.interrupted();
              });

      assertThat(flag.get()).isTrue();
      assertThat(server.connections()).isZero();
    }
  }

  @Test
  void close_endsTheExchangeInFlightTheOneThatWaitsAndAllLater() throws Exception {
    CompletableFuture<RawServer> self = new CompletableFuture<>();
    CountDownLatch arrived = new CountDownLatch(1);
    try (RawServer server =
        new RawServer(
            socket -> {
              RawServer.readHeader(socket);
              arrived.countDown();
              self.get().hang();
            })) {
      self.complete(server);
      OutboundHttp http = client(Clients.PATIENT, 1);
      List<Future<OutboundException.Reason>> reasons = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        reasons.add(
            callers.submit(
                () ->
                    Clients.reason(
                        () -> http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()))));
      }
      arrived.await();
      http.close();

      for (Future<OutboundException.Reason> reason : reasons) {
        assertThat(reason.get(60, SECONDS)).isEqualTo(CLOSED);
      }
      assertThat(stuck(http)).isEqualTo(CLOSED);
      assertAllEnd();
      http.close();
    }
  }

  @Test
  void closeDuringAStuckLookup_freesTheCaller() throws Exception {
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    OutboundHttp http =
        Clients.with(
            new OutboundHttp.Limits(Clients.PATIENT, 1000, 1),
            host -> {
              workers.add(Thread.currentThread());
              looking.countDown();
              Lookups.awaitUninterruptibly(release);
              throw new UnknownHostException(host);
            });
    Future<OutboundException.Reason> reason = callers.submit(() -> stuck(http));
    looking.await();
    http.close();

    assertThat(reason.get(60, SECONDS)).isEqualTo(CLOSED);
    release.countDown();
    assertAllEnd();
  }

  @Test
  void idleThreads_endWithoutClose() throws Exception {
    try (RawServer server = RawServer.answering(OK);
        OutboundHttp http = client(Clients.PATIENT, 2)) {
      http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of());

      assertAllEnd();
      assertThat(http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()).status())
          .as("and start again")
          .isEqualTo(200);
    }
  }

  @Test
  void workerThread_isANamedDaemonThatInheritsNothing() throws Exception {
    InheritableThreadLocal<String> ofTheCaller = new InheritableThreadLocal<>();
    ofTheCaller.set("application");
    CompletableFuture<List<Object>> facts = new CompletableFuture<>();
    try (OutboundHttp http =
        Clients.with(
            new OutboundHttp.Limits(Clients.PATIENT, 1000, 1),
            host -> {
              Thread worker = Thread.currentThread();
              facts.complete(
                  List.of(
                      worker.getName(),
                      worker.isDaemon(),
                      ofTheCaller.get() == null,
                      worker.getContextClassLoader()));
              throw new UnknownHostException(host);
            })) {
      Clients.failure(() -> http.get(STUCK, PUBLIC_ONLY, Map.of()));
    } finally {
      ofTheCaller.remove();
    }
    assertThat(facts.get())
        .containsExactly("mcp-auth-http-1", true, true, OutboundHttp.class.getClassLoader());
  }

  private void assertAllEnd() throws InterruptedException {
    for (Thread worker : workers) {
      worker.join(60_000);
    }
    assertThat(workers).isNotEmpty().noneMatch(Thread::isAlive);
  }

  private static OutboundException.Reason stuck(OutboundHttp http) {
    return Clients.reason(() -> http.get(STUCK, PUBLIC_ONLY, Map.of()));
  }

  private OutboundHttp client(Duration deadline, int maxConcurrent) {
    return Clients.with(
        new OutboundHttp.Limits(deadline, 1000, maxConcurrent),
        host -> {
          workers.add(Thread.currentThread());
          return InetAddress.getAllByName(host);
        });
  }
}
