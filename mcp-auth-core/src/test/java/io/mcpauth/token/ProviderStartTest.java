package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Starts by the settings of each page in {@code docs/providers}, and looks for what it logs. */
class ProviderStartTest {
  private static final Path PAGES = Path.of("..", "docs", "providers");
  private static final String PREFIX = "INFO ResourceServer - authorization server ";

  static Stream<Path> pages() throws IOException {
    List<Path> pages;
    try (Stream<Path> files = Files.list(PAGES)) {
      pages = files.sorted().toList();
    }
    assertThat(pages).hasSizeGreaterThan(5);
    return pages.stream();
  }

  private static Stream<String> lines(Path page, String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```")
        .matcher(Files.readString(page))
        .results()
        .findFirst()
        .orElseThrow()
        .group(1)
        .lines();
  }

  private static Map<String, String> settings(Path page) throws IOException {
    Map<String, String> settings = new HashMap<>();
    lines(page, "sh").map(line -> line.split("=", 2)).forEach(set -> settings.put(set[0], set[1]));
    return settings;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void settingsOfThePage_startAServerForItsIssuer(Path page, @TempDir Path directory)
      throws IOException {
    Map<String, String> settings = settings(page);
    assertThat(settings.get("MCP_AUTH_PROFILE") + ".md").isEqualTo(page.getFileName().toString());
    Path policy = directory.resolve(String.valueOf(settings.get("MCP_AUTH_POLICY_FILE")));
    settings.put(
        "MCP_AUTH_POLICY_FILE",
        Files.writeString(policy, "{\"tools\":{\"t\":[\"s\"]}}").toString());
    Settings read = Settings.of(List.of(Setting.values()), SettingSource.environment(settings));
    try (ResourceServer server = ConfiguredServer.builder(read).build()) {
      assertThat(server.metadata().authorizationServers())
          .containsExactly(settings.get("MCP_AUTH_ISSUER"));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linesOfACorrectStart_areThoseThatAreLogged(Path page) throws IOException {
    Map<String, String> settings = settings(page);
    AuthorizationServer server =
        AuthorizationServer.of(String.valueOf(settings.get("MCP_AUTH_ISSUER")))
            .withProfile(String.valueOf(settings.get("MCP_AUTH_PROFILE")));
    if (settings.containsKey("MCP_AUTH_AUDIENCE")) {
      server = server.expectAudience(settings.get("MCP_AUTH_AUDIENCE"));
    }
    List<String> logged = new ArrayList<>();
    String start = PREFIX + server.issuer() + ": ";
    new SetupCheck(server, note -> logged.add(note.warning() ? "WARN" : start + note.text()))
        .configuration(0);
    assertThat(lines(page, "text").filter(line -> line.startsWith(PREFIX)))
        .containsExactlyElementsOf(logged);
  }
}
