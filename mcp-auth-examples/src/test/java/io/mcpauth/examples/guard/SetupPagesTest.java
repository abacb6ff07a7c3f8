package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Follows the pages of docs/setups: starts the guard with each block of settings, sends what the
 * {@code curl} lines below it send, and holds the page to the answers and to the lines of the
 * start.
 */
class SetupPagesTest {
  private static final Path PAGES = Path.of("..", "docs", "setups");
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```(properties|json|text|console)\n(.*?)^```");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
  private static final Pattern NEEDED = Pattern.compile("# (TOKEN|KEY) has ([a-z: ]+)(.*)");
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"README.txt\"}]}}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, String> credentials = new HashMap<>();

  @TempDir private Path directory;
  private @Nullable GuardServer guard;
  private int answers;

  static Stream<Path> pages() throws IOException {
    List<Path> pages;
    try (Stream<Path> files = Files.list(PAGES)) {
      pages = files.sorted().toList();
    }
    return pages.stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void page_saysWhatTheGuardAnswers(Path page) throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        RawTarget target = new RawTarget(SetupPagesTest::answer)) {
      for (MatchResult block : BLOCK.matcher(Files.readString(page)).results().toList()) {
        String text = block.group(2);
        switch (block.group(1)) {
          case "json" -> Files.writeString(directory.resolve("policy.json"), text);
          case "properties" -> start(text, issuer, target);
          case "text" -> startSays(text);
          default -> ask(text, issuer);
        }
      }
    } finally {
      stop();
    }
    assertThat(answers).isPositive();
  }

  private static void answer(RawTarget.Call call) throws IOException {
    Matcher id = ID.matcher(new String(call.body(), UTF_8));
    call.answer(
        "200 OK",
        RESULT.formatted(id.find() ? id.group(1) : "null"),
        "Content-Type: application/json");
  }

  /** The keys of the issuer are those of the test, and the target is here; nothing else differs. */
  private void start(String block, TestIssuer issuer, RawTarget target) throws Exception {
    stop();
    settings.clear();
    block
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(pair -> settings.put(pair[0], pair[1].replaceAll("^\"(.*)\"$", "$1")));
    Map<String, String> here = new HashMap<>(settings);
    here.computeIfPresent("TARGET_URL", (name, url) -> target.url());
    for (String file : List.of("MCP_AUTH_POLICY_FILE", "MCP_AUTH_API_KEYS_FILE")) {
      here.computeIfPresent(file, (name, path) -> directory.resolve(path).toString());
    }
    here.put("PORT", "0");
    here.put("GUARD_BIND", "loopback");
    here.put("GUARD_TARGET_CHECK_SECONDS", "0");
    here.put("MCP_AUTH_JWKS", get(issuer.jwksUri()).body());
    if (here.containsKey("MCP_AUTH_API_KEYS_FILE")) {
      credentials.put(
          "KEY",
          KeyControl.inFile(
                  Path.of(here.get("MCP_AUTH_API_KEYS_FILE")),
                  ResourceIdentifier.of(requireNonNull(here.get("MCP_AUTH_RESOURCE"))))
              .create(NewKey.named("claude-code").owner("alice").scopes("mcp:tools"))
              .secret());
    }
    guard = GuardServer.start(GuardSettings.from(SettingSource.environment(here)));
  }

  /** What each setting became is printed, and what the page shows of that is all of it. */
  private void startSays(String text) {
    GuardSettings read = GuardSettings.from(SettingSource.environment(settings));
    assertThat(text.lines()).containsAll(read.notes());
    assertThat(text.lines().filter(line -> line.contains(" is taken as ")))
        .containsExactlyInAnyOrderElementsOf(
            read.notes().stream().filter(note -> note.contains(" is taken as ")).toList());
  }

  private void ask(String block, TestIssuer issuer) throws Exception {
    List<String> lines = block.lines().toList();
    for (int i = 0; i < lines.size(); ) {
      Matcher needed = NEEDED.matcher(lines.get(i));
      if (needed.matches()) {
        need(needed, issuer);
        i++;
        continue;
      }
      assertThat(lines.get(i)).startsWith("$ curl ");
      int next = i + 1;
      while (next < lines.size() && !lines.get(next).matches("[$#] .*")) {
        next++;
      }
      compare(lines.get(i), lines.subList(i + 1, next));
      i = next;
    }
  }

  private void need(Matcher needed, TestIssuer issuer) {
    if (needed.group(1).equals("KEY")) {
      assertThat(needed.group(2)).isEqualTo("mcp:tools");
      return;
    }
    GuardSettings read = GuardSettings.from(SettingSource.environment(settings));
    Matcher client = Pattern.compile(".*and is of (\\S+)").matcher(needed.group(3));
    credentials.put(
        "TOKEN",
        issuer
            .token(requireNonNull(read.settings().value(Setting.RESOURCE)))
            .claim("iss", requireNonNull(read.settings().value(Setting.ISSUER)))
            .claim("client_id", client.matches() ? client.group(1) : "some-client")
            .claim("azp", client.matches() ? client.group(1) : "some-client")
            .scopes(needed.group(2).strip().split(" ", -1))
            .mint());
  }

  private void compare(String command, List<String> expected) throws Exception {
    HttpResponse<String> response = send(command);
    answers++;
    for (String line : expected) {
      if (line.startsWith("HTTP/")) {
        assertThat(response.statusCode()).as(command).hasToString(line.split(" ", -1)[1]);
      } else if (line.matches("[a-z-]+: .*")) {
        String[] header = line.split(": ", 2);
        assertThat(String.join(", ", response.headers().allValues(header[0])))
            .as(command)
            .isEqualTo(header[1].replace("localhost:3000", "localhost:" + port()));
      } else if (!line.isEmpty()) {
        assertThat(command.contains("http_code") ? "" + response.statusCode() : response.body())
            .as(command)
            .isEqualTo(line.replace("localhost:3000", "localhost:" + port()));
      }
    }
  }

  private HttpResponse<String> send(String command) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    List<String> words = new ArrayList<>();
    for (MatchResult word :
        WORD.matcher(command.substring("$ curl ".length())).results().toList()) {
      words.add(word.group().replaceAll("^(['\"])(.*)\\1$", "$2"));
    }
    String method = "GET";
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-i" -> {}
        case "-I" -> method = "HEAD";
        case "-o", "-w" -> i++;
        case "-d" -> {
          method = "POST";
          body = HttpRequest.BodyPublishers.ofString(words.get(++i));
        }
        case "-H" -> {
          String[] header = words.get(++i).split(": ", 2);
          request.header(header[0], filled(header[1]));
        }
        default -> request.uri(here(words.get(i)));
      }
    }
    return client.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofString());
  }

  private String filled(String value) {
    return value.replaceFirst("\\$(TOKEN|KEY)$", "")
        + (value.contains("$") ? credentials.get(value.replaceFirst(".*\\$", "")) : "");
  }

  /** As the proxy in front would ask. */
  private URI here(String url) {
    URI asked = URI.create(url);
    GuardSettings read = GuardSettings.from(SettingSource.environment(settings));
    assertThat(url.toLowerCase(Locale.ROOT))
        .startsWith(
            URI.create(
                    read.settings().value(Setting.RESOURCE) == null
                        ? "http://localhost:3000/mcp"
                        : read.settings().value(Setting.RESOURCE))
                .resolve("/")
                .toString());
    return URI.create("http://127.0.0.1:" + port() + asked.getRawPath());
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private int port() {
    assertThat(guard).isNotNull();
    return guard.port();
  }

  private void stop() {
    if (guard != null) {
      guard.close();
      guard = null;
    }
  }
}
