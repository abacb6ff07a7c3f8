package io.mcpauth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.testing.TestIssuer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/first-call.md}: its commands start the issuer and the program, and its calls get what
 * it says. Its files are held by {@link AppsPageTest}.
 */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FirstCallPageTest {
  private static final Path PAGE = Path.of("..", "docs", "first-call.md");
  private static final Path APPLICATIONS = Path.of("apps");
  private static final String ORIGIN = "http://localhost:8080";
  private static final String SESSION = "0b4b5f2e-…";
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)\n```");
  private static final Pattern ISSUER = Pattern.compile("io\\.mcpauth\\.testing\\.TestIssuer (.*)");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern SENT = Pattern.compile("-(H|d) (?:'([^']*)'|\"([^\"]*)\")");
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d+) .*");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Process> processes = new ArrayList<>();
  private final String origin = "http://localhost:" + free();

  @TempDir private Path directory;
  private final StringBuilder logged = new StringBuilder();
  private String session = "";

  FirstCallPageTest() throws IOException {}

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void calls_getWhatThePageSays() throws Exception {
    List<String> tokens = new ArrayList<>();
    String issuer = startIssuer(tokens);
    BufferedReader log = startProgram(issuer);

    int logins = 0;
    int calls = 0;
    for (MatchResult block : blocks().toList()) {
      if (block.group(1).equals("sh") && block.group(2).startsWith("TOKEN=")) {
        logins++;
      } else if (block.group(1).equals("console")) {
        for (String call : block.group(2).split("(?m)^\\$ ", -1)) {
          if (!call.isEmpty()) {
            call(call, tokens.get(logins - 1));
            calls++;
          }
        }
      }
    }

    assertThat(logins).isEqualTo(2);
    assertThat(calls).isEqualTo(5);
    String write =
        "{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"tools/call\",\"params\":{\"name\":\"write_note\",\"arguments\":{\"text\":\"milk\"}}}";
    // What goes wrong, and how it is told.
    assertThat(send(write, "Bearer " + tokens.get(1), "").body())
        .contains("Session ID required in mcp-session-id header");
    assertThat(send(write, "Bearer eyJhbGciOi", session).statusCode()).isEqualTo(401);
    try (TestIssuer another = TestIssuer.start()) {
      String foreign = another.token(origin + "/mcp").scopes("notes:write").mint();
      assertThat(send(write, "Bearer " + foreign, session).statusCode()).isEqualTo(401);
    }
    assertThat(readUntil("WRONG_ISSUER", log))
        .contains("INSUFFICIENT_SCOPE {missing=notes:write", "TOKEN_OPAQUE");
    assertThat(readUntil("nor dynamic registration", log))
        .contains("Its metadata offers neither client id metadata documents");
  }

  /** The page's command, with the class path of this test, and what it printed. */
  private String startIssuer(List<String> tokens) throws IOException {
    Matcher command = ISSUER.matcher(Files.readString(PAGE));
    assertThat(command.find()).isTrue();
    List<String> arguments = new ArrayList<>(List.of("io.mcpauth.testing.TestIssuer"));
    for (MatchResult word : WORD.matcher(here(command.group(1))).results().toList()) {
      arguments.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    Process process =
        start(System.getProperty("java.class.path"), arguments)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    List<String> printed = new ArrayList<>();
    BufferedReader reader = process.inputReader(UTF_8);
    for (int line = 0; line < 7; line++) {
      printed.add(String.valueOf(reader.readLine()));
    }
    String issuer = printed.get(0).replaceFirst(".*=", "");
    tokens.addAll(List.of(printed.get(3), printed.get(6)));
    String shown =
        String.join("\n", printed)
            .replaceAll("eyJ[\\w.-]+", "eyJhbGciOi…")
            .replace(issuer, "http://127.0.0.1:40123");
    assertThat(blocks().filter(block -> block.group(1).equals("text")))
        .extracting(block -> block.group(2))
        .containsExactly(shown);
    return issuer;
  }

  private BufferedReader startProgram(String issuer) throws Exception {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    String libraries = System.getProperty("java.class.path");
    List<String> options = new ArrayList<>(List.of("-d", "" + classes, "-cp", libraries));
    for (String file : List.of("Main.java", "Notes.java")) {
      options.add(source(file).toString());
    }
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, options.toArray(new String[0])))
        .isZero();
    ProcessBuilder program =
        start(
            classes + System.getProperty("path.separator") + libraries,
            List.of(
                "-Dorg.slf4j.simpleLogger.log.io.mcpauth=info",
                "-Dorg.slf4j.simpleLogger.log.org.eclipse.jetty.server.Server=info",
                "notes.Main"));
    // The settings of whoever runs this are not those of the run.
    program.environment().keySet().removeIf(name -> name.startsWith("MCP_AUTH_"));
    program
        .environment()
        .putAll(Map.of("PORT", origin.replaceFirst(".*:", ""), "MCP_AUTH_ISSUER", issuer));
    Process process = program.redirectErrorStream(true).start();
    processes.add(process);
    BufferedReader log = process.inputReader(UTF_8);
    readUntil("Started oejs.Server@", log);
    return log;
  }

  /** All that was logged from the start on, at least to the line that is awaited. */
  private String readUntil(String awaited, BufferedReader log) throws IOException {
    while (logged.indexOf(awaited) < 0) {
      String line = log.readLine();
      assertThat(line).as("after %s the program ended", logged).isNotNull();
      logged.append(line).append('\n');
    }
    return logged.toString();
  }

  private static ProcessBuilder start(String classPath, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  private void call(String shown, String token) throws Exception {
    String[] lines = here(shown).replace(SESSION, session).strip().split("\n", -1);
    String body = "";
    String authorization = null;
    String inSession = "";
    for (MatchResult sent : SENT.matcher(lines[0]).results().toList()) {
      String value = sent.group(2) == null ? sent.group(3) : sent.group(2);
      if (sent.group(1).equals("d")) {
        body = value;
      } else if (value.startsWith("Mcp-Session-Id: ")) {
        inSession = value.substring("Mcp-Session-Id: ".length());
      } else {
        assertThat(value).isEqualTo("Authorization: Bearer $TOKEN");
        authorization = "Bearer " + token;
      }
    }
    HttpResponse<String> answer = send(body, authorization, inSession);
    session = answer.headers().firstValue("Mcp-Session-Id").orElse(session);

    Matcher status = STATUS.matcher(lines[1]);
    assertThat(status.matches()).isTrue();
    assertThat(answer.statusCode()).isEqualTo(Integer.parseInt(status.group(1)));
    int line = 2;
    for (; !lines[line].isEmpty(); line++) {
      String[] header = lines[line].split(": ", 2);
      String expected = header[1].equals("") ? session : header[1];
      assertThat(answer.headers().allValues(header[0])).containsExactly(expected);
    }
    assertThat(answer.body().lines()).contains(lines[line + 1]);
  }

  private HttpResponse<String> send(String body, @Nullable String authorization, String inSession)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin + "/mcp"))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (!inSession.isEmpty()) {
      request.header("Mcp-Session-Id", inSession);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** What the page says, for the port of this run. */
  private String here(String text) {
    return text.replace(ORIGIN, origin);
  }

  private static Path source(String name) {
    return APPLICATIONS.resolve("jetty/src/main/java/notes").resolve(name);
  }

  private static Stream<MatchResult> blocks() throws IOException {
    return BLOCK.matcher(Files.readString(PAGE)).results();
  }
}
