package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import io.mcpauth.policy.ToolPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** What the operator is told of a policy and a target that do not fit. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TargetWatchTest {
  private final BlockingQueue<SubstituteLoggingEvent> logged = new LinkedBlockingQueue<>();

  private TargetWatch watch(RunningGuard running, ToolPolicy policy, Duration interval) {
    return watch(running, () -> policy, interval);
  }

  private TargetWatch watch(RunningGuard running, Supplier<ToolPolicy> policy, Duration interval) {
    return TargetWatch.start(
        new TargetTools(running.guard().proxy()),
        policy,
        interval,
        new SubstituteLogger("watch", logged, false));
  }

  private String next() throws InterruptedException {
    SubstituteLoggingEvent event = logged.take();
    return event.getLevel()
        + " "
        + MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray());
  }

  /** The Java SDK's server wants a session. */
  @Test
  void targetWithSessions_isComparedWithThePolicy() throws Exception {
    ToolPolicy policy =
        ToolPolicy.builder().tool("about").tool("read_fil", "r").tool("w*", "w").build();
    try (FileToolsServer tools =
            FileToolsServer.start(
                FileToolsSettings.from(Map.of("FILE_TOOLS_PORT", "0", "MCP_AUTH_MODE", "none")));
        RunningGuard running = RunningGuard.before(call -> {}, "TARGET_URL", tools.url());
        TargetWatch watch = watch(running, policy, Duration.ofHours(1))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next())
          .startsWith("WARN policy: rules for [read_fil] name no tool of the target [about, ");
      assertThat(next())
          .startsWith(
              "WARN policy: no rule names the tools [delete_file, list_files, read_file] of the"
                  + " target");
      assertThat(watch.answers()).isTrue();
    }
  }

  private static void stateless(RawTarget.Call call, String tools, String more) throws Exception {
    String body = new String(call.body(), UTF_8);
    assertThat(call.head().header("mcp-method")).isEqualTo("tools/list");
    assertThat(call.head().header("mcp-protocol-version")).isEqualTo("2026-07-28");
    String id = body.replaceAll(".*\"id\":(\\d+).*", "$1");
    call.answer(
        "200 OK",
        "data: {\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"result\":{\"tools\":["
            + tools
            + "]"
            + more
            + "}}\n\n",
        "Content-Type: text/event-stream");
  }

  @Test
  void statelessTarget_isReadPageByPage() throws Exception {
    ToolPolicy policy = ToolPolicy.builder().tool("a").tool("b").build();
    try (RunningGuard running =
            RunningGuard.before(
                call ->
                    stateless(
                        call,
                        call.number() == 1 ? "{\"name\":\"a\"}" : "{\"name\":\"b\"}",
                        call.number() == 1 ? ",\"nextCursor\":\"2\"" : ""));
        TargetWatch watch = watch(running, policy, Duration.ofHours(1))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next()).isEqualTo("INFO policy: its rules and the target's 2 tools fit");
      assertThat(running.target().calls()).isEqualTo(2);
      assertThat(watch.answers()).isTrue();
    }
  }

  private static String method(RawTarget.Call call) {
    return new String(call.body(), UTF_8).replaceAll(".*\"method\":\"([^\"]*)\".*", "$1");
  }

  /**
   * Method and session of a call, told before the answer: the next call may come right behind it.
   */
  private static String told(RawTarget.Call call) {
    String own = call.head().header("mcp-session-id");
    return (call.head().start().split(" ", 2)[0] + " " + method(call) + " " + own).strip();
  }

  /** Gives the session {@code s1} or a later one to whoever asks. */
  private static void inSessions(RawTarget.Call call, int session, String refusal)
      throws Exception {
    String body = new String(call.body(), UTF_8);
    String method = method(call);
    String own = call.head().header("mcp-session-id");
    String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + body.replaceAll(".*\"id\":(\\d+).*", "$1");
    String json = "Content-Type: application/json";
    if (method.equals("initialize")) {
      String version = ",\"result\":{\"protocolVersion\":\"2025-11-25\"}}";
      call.answer("200 OK", answer + version, json, "Mcp-Session-Id: s" + session);
    } else if (method.equals("tools/list") && (own.isEmpty() || !refusal.isEmpty())) {
      call.answer(own.isEmpty() ? "400 Bad Request" : refusal, "{}", json);
    } else if (method.equals("tools/list")) {
      call.answer("200 OK", answer + ",\"result\":{\"tools\":[{\"name\":\"a\"}]}}", json);
    } else {
      call.answer("202 Accepted", "");
    }
  }

  /** Many targets keep each session that was opened until they end. */
  @Test
  void session_isKeptForTheNextLookUntilTheTargetForgetsIt() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger lists = new AtomicInteger();
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  String body = new String(call.body(), UTF_8);
                  int session =
                      body.contains("\"initialize\"") ? opened.incrementAndGet() : opened.get();
                  boolean list = !call.head().header("mcp-session-id").isEmpty();
                  boolean sixth =
                      list && body.contains("tools/list") && lists.incrementAndGet() == 6;
                  seen.add(told(call));
                  inSessions(call, session, sixth ? "404 Not Found" : "");
                });
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofMillis(20))) {
      for (String session : List.of("s1", "s2")) {
        assertThat(seen.take()).isEqualTo("POST tools/list");
        assertThat(seen.take()).isEqualTo("POST initialize");
        assertThat(seen.take()).isEqualTo("POST notifications/initialized " + session);
        for (int i = 0; i < 6; i++) { // in the first the last of them is the 404
          assertThat(seen.take()).isEqualTo("POST tools/list " + session);
        }
      }
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next()).isEqualTo("INFO policy: its rules and the target's 1 tools fit");
      assertThat(watch.answers()).isTrue();
    }
    assertThat(List.copyOf(logged)).isEmpty();
    assertThat(opened).hasValue(2);
  }

  /** What does not say that the session has ended opens no other one. */
  @ParameterizedTest
  @ValueSource(strings = {"200 OK", "403 Forbidden", "500 Server Error"})
  void sessionWithoutTools_isKept(String refusal) throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  seen.add(told(call));
                  inSessions(call, 1, refusal);
                });
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofMillis(20))) {
      assertThat(seen.take()).isEqualTo("POST tools/list");
      assertThat(seen.take()).isEqualTo("POST initialize");
      assertThat(seen.take()).isEqualTo("POST notifications/initialized s1");
      for (int i = 0; i < 5; i++) {
        assertThat(seen.take()).isEqualTo("POST tools/list s1");
      }
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next()).endsWith("it answers HTTP " + refusal.substring(0, 3) + " to tools/list");
      assertThat(watch.answers()).isTrue();
    }
  }

  @Test
  void credentialThatIsRefusedInASession_isAnotherOneAtTheNextLook() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (TokenDesk desk = new TokenDesk();
        RunningGuard running =
            RunningGuard.before(
                call -> {
                  String token = call.head().header("authorization");
                  boolean old = token.equals("Bearer token-1");
                  seen.add(token + " " + told(call));
                  inSessions(call, 1, old ? "401 Unauthorized" : "");
                },
                "OAUTH_CLIENT_ID",
                "guard",
                "OAUTH_CLIENT_SECRET",
                "hidden",
                "GUARD_TOKEN_ENDPOINT",
                desk.endpoint());
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofMillis(20))) {
      assertThat(seen.take()).isEqualTo("Bearer token-1 POST tools/list");
      assertThat(seen.take()).isEqualTo("Bearer token-1 POST initialize");
      assertThat(seen.take()).isEqualTo("Bearer token-1 POST notifications/initialized s1");
      assertThat(seen.take()).isEqualTo("Bearer token-1 POST tools/list s1");
      assertThat(seen.take()).isEqualTo("Bearer token-2 POST tools/list s1");
      assertThat(seen.take()).isEqualTo("Bearer token-2 POST tools/list s1");
      assertThat(watch.answers()).isTrue();
    }
  }

  @Test
  void listThatChanges_isComparedAgainAndSaidOnce() throws Exception {
    ToolPolicy policy = ToolPolicy.builder().tool("a").build();
    AtomicInteger last = new AtomicInteger();
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  last.set(call.number());
                  stateless(
                      call, call.number() < 3 ? "{\"name\":\"a\"}" : "{\"name\":\"b\\n\"}", "");
                });
        TargetWatch watch = watch(running, policy, Duration.ofMillis(20))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next()).contains("1 tools fit");
      assertThat(next()).startsWith("WARN policy: rules for [a] name no tool of the target [b?]");
      assertThat(next()).startsWith("WARN policy: no rule names the tools [b?]");
      assertThat(last.get()).isGreaterThanOrEqualTo(3);
      assertThat(watch.answers()).isTrue();
    }
  }

  @Test
  void policyThatChanges_isComparedAgain() throws Exception {
    AtomicReference<ToolPolicy> policy =
        new AtomicReference<>(ToolPolicy.builder().tool("a").build());
    try (RunningGuard running =
            RunningGuard.before(call -> stateless(call, "{\"name\":\"a\"}", ""));
        TargetWatch watch = watch(running, policy::get, Duration.ofMillis(20))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next()).isEqualTo("INFO policy: its rules and the target's 1 tools fit");
      policy.set(ToolPolicy.builder().tool("a").tool("b").build());
      assertThat(next()).startsWith("WARN policy: rules for [b] name no tool of the target [a]");
      policy.set(ToolPolicy.builder().tool("a").build());
      assertThat(next()).isEqualTo("INFO policy: its rules and the target's 1 tools fit");
      assertThat(watch.answers()).isTrue();
    }
    assertThat(List.copyOf(logged)).isEmpty();
  }

  /** The target says how long its names are; disks fill up. */
  @Test
  void longNames_areShortenedInTheLog() throws Exception {
    String name = "x".repeat(100_000);
    try (RunningGuard running =
            RunningGuard.before(call -> stateless(call, "{\"name\":\"" + name + "\"}", ""));
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofHours(1))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next())
          .endsWith("[" + "x".repeat(128) + "...]; correct the names, or remove them");
      assertThat(next()).hasSizeLessThan(400).contains("x...]");
      assertThat(watch.answers()).isTrue();
    }
  }

  @Test
  void listOfTooManyCharacters_isNotKept() throws Exception {
    String name = "x".repeat(600_000);
    try (RunningGuard running =
            RunningGuard.before(
                call ->
                    stateless(
                        call,
                        "{\"name\":\"" + name + call.number() + "\"}",
                        ",\"nextCursor\":\"2\""));
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofHours(1))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next()).endsWith("with the target's tools: its list is too long");
      assertThat(running.target().calls()).isEqualTo(2);
      assertThat(watch.answers()).isTrue();
    }
  }

  @Test
  void targetThatDoesNotTell_isSaidOnceAndAnswersAllTheSame() throws Exception {
    CountDownLatch looks = new CountDownLatch(9);
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  looks.countDown();
                  call.answer("401 Unauthorized", "{}");
                });
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofMillis(20))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next())
          .isEqualTo(
              "INFO the policy is not compared with the target's tools: it answers HTTP 401 to"
                  + " initialize");
      looks.await();
      assertThat(watch.answers()).isTrue();
    }
    assertThat(List.copyOf(logged)).isEmpty();
  }

  /** What was said before an outage is still true after it. */
  @Test
  void targetThatComesBack_isNotComparedAloudAgain() throws Exception {
    CountDownLatch looks = new CountDownLatch(12);
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  looks.countDown();
                  if (call.number() < 3 || call.number() > 6) { // else the connection breaks off
                    stateless(call, "{\"name\":\"a\"}", "");
                  }
                });
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("b").build(), Duration.ofMillis(20))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next()).startsWith("WARN policy: rules for [b] name no tool");
      assertThat(next()).startsWith("WARN policy: no rule names the tools [a]");
      assertThat(next()).startsWith("WARN the target does not answer: ");
      assertThat(next()).isEqualTo("INFO the target answers");
      looks.await();
      assertThat(watch.answers()).isTrue();
    }
    assertThat(List.copyOf(logged)).isEmpty();
  }

  /** A list of three megabytes is more than is read here, and the target is there. */
  @Test
  void targetThatSaysTooMuch_answersAllTheSame() throws Exception {
    String large = "x".repeat(3 << 20);
    try (RunningGuard running = RunningGuard.before(call -> call.answer("200 OK", large));
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofHours(1))) {
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(next()).endsWith("it answers without an end to initialize");
      assertThat(watch.answers()).isTrue();
    }
  }

  /** Of the guard's own client; an answer of the authorization server is not needed to look. */
  @Test
  void ownCredential_isShownAndItsLackIsNoSilence() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (TokenDesk desk = new TokenDesk();
        RunningGuard running =
            RunningGuard.before(
                call -> {
                  seen.add(call.head().header("authorization"));
                  stateless(call, "{\"name\":\"a\"}", "");
                },
                "OAUTH_CLIENT_ID",
                "guard",
                "OAUTH_CLIENT_SECRET",
                "hidden",
                "GUARD_TOKEN_ENDPOINT",
                desk.endpoint())) {
      ToolPolicy policy = ToolPolicy.builder().tool("a").build();
      try (TargetWatch watch = watch(running, policy, Duration.ofHours(1))) {
        assertThat(seen.take()).isEqualTo("Bearer token-1");
        assertThat(next()).isEqualTo("INFO the target answers");
        assertThat(next()).isEqualTo("INFO policy: its rules and the target's 1 tools fit");
        assertThat(watch.answers()).isTrue();
      }
    }
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  seen.add(call.head().header("authorization"));
                  stateless(call, "{\"name\":\"a\"}", "");
                },
                "OAUTH_CLIENT_ID",
                "guard",
                "OAUTH_CLIENT_SECRET",
                "hidden",
                "GUARD_TOKEN_ENDPOINT",
                "http://127.0.0.1:1/token");
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofHours(1))) {
      assertThat(seen.take()).isEmpty();
      assertThat(next()).isEqualTo("INFO the target answers");
      assertThat(watch.answers()).isTrue();
    }
  }

  @Test
  void targetThatIsNotThere_isAWarning() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(call -> {}, "TARGET_URL", "http://127.0.0.1:1/mcp");
        TargetWatch watch =
            watch(running, ToolPolicy.builder().tool("a").build(), Duration.ofMillis(20))) {
      assertThat(next()).isEqualTo("WARN the target does not answer: TARGET_UNREACHABLE");
      assertThat(watch.answers()).isFalse();
    }
  }
}
