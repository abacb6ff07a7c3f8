package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That nothing is held back on its way through the guard, and that no end is swallowed. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardStreamTest {
  /** Of the guard's connections, where a test outlasts it. */
  private static final Duration IDLE = Duration.ofSeconds(2);

  @Test
  void eventStream_passesEventByEvent() throws Exception {
    BlockingQueue<String> next = new LinkedBlockingQueue<>();
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.stream();
                  for (String event = next.take(); !event.isEmpty(); event = next.take()) {
                    call.wire().chunk(event);
                  }
                  call.wire().write("0\r\n\r\n");
                });
        Wire client = running.send("GET", "", "Accept: text/event-stream")) {
      // The head is here before there is an event, and each event before the next is made.
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("content-type")).isEqualTo("text/event-stream");
      for (int i = 0; i < 3; i++) {
        String event = "data: {\"n\":" + i + "}\n\n";
        next.put(event);
        assertThat(new String(client.chunk(), UTF_8)).isEqualTo(event);
      }
      next.put("");
      assertThat(client.chunk()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE"})
  void methodWithoutBody_reachesTheTargetAndBack(String method) throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  seen.put(call.head().start());
                  call.wire()
                      .write(
                          "HTTP/1.1 200 OK\r\n"
                              + "Content-Type: application/json\r\n"
                              + "Content-Length: 5\r\n\r\n"
                              + (method.equals("HEAD") ? "" : "\"hey\""));
                  assertThat(call.wire().isClosedByPeer()).isTrue();
                });
        Wire client = running.send(method, "")) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("content-length")).isEqualTo("5");
      if (!method.equals("HEAD")) {
        assertThat(client.text(head)).isEqualTo("\"hey\"");
      }
      assertThat(seen.take()).isEqualTo(method + " /there HTTP/1.1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "TRACE"})
  void methodThatMcpDoesNotUse_staysOutside(String method) throws Exception {
    try (RunningGuard running = RunningGuard.before(call -> call.answer("200 OK", ""));
        Wire client = running.send(method, "")) {
      assertThat(client.head().status()).isEqualTo(405);
      assertThat(running.target().calls()).isZero();
    }
  }

  @Test
  void longestBody_passesBothWaysByteForByte() throws Exception {
    String start =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\",\"x\":\"";
    String end = "\"}}";
    String body = start + "ü".repeat((1024 * 1024 - start.length() - end.length()) / 2) + end;
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.wire().write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
                  call.wire().write("Content-Length: " + call.body().length + "\r\n\r\n");
                  call.wire().write(call.body());
                });
        Wire client = running.send("POST", body)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(client.text(head)).isEqualTo(body);
    }
  }

  @Test
  void requestInChunks_reachesTheTargetWhole() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(call -> call.answer("200 OK", new String(call.body(), UTF_8)));
        Wire client = running.connect()) {
      client.write(
          "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: chunked\r\n"
              + running.token()
              + "\r\n\r\n");
      client.chunk(CALL.substring(0, 10));
      client.chunk(CALL.substring(10));
      client.write("0\r\n\r\n");
      assertThat(client.text(client.head())).isEqualTo(CALL);
    }
  }

  @Test
  void slowReader_slowsTheTargetDown() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    String event = "data: \"" + "x".repeat(60_000) + "\"\n\n";
    int events = 700; // more than all buffers on the way can hold
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.stream();
                  CompletableFuture<Void> written =
                      CompletableFuture.runAsync(() -> write(call, event, events));
                  if (!done(written)) {
                    stopped.countDown();
                  }
                  written.get();
                });
        Wire client = running.send("GET", "")) {
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(stopped.await(60, SECONDS)).isTrue();
      long length = 0;
      for (byte[] chunk = client.chunk(); chunk.length > 0; chunk = client.chunk()) {
        length += chunk.length;
      }
      assertThat(length).isEqualTo((long) events * event.length());
    }
  }

  private static boolean done(CompletableFuture<Void> written) throws Exception {
    try {
      written.get(3, SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private static void write(RawTarget.Call call, String event, int events) {
    try {
      for (int i = 0; i < events; i++) {
        call.wire().chunk(event);
      }
      call.wire().write("0\r\n\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void streamThatIsSilentForLongerThanTheIdleTimeout_goesOn() throws Exception {
    CountDownLatch speak = new CountDownLatch(1);
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              call.stream();
              speak.await();
              call.wire().chunk("data: \"late\"\n\n");
              call.wire().write("0\r\n\r\n");
            })) {
      running.guard().idleTimeout(IDLE);
      try (Wire client = running.send("GET", "")) {
        assertThat(client.head().status()).isEqualTo(200);
        client.socket().setSoTimeout(2 * (int) IDLE.toMillis());
        assertThatThrownBy(client::chunk).isInstanceOf(SocketTimeoutException.class);
        client.socket().setSoTimeout(60_000);
        speak.countDown();
        assertThat(new String(client.chunk(), UTF_8)).isEqualTo("data: \"late\"\n\n");
        assertThat(client.chunk()).isEmpty();
      }
    }
  }

  @Test
  void answerThatTakesLongerThanTheIdleTimeout_isWaitedFor() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (RunningGuard running =
        RunningGuard.before(
            call -> {
              answer.await();
              call.answer("200 OK", "at last");
            })) {
      running.guard().idleTimeout(IDLE);
      try (Wire client = running.send("POST", CALL)) {
        client.socket().setSoTimeout(2 * (int) IDLE.toMillis());
        assertThatThrownBy(client::head).isInstanceOf(SocketTimeoutException.class);
        client.socket().setSoTimeout(60_000);
        answer.countDown();
        assertThat(client.text(client.head())).isEqualTo("at last");
      }
    }
  }

  @Test
  void streamOfTheTargetThatBreaks_isBrokenForTheClientToo() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.stream();
                  call.wire().chunk("data: \"half\"\n\n");
                });
        Wire client = running.send("GET", "")) {
      client.head();
      assertThat(new String(client.chunk(), UTF_8)).isEqualTo("data: \"half\"\n\n");
      assertThatThrownBy(client::chunk).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void answerOfTheTargetThatIsCutShort_isCutShortForTheClientToo() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call ->
                    call.wire()
                        .write(
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 100\r\n\r\n{\"jsonrpc\""));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThatThrownBy(() -> client.body(head)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void connectionOfTheClient_isGoodForTheNextRequest() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.stream();
                  call.wire().chunk("data: " + call.number() + "\n\n");
                  call.wire().write("0\r\n\r\n");
                });
        Wire client = running.connect()) {
      for (int i = 1; i <= 20; i++) {
        client.write(Wire.request("POST", CALL, running.token()));
        assertThat(client.text(client.head())).isEqualTo("data: " + i + "\n\n");
      }
    }
  }

  @Test
  void nextRequestThatDoesNotWait_isAnsweredAfterTheFirst() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  if (call.number() == 1) {
                    goOn.await();
                  }
                  call.answer("200 OK", "answer " + call.number());
                });
        Wire client = running.send("POST", CALL)) {
      client.write(Wire.request("POST", CALL, running.token()));
      // Long enough for the watch to have seen it; were it not, the order would be the same.
      client.socket().setSoTimeout(300);
      assertThatThrownBy(client::head).isInstanceOf(SocketTimeoutException.class);
      client.socket().setSoTimeout(60_000);
      goOn.countDown();
      assertThat(client.text(client.head())).isEqualTo("answer 1");
      assertThat(client.text(client.head())).isEqualTo("answer 2");
    }
  }
}
