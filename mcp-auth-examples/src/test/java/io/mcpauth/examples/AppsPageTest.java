package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The applications that a page prints; {@code apps/run.sh} builds and drives them. */
class AppsPageTest {
  private static final Path PAGES = Path.of("..", "docs");
  private static final Path APPS = Path.of("apps");
  private static final Path ROWS = Path.of("..", "containers", "rows");
  private static final Set<String> MADE = Set.of("target", "node_modules", "package-lock.json");
  private static final String OTHER_LINE =
      "write `3.5.16` and `1.1.8` in place of `4.1.2` and `2.0.1`, and in the code below"
          + " `org.springaicommunity.mcp.annotation` in place of"
          + " `org.springframework.ai.mcp.annotation`. All else is the same.";

  /** What somebody wrote of an application, by its place in it. */
  private static Map<String, String> files(String application) throws IOException {
    Path directory = APPS.resolve(application);
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(directory)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        Path name = directory.relativize(file);
        if (!MADE.contains(name.getName(0).toString())) {
          files.put(name.toString().replace('\\', '/'), Files.readString(file));
        }
      }
    }
    return files;
  }

  @ParameterizedTest
  @CsvSource({
    "first-call.md, jetty, 3",
    "first-call.md, war, 4",
    "reactive.md, webflux, 5",
    "guard.md, node, 3",
    "spring.md, boot-4, 5"
  })
  void filesOfAnApplication_areWhatThePagePrints(String page, String application, int count)
      throws IOException {
    String printed = Files.readString(PAGES.resolve(page));
    Map<String, String> files = files(application);
    assertThat(files).hasSize(count);
    files.forEach(
        (name, text) -> {
          String ending = name.substring(name.lastIndexOf('.') + 1);
          String language = ending.equals("mjs") ? "js" : ending;
          assertThat(printed).as(name).contains("```" + language + "\n" + text + "```\n");
        });
  }

  @Test
  void otherLineOfSpring_isTheSameButForWhatThePageNames() throws IOException {
    assertThat(Files.readString(PAGES.resolve("spring.md"))).contains(OTHER_LINE);
    Map<String, String> expected = files("boot-4");
    expected.replaceAll(
        (name, code) ->
            code.replace("4.1.2", "3.5.16")
                .replace("2.0.1", "1.1.8")
                .replace(
                    "org.springframework.ai.mcp.annotation",
                    "org.springaicommunity.mcp.annotation"));
    assertThat(files("boot-3")).isEqualTo(expected).isNotEqualTo(files("boot-4"));
  }

  @Test
  void versionsOfSpring_areThoseOfTheContainers() throws IOException {
    assertThat(row("boot-4-ai")).contains("<version>4.1.2</version>", "<version>2.0.1</version>");
    assertThat(row("boot-3-ai")).contains("<version>3.5.16</version>", "<version>1.1.8</version>");
    assertThat(Files.readString(PAGES.resolve("reactive.md")))
        .contains("<version>4.1.1</version>")
        .contains("For Boot 3.5 write `3.5.16` in place of `4.1.1`; all else is the same.");
    assertThat(row("boot-3-webflux")).contains("<version>3.5.16</version>");
  }

  private static String row(String name) throws IOException {
    return Files.readString(ROWS.resolve(name).resolve("pom.xml"));
  }
}
