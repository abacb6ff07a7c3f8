package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the start prints where Spring Security is in the way. */
class DefaultChainWarningTest {
  @Test
  void printedClass_isThatOfThePage() throws IOException {
    String printed = DefaultChainWarning.chain("/mcp").strip();
    assertThat(Files.readString(Path.of("..", "docs", "spring.md")))
        .contains("```java\npackage com.example.notes;\n\n" + printed + "\n```");
    assertThat(DefaultChainWarning.chain("/")).contains("securityMatcher(\"/**\")");
  }
}
