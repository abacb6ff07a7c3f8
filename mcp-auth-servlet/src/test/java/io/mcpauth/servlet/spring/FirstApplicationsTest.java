package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The applications that {@code docs/spring.md} prints are those that are run. */
class FirstApplicationsTest {
  private static final Path PAGE = Path.of("..", "docs", "spring.md");
  private static final Path APPLICATIONS = Path.of("..", "mcp-auth-examples", "apps");
  private static final Path ROWS = Path.of("..", "containers", "rows");
  private static final String OTHER_LINE =
      "write `3.5.16` and `1.1.8` in place of `4.1.2` and `2.0.1`, and in the code below"
          + " `org.springaicommunity.mcp.annotation` in place of"
          + " `org.springframework.ai.mcp.annotation`. All else is the same.";
  private static final Pattern BLOCK = Pattern.compile("(?s)```(xml|properties|java)\n(.*?)```");
  private static final Pattern CLASS = Pattern.compile("(?m)^(public )?class (\\w+)");

  private static String otherLine(String code) {
    return code.replace("4.1.2", "3.5.16")
        .replace("2.0.1", "1.1.8")
        .replace("org.springframework.ai.mcp.annotation", "org.springaicommunity.mcp.annotation");
  }

  /** The files of an application, as the page has them: the first of each name. */
  private static Map<String, String> printed() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (Matcher block = BLOCK.matcher(Files.readString(PAGE)); block.find(); ) {
      String code = block.group(2);
      switch (block.group(1)) {
        case "xml" -> files.putIfAbsent("pom.xml", code);
        case "properties" -> files.putIfAbsent("src/main/resources/application.properties", code);
        default -> {
          Matcher named = CLASS.matcher(code);
          assertThat(named.find()).isTrue();
          String name = named.group(2);
          String kind = name.endsWith("Test") ? "test" : "main";
          files.putIfAbsent("src/%s/java/com/example/notes/%s.java".formatted(kind, name), code);
        }
      }
    }
    files.remove("src/main/java/com/example/notes/McpSecurity.java"); // where Spring Security is
    return files;
  }

  private static Map<String, String> written(String application) throws IOException {
    Path directory = APPLICATIONS.resolve(application);
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(directory)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString().replace('\\', '/');
        if (!name.startsWith("target/")) {
          files.put(name, Files.readString(file));
        }
      }
    }
    return files;
  }

  @Test
  void bootFour_isWhatThePagePrints() throws IOException {
    assertThat(printed()).hasSize(5);
    assertThat(written("boot-4")).isEqualTo(printed());
  }

  @Test
  void bootThree_isTheSameButForWhatThePageNames() throws IOException {
    assertThat(Files.readString(PAGE)).contains(OTHER_LINE);
    Map<String, String> expected = printed();
    expected.replaceAll((name, code) -> otherLine(code));
    assertThat(expected).isNotEqualTo(printed());
    assertThat(written("boot-3")).isEqualTo(expected);
  }

  @Test
  void versions_areThoseOfTheContainers() throws IOException {
    assertThat(Files.readString(ROWS.resolve("boot-4-ai").resolve("pom.xml")))
        .contains("<version>4.1.2</version>", "<version>2.0.1</version>");
    assertThat(Files.readString(ROWS.resolve("boot-3-ai").resolve("pom.xml")))
        .contains("<version>3.5.16</version>", "<version>1.1.8</version>");
  }
}
