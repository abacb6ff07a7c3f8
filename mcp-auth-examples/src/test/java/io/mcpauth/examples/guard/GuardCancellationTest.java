package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessTarget;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the target learns when nobody waits for its answer any more. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardCancellationTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientThatLeavesASilentStream_isToldToTheCutOff(boolean reset) throws Exception {
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              call.stream();
              told.complete(call.wire().isClosedByPeer());
            })) {
      try (Wire client = running.send("GET", "")) {
        assertThat(client.head().status()).isEqualTo(200);
        if (reset) {
          client.socket().setSoLinger(true, 0);
        }
      }
      assertThat(told.get(60, SECONDS)).isTrue();
    }
  }

  @Test
  void clientThatLeavesAfterAnEvent_isToldToTheCutOff() throws Exception {
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              call.stream();
              call.wire().chunk("data: 1\n\n");
              told.complete(call.wire().isClosedByPeer());
            })) {
      try (Wire client = running.send("POST", CALL)) {
        client.head();
        assertThat(new String(client.chunk(), UTF_8)).isEqualTo("data: 1\n\n");
      }
      assertThat(told.get(60, SECONDS)).isTrue();
    }
  }

  @Test
  void clientThatLeavesWithoutReading_isToldToTheCutOff() throws Exception {
    String event = "data: " + "x".repeat(60_000) + "\n\n";
    CountDownLatch written = new CountDownLatch(20);
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              call.stream();
              try {
                while (true) {
                  call.wire().chunk(event);
                  written.countDown();
                }
              } catch (IOException e) {
                told.complete(true);
              }
            })) {
      try (Wire client = running.send("GET", "")) {
        assertThat(client.head().status()).isEqualTo(200);
        assertThat(written.await(60, SECONDS)).isTrue();
      }
      assertThat(told.get(60, SECONDS)).isTrue();
    }
  }

  @Test
  void clientThatLeavesBeforeTheAnswer_isToldToTheCutOff() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              called.countDown();
              told.complete(call.wire().isClosedByPeer());
            })) {
      try (Wire client = running.send("POST", CALL)) {
        assertThat(called.await(60, SECONDS)).isTrue();
        assertThat(client.socket().isConnected()).isTrue();
      }
      assertThat(told.get(60, SECONDS)).isTrue();
    }
  }

  @Test
  void streamThatTheFilterEnds_isToldToTheTargetAndLeavesTheConnectionGood() throws Exception {
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  if (call.number() == 1) {
                    call.stream();
                    told.complete(call.wire().isClosedByPeer());
                  } else {
                    call.answer("200 OK", "next");
                  }
                });
        Wire client = running.send("GET", "")) {
      assertThat(client.head().status()).isEqualTo(200);
      running.guard().access().cutOff(AccessTarget.subject(running.issuer().issuer(), "alice"));
      assertThat(client.chunk()).isEmpty();
      assertThat(told.get(60, SECONDS)).isTrue();
      client.write(
          Wire.request(
              "POST",
              CALL,
              "Authorization: Bearer "
                  + running
                      .issuer()
                      .token(running.guard().url())
                      .scopes("mcp")
                      .claim("sub", "bob")
                      .mint()));
      assertThat(client.text(client.head())).isEqualTo("next");
    }
  }

  @Test
  void guardThatStops_tellsTheCutOff() throws Exception {
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.stream();
                  told.complete(call.wire().isClosedByPeer());
                });
        Wire client = running.send("GET", "")) {
      assertThat(client.head().status()).isEqualTo(200);
      running.guard().close();
      assertThat(told.get(60, SECONDS)).isTrue();
    }
  }
}
