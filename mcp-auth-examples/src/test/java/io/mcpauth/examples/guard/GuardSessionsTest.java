package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of a target, in a store that may be slow, or not there. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardSessionsTest {
  private static final String SESSION = "Mcp-Session-Id: s1";
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}";

  private final Store real = Store.inMemory();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();
  private final CountDownLatch answers = new CountDownLatch(1);
  private volatile String slow = "";
  private volatile boolean down;

  /** As one that outlives the process. */
  private final Store store =
      (Store)
          Proxy.newProxyInstance(
              Store.class.getClassLoader(),
              new Class<?>[] {Store.class},
              (proxy, method, arguments) -> asked(method, arguments));

  private @Nullable Object asked(Method method, Object @Nullable [] arguments) throws Throwable {
    if (method.getName().equals("outlivesProcess")) {
      return true;
    }
    if (method.getName().equals(slow)) {
      waiting.add(slow);
      assertThat(answers.await(60, SECONDS)).isTrue();
    }
    if (down && method.getName().equals("create")) {
      throw new StoreException("down");
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private RunningGuard guard() throws IOException {
    return RunningGuard.before(this::target, builder -> builder.store(store));
  }

  /** A stream for each GET, and the id with every other answer. */
  private void target(RawTarget.Call call) throws Exception {
    if (call.head().start().startsWith("GET")) {
      call.stream();
      while (true) {
        call.wire().chunk(events.take());
      }
    }
    String body = new String(call.body(), UTF_8).contains("empty") ? "" : "\"answer\"";
    call.answer("200 OK", body, SESSION, "Content-Type: application/json");
  }

  @AfterEach
  void close() {
    answers.countDown();
  }

  /** The thread that finds an answer of the target has those of all others to pass on. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "DELETE"})
  void slowStore_holdsUpNoOtherStream(String method) throws Exception {
    try (RunningGuard running = guard();
        Wire stream = running.send("GET", "")) {
      assertThat(stream.head().status()).isEqualTo(200);
      if (method.equals("DELETE")) {
        try (Wire opening = running.send("POST", INITIALIZE)) {
          assertThat(opening.head().status()).isEqualTo(200);
        }
      }
      slow = method.equals("POST") ? "create" : "take";
      try (Wire client =
          method.equals("POST")
              ? running.send("POST", INITIALIZE)
              : running.send("DELETE", "", SESSION)) {
        assertThat(waiting.poll(60, SECONDS)).isEqualTo(slow);
        for (int i = 0; i < 20; i++) {
          String event = "data: " + i + "\n\n";
          events.add(event);
          assertThat(new String(stream.chunk(), UTF_8)).isEqualTo(event);
        }
        answers.countDown();
        Wire.Head head = client.head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("mcp-session-id")).isEqualTo("s1");
        assertThat(client.text(head)).isEqualTo("\"answer\"");
      }
    }
  }

  @Test
  void session_isBoundBeforeTheClientHasIt() throws Exception {
    slow = "take";
    answers.countDown();
    try (RunningGuard running = guard()) {
      try (Wire client = running.send("POST", INITIALIZE)) {
        Wire.Head head = client.head();
        assertThat(head.header("mcp-session-id")).isEqualTo("s1");
        assertThat(client.text(head)).isEqualTo("\"answer\"");
      }
      assertThat(real.count("session")).isEqualTo(1);
      try (Wire client = running.send("POST", CALL, SESSION)) {
        assertThat(client.text(client.head())).isEqualTo("\"answer\"");
      }
      try (Wire client = running.send("POST", CALL, "Mcp-Session-Id: s2")) {
        assertThat(client.head().status()).isEqualTo(404);
      }
      try (Wire client = running.send("DELETE", "", SESSION)) {
        assertThat(client.text(client.head())).isEqualTo("\"answer\"");
        assertThat(waiting.take()).isEqualTo("take");
      }
    }
  }

  @Test
  void answerWithoutABody_opensItsSessionToo() throws Exception {
    try (RunningGuard running = guard();
        Wire client =
            running.send("POST", INITIALIZE.replace("}", ",\"params\":{\"a\":\"empty\"}}"))) {
      Wire.Head head = client.head();
      assertThat(head.header("mcp-session-id")).isEqualTo("s1");
      assertThat(head.header("content-length")).isEqualTo("0");
    }
    assertThat(real.count("session")).isEqualTo(1);
  }

  @Test
  void storeThatFails_isA503WithoutASession() throws Exception {
    down = true;
    try (RunningGuard running = guard();
        Wire client = running.send("POST", INITIALIZE)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(503);
      assertThat(head.header("mcp-session-id")).isEmpty();
    }
  }

  /** The target goes while the store works: half an answer is none. */
  @Test
  void targetThatBreaksOffMeanwhile_isNoWholeAnswer() throws Exception {
    slow = "create";
    CountDownLatch broken = new CountDownLatch(1);
    RawTarget.Script breaking =
        call -> {
          call.wire()
              .write("HTTP/1.1 200 OK\r\n" + SESSION + "\r\nContent-Length: 100\r\n\r\nhalf");
          assertThat(waiting.poll(60, SECONDS)).isEqualTo("create");
          broken.countDown();
        };
    try (RunningGuard running = RunningGuard.before(breaking, builder -> builder.store(store));
        Wire client = running.send("POST", INITIALIZE)) {
      assertThat(broken.await(60, SECONDS)).isTrue();
      answers.countDown();
      assertThat(client.isClosedByPeer() || client.head().status() == 502).isTrue();
    }
  }
}
