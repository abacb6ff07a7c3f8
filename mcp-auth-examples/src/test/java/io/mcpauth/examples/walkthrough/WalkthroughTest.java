package io.mcpauth.examples.walkthrough;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import io.mcpauth.examples.authserver.Login;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class WalkthroughTest {
  /** How many answers the whole walk-through gets. */
  private static final int ANSWERS = 81;

  /** Those with nothing but a status: three notifications, two ends of sessions, a revocation. */
  private static final List<Integer> STATUS_ONLY = List.of(2, 35, 38, 51, 53, 67);

  private static @Nullable FileToolsServer server;

  @BeforeAll
  static void start() {
    server =
        FileToolsServer.start(
            FileToolsSettings.from(
                Map.of(
                    "FILE_TOOLS_PORT", "0",
                    "FILE_TOOLS_AS_PORT", "0",
                    "FILE_TOOLS_ANONYMOUS_ABOUT", "true")));
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
      PrintStream out = new PrintStream(bytes, true, UTF_8);
      boolean right = Walkthrough.run(target, network, new Transcript(out));
      return new Outcome(right, bytes.toString(UTF_8));
    }
  }

  @Test
  void ownServers_everyAnswerIsRight() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean right = Walkthrough.run(new PrintStream(bytes, true, UTF_8));
    String text = bytes.toString(UTF_8);
    assertThat(text).endsWith(ANSWERS + " of " + ANSWERS + " answers were right\n");
    assertThat(text).doesNotContain("eyJ").doesNotContain("WRONG").doesNotContain("BROKEN");
    assertThat(right).isTrue();
  }

  /** It registers without scopes, and without a metadata document. */
  @ParameterizedTest
  @CsvSource({"FILE_TOOLS_REGISTERED_SCOPES_ONLY, true", "FILE_TOOLS_CLIENT_METADATA, false"})
  void strictServer_everyAnswerIsRight(String name, String value) {
    try (FileToolsServer strict = strict(name, value)) {
      Outcome outcome = Outcome.of(Target.of(strict), Network.http());
      assertThat(outcome.right()).as(outcome.text()).isTrue();
    }
  }

  @Test
  void serverWhoseAudienceComesByMapper_isWrongWhereAnotherResourceIsAskedFor() {
    try (FileToolsServer strict =
        strict("FILE_TOOLS_AUDIENCE_SCOPES", "files:list,files:read,files:write")) {
      Outcome outcome = Outcome.of(Target.of(strict), Network.http());
      assertThat(outcome.right()).isFalse();
      assertThat(outcome.text())
          .contains("A token for another server is not to be had")
          .contains("WRONG: ");
    }
  }

  private static FileToolsServer strict(String name, String value) {
    return FileToolsServer.start(
        FileToolsSettings.from(
            Map.of(
                "FILE_TOOLS_PORT",
                "0",
                "FILE_TOOLS_AS_PORT",
                "0",
                "FILE_TOOLS_ANONYMOUS_ABOUT",
                "true",
                name,
                value)));
  }

  @Test
  void wholeRun_printsNoSecret() {
    RecordedNetwork network = new RecordedNetwork();
    Outcome outcome = Outcome.of(target(), network);
    assertThat(outcome.right()).as(outcome.text()).isTrue();
    assertThat(network.answers()).hasSize(ANSWERS);
    assertThat(network.secrets())
        .contains(target().user().password(), target().guest().password())
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

  /** What the file-tools server answers to everybody, and the same to what it should refuse. */
  private static String openAnswer(String request) {
    JsonNode message = Answer.parse(request);
    String result =
        switch (message.path("method").stringValue("")) {
          case "initialize" ->
              "{\"protocolVersion\":\"2025-11-25\",\"serverInfo\":{\"name\":\"file-tools\"}}";
          case "tools/list" ->
              "{\"tools\":[{\"name\":\"about\"},{\"name\":\"list_files\"},{\"name\":\"read_file\"},"
                  + "{\"name\":\"write_file\"},{\"name\":\"delete_file\"}]}";
          default -> "{\"content\":[{\"type\":\"text\",\"text\":\"4 need a login\"}]}";
        };
    return "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + result + "}";
  }

  @Test
  void serverThatLetsEverythingIn_isWrongAtTheFirstLockedTool() throws IOException {
    HttpServer open =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    open.createContext(
        "/",
        exchange -> {
          String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          byte[] body = openAnswer(request).getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.getResponseHeaders().add("Mcp-Session-Id", "session");
          exchange.sendResponseHeaders(request.contains("\"id\"") ? 200 : 202, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    open.start();
    try {
      URI endpoint = URI.create("http://127.0.0.1:" + open.getAddress().getPort() + "/mcp");
      Login.Account nobody = new Login.Account("demo", "unused-password", true);
      Target target = new Target(endpoint, "http://127.0.0.1:1", nobody, nobody, null);
      Outcome outcome = Outcome.of(target, Network.http());
      assertThat(outcome.right()).isFalse();
      assertThat(outcome.text())
          .contains("WRONG: status 401")
          .contains("expected: 401")
          .contains("came:     200")
          .endsWith("4 of 5 answers were right\n");
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

  private static Outcome clientStep(Target target, Set<String> scopes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Conversation conversation =
        new Conversation(Network.http(), new Transcript(new PrintStream(bytes, true, UTF_8)));
    boolean right = true;
    try {
      new ClientStep(conversation, target).run(scopes);
    } catch (WrongAnswerException e) {
      right = false;
    }
    return new Outcome(right, bytes.toString(UTF_8));
  }

  @Test
  void commandLineClient_readsTheFile() {
    Outcome outcome = clientStep(target(), Set.of("files:list", "files:read"));
    assertThat(outcome.right()).as(outcome.text()).isTrue();
    assertThat(outcome.text())
        .contains("   | Welcome!")
        .contains("= the client ends with status 0");
  }

  @Test
  void commandLineClientThatAsksForOtherScopes_isWrong() {
    Outcome outcome = clientStep(target(), Set.of("files:list"));
    assertThat(outcome.right()).isFalse();
    assertThat(outcome.text()).contains("WRONG: the user allowed what a first login needs");
  }

  @Test
  void commandLineClientThatFails_isWrong() {
    Login.Account nobody = new Login.Account("demo", "unused-password", true);
    URI closed = URI.create("http://127.0.0.1:1/mcp");
    Target target = new Target(closed, "http://127.0.0.1:1", nobody, nobody, null);
    Outcome outcome = clientStep(target, Set.of());
    assertThat(outcome.right()).isFalse();
    assertThat(outcome.text())
        .contains("   | mcp-client: The MCP server does not answer")
        .contains("WRONG: the client ends with status 0");
  }
}
