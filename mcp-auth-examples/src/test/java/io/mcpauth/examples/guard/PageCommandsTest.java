package io.mcpauth.examples.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the commands of every page name is there: scripts, profiles, jars, test classes, settings.
 * The commands themselves are given by the tests of single pages, and by hand.
 */
class PageCommandsTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern GUARD =
      Pattern.compile("(?m)((?:^[A-Z_]+=\\S+ \\\\\n)+)^java \\S*\\s?-jar \\S+/mcp-guard\\.jar$");

  /** All pages, with what each says. */
  private static Map<Path, String> pages() throws IOException {
    Map<Path, String> pages = new HashMap<>();
    for (Path start : List.of(PROJECT, PROJECT.resolve("docs"))) {
      try (Stream<Path> files = Files.walk(start, start.equals(PROJECT) ? 1 : 3)) {
        for (Path file : files.filter(page -> page.toString().endsWith(".md")).toList()) {
          pages.put(file, Files.readString(file));
        }
      }
    }
    assertThat(pages).hasSizeGreaterThan(40);
    return pages;
  }

  /** What the first group of a pattern is, on any page. */
  private static Set<String> named(String pattern) throws IOException {
    Set<String> named = new TreeSet<>();
    for (String page : pages().values()) {
      Pattern.compile(pattern).matcher(page).results().forEach(found -> named.add(found.group(1)));
    }
    assertThat(named).as(pattern).isNotEmpty();
    return named;
  }

  private static String poms() throws IOException {
    StringBuilder poms = new StringBuilder(Files.readString(PROJECT.resolve("pom.xml")));
    for (String module : List.of("core", "servlet", "examples")) {
      poms.append(Files.readString(PROJECT.resolve("mcp-auth-" + module + "/pom.xml")));
    }
    return poms.toString();
  }

  @Test
  void scripts_areThere() throws IOException {
    assertThat(named("(?:bash |UPDATE=1 |    )((?:\\.ci|[a-z]+)/(?:[a-z]+/)*run(?:\\.sh)?)\\b"))
        .hasSizeGreaterThan(6)
        .allMatch(script -> Files.isRegularFile(PROJECT.resolve(script)));
    assertThat(named("java (\\.ci/\\w+\\.java)"))
        .allMatch(file -> Files.isRegularFile(PROJECT.resolve(file)));
  }

  @Test
  void profiles_areInAPom() throws IOException {
    String poms = poms();
    assertThat(named("mvn [^\n`]*-P([a-z]+)"))
        .contains("run", "demo")
        .allMatch(profile -> poms.contains("<id>" + profile + "</id>"));
  }

  @Test
  void jars_areThoseOfTheBuild() throws IOException {
    String poms = poms();
    assertThat(named("mcp-auth-examples/target/([a-z-]+)\\.jar"))
        .hasSize(3)
        .allMatch(jar -> poms.contains("<finalName>" + jar + "</finalName>"));
  }

  @Test
  void classesOfTestsToRun_areThere() throws IOException {
    List<String> sources;
    try (Stream<Path> files = Files.walk(PROJECT.resolve("mcp-auth-core/src"))) {
      sources = files.map(file -> file.getFileName().toString()).toList();
    }
    assertThat(named("-Dtest=(\\w+)")).allMatch(name -> sources.contains(name + ".java"));
  }

  @Test
  void settings_areThere() throws IOException {
    Set<String> known = new TreeSet<>(Set.of("MCP_AUTH_SERVICE_HOST")); // of Kubernetes
    Stream.<Settings.Key[]>of(Setting.values(), GuardSetting.values())
        .flatMap(Stream::of)
        .forEach(
            key -> {
              known.add(key.key());
              if (key.secret()) {
                known.add(key.key() + "_FILE");
              }
            });
    assertThat(named("\\b(MCP_AUTH_[A-Z_]*[A-Z])(?![A-Z_*])")).isSubsetOf(known);
    Set<String> properties =
        known.stream()
            .filter(name -> name.startsWith("MCP_AUTH_"))
            .map(name -> name.substring("MCP_AUTH_".length()).toLowerCase(Locale.ROOT))
            .map(name -> "mcp.auth." + name.replace('_', '-'))
            .collect(Collectors.toCollection(TreeSet::new));
    properties.add("mcp.auth.policy");
    assertThat(named("(?m)^(mcp\\.auth\\.[a-z-]+)=")).isSubsetOf(properties);
  }

  @Test
  void json_canBeRead() throws IOException {
    List<String> documents = new ArrayList<>();
    for (String page : pages().values()) {
      Pattern.compile("(?ms)^ *```json\n( *\\{.*?)^ *```")
          .matcher(page)
          .results()
          .forEach(found -> documents.add(found.group(1)));
    }
    assertThat(documents).hasSizeGreaterThan(8);
    for (String document : documents) {
      assertThat(new JsonMapper().readTree(document).isObject()).as(document).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"guard.md", "reactive.md"})
  void commandOfThePage_startsAGuard(String page, @TempDir Path directory) throws Exception {
    Path policy =
        Files.writeString(directory.resolve("policy.json"), "{\"tools\":{\"t\":[\"s\"]}}");
    String text = Files.readString(PROJECT.resolve("docs").resolve(page));
    List<MatchResult> commands = GUARD.matcher(text).results().toList();
    assertThat(commands).isNotEmpty();
    for (MatchResult command : commands) {
      Map<String, String> environment = new HashMap<>();
      command
          .group(1)
          .lines()
          .map(line -> line.replace(" \\", "").split("=", 2))
          .forEach(set -> environment.put(set[0], set[1]));
      environment.put("PORT", "0");
      environment.put("GUARD_BIND", "loopback");
      environment.put("GUARD_TARGET_CHECK_SECONDS", "0");
      environment.computeIfPresent("MCP_AUTH_POLICY_FILE", (name, file) -> policy.toString());
      if (environment.containsKey("MCP_AUTH_DEV")) {
        environment.put("GUARD_DEV_PORT", "0");
      }
      try (GuardServer guard =
          GuardServer.start(GuardSettings.from(SettingSource.environment(environment)))) {
        assertThat(guard.port()).as(command.group()).isPositive();
      }
    }
  }
}
