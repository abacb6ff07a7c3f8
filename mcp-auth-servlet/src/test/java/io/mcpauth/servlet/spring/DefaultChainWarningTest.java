package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the start prints where Spring Security is in the way. */
class DefaultChainWarningTest {
  @Test
  void printedClasses_areThoseOfThePage() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "spring.md"));
    assertThat(DefaultChainWarning.classes("/mcp", "com.example.notes"))
        .hasSize(2)
        .allSatisfy(printed -> assertThat(page).contains("```java\n" + printed + "```"));
    assertThat(DefaultChainWarning.classes("/", "a").get(0)).contains("securityMatcher(\"/**\")");
  }
}
