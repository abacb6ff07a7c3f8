package io.mcpauth.examples.walkthrough;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WalkthroughTest {
  /** How many answers the whole walk-through gets. */
  private static final int ANSWERS = 41;

  /** Those with nothing but a status: the notification's, the revocation's, the session's end. */
  private static final List<Integer> STATUS_ONLY = List.of(13, 39, 41);

  private static @Nullable FileToolsServer server;

  @BeforeAll
  static void start() {
    server =
        FileToolsServer.start(
            new FileToolsSettings(0, null, true, null, List.of(), null, 0, "demo", null));
  }

  @AfterAll
  static void stop() {
    Objects.requireNonNull(server).close();
  }

  private static Target target() {
    return Target.of(Objects.requireNonNull(server));
  }

  /** What a run said and how it ended. */
  private record Outcome(boolean right, String text) {
    static Outcome of(Target target, Network network) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
      boolean right = Walkthrough.run(target, network, new Transcript(out));
      return new Outcome(right, bytes.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void ownServers_everyAnswerIsRight() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean right = Walkthrough.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith(ANSWERS + " of " + ANSWERS + " answers were right\n");
    assertThat(text).doesNotContain("eyJ").doesNotContain("WRONG").doesNotContain("BROKEN");
    assertThat(right).isTrue();
  }

  @Test
  void wholeRun_printsNoSecret() {
    RecordedNetwork network = new RecordedNetwork();
    Outcome outcome = Outcome.of(target(), network);
    assertThat(outcome.right()).as(outcome.text()).isTrue();
    assertThat(network.answers()).hasSize(ANSWERS);
    assertThat(network.secrets())
        .contains(target().password())
        .anyMatch(secret -> secret.startsWith("eyJ"))
        .hasSizeGreaterThan(25)
        .allSatisfy(secret -> assertThat(outcome.text()).doesNotContain(secret));
    assertThat(outcome.text()).doesNotContain("eyJ");
  }

  static IntStream answers() {
    return IntStream.rangeClosed(1, ANSWERS);
  }

  @ParameterizedTest
  @MethodSource("answers")
  void otherStatus_isWrong(int number) {
    assertWrong(number, answer -> new Answer(answer.status() + 1, answer.headers(), answer.body()));
  }

  static IntStream answersWithContent() {
    return answers().filter(number -> !STATUS_ONLY.contains(number));
  }

  @ParameterizedTest
  @MethodSource("answersWithContent")
  void noHeadersAndNoBody_isWrong(int number) {
    HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
    assertWrong(number, answer -> new Answer(answer.status(), none, ""));
  }

  private static void assertWrong(int number, UnaryOperator<Answer> change) {
    RecordedNetwork real = new RecordedNetwork();
    Network changed =
        request -> {
          Answer answer = real.send(request);
          return real.answers().size() == number ? change.apply(answer) : answer;
        };
    Outcome outcome = Outcome.of(target(), changed);
    assertThat(outcome.right()).isFalse();
    assertThat(outcome.text())
        .contains("   WRONG: ")
        .endsWith((number - 1) + " of " + number + " answers were right\n");
    assertThat(real.secrets())
        .allSatisfy(secret -> assertThat(outcome.text()).doesNotContain(secret));
  }

  @Test
  void serverThatLetsEverythingIn_isWrongAtOnce() throws IOException {
    HttpServer open =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    open.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          byte[] body =
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    open.start();
    try {
      URI endpoint = URI.create("http://127.0.0.1:" + open.getAddress().getPort() + "/mcp");
      Target target = new Target(endpoint, "http://127.0.0.1:1", "demo", "unused-password");
      Outcome outcome = Outcome.of(target, Network.http());
      assertThat(outcome.right()).isFalse();
      assertThat(outcome.text())
          .contains("WRONG: status 401")
          .contains("expected: 401")
          .contains("came:     200")
          .endsWith("0 of 1 answers were right\n");
    } finally {
      open.stop(0);
    }
  }

  @Test
  void noAnswer_isWrong() {
    Outcome outcome =
        Outcome.of(
            target(),
            request -> {
              throw new IOException("refused");
            });
    assertThat(outcome.right()).isFalse();
    assertThat(outcome.text())
        .contains("expected: an answer")
        .endsWith("0 of 1 answers were right\n");
  }
}
