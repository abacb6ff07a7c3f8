package io.mcpauth.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/troubleshooting.md to the reason codes. */
class TroubleshootingPageTest {
  private static final Path PAGE = Path.of("..", "docs", "troubleshooting.md");
  private static final Pattern ENTRY =
      Pattern.compile(
          "^### (\\S+)\n\\*Cause\\.\\* (.+)\n\n\\*Cure\\.\\* (.+)\n", Pattern.MULTILINE);
  private static final Pattern HEADING = Pattern.compile("^### (.*)$", Pattern.MULTILINE);

  @Test
  void everyReasonCode_hasOneEntryWithCauseAndCure() throws IOException {
    assertThat(entries().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ReasonCode.values()).map(Enum::name).toList());
  }

  @Test
  void everyEntry_isComplete() throws IOException {
    long headings = HEADING.matcher(Files.readString(PAGE)).results().count();
    assertThat(headings).isEqualTo(ReasonCode.values().length);
    entries()
        .forEach(
            (code, texts) ->
                assertThat(texts)
                    .as(code)
                    .allSatisfy(text -> assertThat(text).hasSizeGreaterThan(12)));
  }

  private static Map<String, List<String>> entries() throws IOException {
    Map<String, List<String>> entries = new LinkedHashMap<>();
    Matcher entry = ENTRY.matcher(Files.readString(PAGE));
    while (entry.find()) {
      List<String> twice = entries.put(entry.group(1), List.of(entry.group(2), entry.group(3)));
      assertThat(twice).as("another entry for %s", entry.group(1)).isNull();
    }
    return entries;
  }
}
