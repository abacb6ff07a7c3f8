package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams that are silent say something now and then, and never in the middle of an event. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardKeepAliveTest {
  @Test
  void silentStream_getsComments() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.stream();
                  heard.await();
                  call.wire().chunk("data: {}\n\n");
                  call.wire().write("0\r\n\r\n");
                },
                "GUARD_KEEPALIVE_SECONDS",
                "1");
        Wire client = running.send("GET", "")) {
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(new String(client.chunk(), UTF_8)).isEqualTo(":\n\n");
      assertThat(new String(client.chunk(), UTF_8)).isEqualTo(":\n\n");
      heard.countDown();
      StringBuilder rest = new StringBuilder();
      for (byte[] chunk = client.chunk(); chunk.length > 0; chunk = client.chunk()) {
        rest.append(new String(chunk, UTF_8));
      }
      assertThat(rest.toString().replace(":\n\n", "")).isEqualTo("data: {}\n\n");
    }
  }

  /** A second stream tells when comments are due: its own came twice meanwhile. */
  @Test
  void eventThatIsHalfThere_getsNoComment() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.stream();
                  if (new String(call.body(), UTF_8).equals(CALL)) {
                    call.wire().chunk("data: {\"a\":");
                  }
                  heard.await();
                  if (new String(call.body(), UTF_8).equals(CALL)) {
                    call.wire().chunk("1}\n\n");
                  }
                  call.wire().write("0\r\n\r\n");
                },
                "GUARD_KEEPALIVE_SECONDS",
                "1");
        Wire half = running.send("POST", CALL)) {
      Wire.Head head = half.head();
      String first = new String(half.chunk(), UTF_8);
      while (first.equals(":\n\n")) { // on a busy machine there is time for one before the event
        first = new String(half.chunk(), UTF_8);
      }
      assertThat(first).isEqualTo("data: {\"a\":");
      try (Wire silent = running.send("GET", "")) {
        assertThat(silent.head().status()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
          assertThat(new String(silent.chunk(), UTF_8)).isEqualTo(":\n\n");
        }
      }
      heard.countDown();
      assertThat(head.header("content-type")).isEqualTo("text/event-stream");
      assertThat(new String(half.chunk(), UTF_8)).isEqualTo("1}\n\n");
    }
  }

  @Test
  void answerThatIsNoStream_getsNone() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  if (call.body().length == 0) {
                    call.stream();
                  } else {
                    call.wire()
                        .write(
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
                  }
                  heard.await();
                  call.wire().chunk("[]");
                  call.wire().write("0\r\n\r\n");
                },
                "GUARD_KEEPALIVE_SECONDS",
                "1");
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      try (Wire silent = running.send("GET", "")) {
        assertThat(silent.head().status()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
          assertThat(new String(silent.chunk(), UTF_8)).isEqualTo(":\n\n");
        }
      }
      heard.countDown();
      assertThat(client.text(head)).isEqualTo("[]");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', true",
    "'data: 1', false",
    "'data: 1\n', false",
    "'data: 1\n\n', true",
    "'data: 1\r\n\r\n', true",
    "'data: 1\r\r', true",
    "'data: 1\r\n', false",
    "'data: 1\n\nd', false",
    "':\n\n', true",
    "'\n', true"
  })
  void boundary_isWhereAnEventHasEnded(String out, boolean between) {
    EventBoundary whole = new EventBoundary();
    whole.after(out.getBytes(UTF_8));
    EventBoundary pieces = new EventBoundary();
    for (byte octet : out.getBytes(UTF_8)) {
      pieces.after(new byte[] {octet});
    }
    assertThat(whole.isBetweenEvents()).isEqualTo(between);
    assertThat(pieces.isBetweenEvents()).isEqualTo(between);
  }
}
