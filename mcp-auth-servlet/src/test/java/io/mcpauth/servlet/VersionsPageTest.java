package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/versions.md} says what each jar is for that comes along with this module. */
class VersionsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "versions.md");
  private static final Pattern SECTION =
      Pattern.compile("## What comes along\n(.*?)\n## ", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_-]+)` \\| (.+) \\|$");
  private static final Pattern LISTED = Pattern.compile("(?m)^ +([\\w.-]+):([\\w.-]+):jar:");

  @Test
  void everyJar_hasARowThatSaysWhatItIsFor() throws IOException {
    Matcher section = SECTION.matcher(Files.readString(PAGE));
    assertThat(section.find()).isTrue();
    assertThat(ROW.matcher(section.group(1)).results().map(row -> row.group(1)))
        .containsExactlyInAnyOrderElementsOf(jars());
    assertThat(section.group(1)).contains(jars().size() + " jars");
  }

  /** Found beside an application's own Jackson, and more to be up to date with. */
  @Test
  void databind_doesNotComeAlong() throws IOException {
    assertThat(jars()).contains("jackson-core").doesNotContain("jackson-databind");
  }

  private static List<String> jars() throws IOException {
    try (InputStream list =
        Objects.requireNonNull(
            VersionsPageTest.class.getResourceAsStream("/what-comes-along.txt"),
            "Maven writes this file in the phase generate-test-resources: run mvn test-compile")) {
      return LISTED
          .matcher(new String(list.readAllBytes(), StandardCharsets.UTF_8))
          .results()
          .map(jar -> jar.group(2))
          .toList();
    }
  }
}
