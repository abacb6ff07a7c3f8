package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What streams take of the guard's threads while they run and when they are over. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardThreadsTest {
  private static final int STREAMS = 100;

  @Test
  void streamsThatWereClosed_giveTheirThreadsBack() throws Exception {
    List<Wire> clients = new ArrayList<>();
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              call.stream();
              assertThat(call.wire().isClosedByPeer()).isTrue();
            })) {
      int before = running.guard().threads();
      try {
        for (int i = 0; i < STREAMS; i++) {
          clients.add(running.send("GET", "")); // together: nobody waits for the one before
        }
        for (Wire client : clients) {
          assertThat(client.head().status()).isEqualTo(200);
        }
        awaitFew(running, before + 10); // those of the rush go, and the streams hold none
      } finally {
        for (Wire client : clients) {
          client.close();
        }
      }
      awaitFew(running, before + 10);
    }
  }

  private static void awaitFew(RunningGuard running, int most) {
    long end = System.nanoTime() + SECONDS.toNanos(60);
    while (running.guard().threads() > most) {
      assertThat(System.nanoTime()).as("%s threads", running.guard().threads()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  /** Answers are passed on by the threads that find them, which have other calls to look after. */
  @Test
  void streamsWithoutAPause_leaveOtherCallsTheirTurn() throws Exception {
    String event = "data: " + "x".repeat(8000) + "\n\n";
    List<Wire> clients = new ArrayList<>();
    ExecutorService readers = Executors.newCachedThreadPool();
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              if (call.head().start().startsWith("POST")) {
                call.answer("200 OK", "turn");
                return;
              }
              call.stream();
              while (true) {
                call.wire().chunk(event); // until the client leaves
              }
            })) {
      CountDownLatch flowing = new CountDownLatch(8);
      try {
        for (int i = 0; i < 8; i++) {
          Wire client = running.send("GET", "");
          clients.add(client);
          readers.execute(() -> read(client, flowing));
        }
        assertThat(flowing.await(60, SECONDS)).isTrue();
        for (int i = 0; i < 20; i++) {
          try (Wire client = running.send("POST", CALL)) {
            assertThat(client.text(client.head())).isEqualTo("turn");
          }
        }
      } finally {
        for (Wire client : clients) {
          client.close();
        }
        readers.shutdown();
      }
    }
  }

  private static void read(Wire client, CountDownLatch flowing) {
    try {
      client.head();
      client.chunk();
      flowing.countDown();
      while (client.chunk().length > 0) {
        // as fast as it comes
      }
    } catch (IOException e) {
      // closed at the end of the test
    }
  }
}
