package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of {@code apps} that a page prints; {@code apps/run.sh} builds and drives them. */
class AppsPageTest {
  private static final Path PAGES = Path.of("..", "docs");
  private static final Path APPS = Path.of("apps");

  @ParameterizedTest
  @CsvSource({
    "reactive.md, webflux/pom.xml",
    "reactive.md, webflux/src/main/resources/application.properties",
    "reactive.md, webflux/src/main/java/com/example/notes/Notes.java",
    "reactive.md, webflux/src/main/java/com/example/notes/Protection.java",
    "reactive.md, webflux/src/main/java/com/example/notes/McpAuthWebFilter.java",
    "guard.md, node/package.json",
    "guard.md, node/policy.json",
    "guard.md, node/server.mjs",
  })
  void fileOfAnApplication_isWhatThePagePrints(String page, String file) throws Exception {
    String ending = file.substring(file.lastIndexOf('.') + 1);
    String language = ending.equals("mjs") ? "js" : ending;
    assertThat(Files.readString(PAGES.resolve(page)))
        .contains("```" + language + "\n" + Files.readString(APPS.resolve(file)) + "```\n");
  }
}
