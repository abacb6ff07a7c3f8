package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that begin and do not end, where a tool is open to everybody. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class GuardHeldBodiesTest {
  /** More than the guard has threads. */
  private static final int HELD = 300;

  private static final String JSON = "Content-Type: application/json";
  private static final String OPEN =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"open\"}}";

  @TempDir Path directory;
  private final List<Wire> wires = new ArrayList<>();
  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private final CountDownLatch left = new CountDownLatch(1);
  private RunningGuard guard;

  @BeforeEach
  void start() throws IOException {
    Path policy = directory.resolve("policy.json");
    Files.writeString(
        policy,
        "{\"tools\":{\"open\":\"anonymous\",\"*\":[\"mcp\"]},\"methods\":{\"GET\":\"anonymous\"}}");
    guard =
        RunningGuard.before(
            call -> {
              if (call.head().start().startsWith("GET")) {
                call.stream();
                left.await(); // open for as long as its client likes
                return;
              }
              if (new String(call.body(), UTF_8).contains("half")) {
                call.wire().write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
                return;
              }
              arrived.add(new String(call.body(), UTF_8));
              call.answer("200 OK", "{}", JSON);
            },
            "MCP_AUTH_REQUIRED_SCOPES",
            "",
            "MCP_AUTH_POLICY_FILE",
            policy.toString());
  }

  @AfterEach
  void stop() throws IOException {
    left.countDown();
    for (Wire wire : wires) {
      wire.close();
    }
    guard.close();
  }

  @Test
  void heldBodiesOfStrangers_takeNoThreadAndNoPlace() throws Exception {
    String[] heads = {"", "Authorization: Bearer forged\r\n"};
    for (int i = 0; i < HELD; i++) {
      Wire held = connect();
      held.write(
          "POST /mcp HTTP/1.1\r\nHost: localhost\r\n"
              + JSON
              + "\r\n"
              + heads[i % 2]
              + "Content-Length: 60000\r\n\r\n{");
    }

    Wire call = connect();
    call.write(Wire.request("POST", RunningGuard.CALL, guard.token()));
    assertThat(call.head().status()).isEqualTo(200);
    awaitNone(() -> guard.guard().inUse().requests()); // that of the call goes behind its answer
    Wire stranger = connect();
    stranger.write(Wire.request("POST", OPEN));
    assertThat(stranger.head().status()).isEqualTo(200);
    assertThat(guard.guard().inUse().refusals()).isZero();
  }

  /** A container may tell nobody that such an answer is over. */
  @Test
  void answersThatAreLeftOrBreakOff_giveTheirPlacesBack() throws Exception {
    for (int i = 0; i < 5; i++) {
      Wire stream = guard.connect();
      stream.write(Wire.request("GET", "", "Accept: text/event-stream"));
      assertThat(stream.head().status()).isEqualTo(200);
      stream.close();
      Wire half = connect();
      half.write(Wire.request("POST", OPEN.replace("7", "\"half\"")));
      assertThat(half.head().status()).isEqualTo(200);
    }

    awaitNone(() -> guard.guard().inUse().streams() + guard.guard().inUse().requests());
  }

  private void awaitNone(LongSupplier taken) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (taken.getAsLong() > 0) {
      assertThat(System.nanoTime()).as("%s", guard.guard().inUse()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void bodyInPieces_arrivesWhole() throws Exception {
    for (int length : new int[] {100, 65_535, 65_536, 65_537, 700_000}) {
      String start = RunningGuard.CALL.replace("}", ",\"params\":{\"text\":\"");
      String body = start + "x".repeat(length - start.length() - 3) + "\"}}";
      Wire call = connect();
      call.write(
          "POST /mcp HTTP/1.1\r\nHost: localhost\r\n"
              + JSON
              + "\r\n"
              + guard.token()
              + "\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int from = 0; from < length; from += 7000) {
        call.chunk(body.substring(from, Math.min(from + 7000, length)));
      }
      call.write("0\r\n\r\n");

      assertThat(call.head().status()).isEqualTo(200);
      assertThat(arrived.poll(60, TimeUnit.SECONDS)).isEqualTo(body);
    }
  }

  private Wire connect() throws IOException {
    Wire wire = guard.connect();
    wires.add(wire);
    return wire;
  }
}
