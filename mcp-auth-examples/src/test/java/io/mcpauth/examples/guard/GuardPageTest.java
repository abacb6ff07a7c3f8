package io.mcpauth.examples.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/guard.md} against the code. */
class GuardPageTest {
  private static final Path PAGE = Path.of("..", "docs", "guard.md");

  private static Set<String> firstCells(String heading) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("## " + heading + "\n");
    assertThat(start).as("the section " + heading).isNotNegative();
    int end = page.indexOf("\n## ", start);
    Matcher cell =
        Pattern.compile("(?m)^\\| `([^`]+)` \\|")
            .matcher(page.substring(start, end < 0 ? page.length() : end));
    Set<String> cells = new TreeSet<>();
    while (cell.find()) {
      assertThat(cells.add(cell.group(1))).as("one row for " + cell.group(1)).isTrue();
    }
    return cells;
  }

  @Test
  void tableOfSettings_hasWhatIsReadAndNothingElse() throws IOException {
    Set<String> own = new TreeSet<>();
    for (GuardSetting setting : GuardSetting.values()) {
      own.add(setting.key());
    }
    assertThat(firstCells("Settings")).isEqualTo(own);
  }

  @Test
  void everyNameOnThePage_isASetting() throws IOException {
    Set<String> known = new TreeSet<>();
    Stream.<Settings.Key[]>of(GuardSetting.values(), Setting.values())
        .flatMap(Stream::of)
        .forEach(
            key -> {
              known.add(key.key());
              if (key.secret()) {
                known.add(key.key() + "_FILE");
              }
            });
    assertThat(
            Pattern.compile("(MCP_AUTH|GUARD|OAUTH)_[A-Z_]*[A-Z]")
                .matcher(Files.readString(PAGE))
                .results()
                .map(MatchResult::group))
        .isNotEmpty()
        .isSubsetOf(known);
  }

  @Test
  void tableOfAnswers_hasEveryFault() throws IOException {
    Set<String> faults = new TreeSet<>();
    for (TargetFault fault : TargetFault.values()) {
      faults.add(fault.name().toLowerCase(Locale.ROOT));
    }
    assertThat(firstCells("Answers of its own")).isEqualTo(faults);
  }

  /** The names in the first cells of the table below a heading. */
  private static List<String> listed(String heading) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("\n### " + heading + "\n");
    assertThat(start).as("the section " + heading).isNotNegative();
    return Pattern.compile("(?m)^\\| `([^`]+)`((?:, `[^`]+`)*) \\|")
        .matcher(page.substring(start, page.indexOf("\n#", start + 1)))
        .results()
        .flatMap(row -> Stream.of((row.group(1) + row.group(2)).replace("`", "").split(", ", -1)))
        .toList();
  }

  @Test
  void lists_haveTheHeadersThatPassAndNoOthers() throws IOException {
    List<String> request = new ArrayList<>(RequestHeaders.STANDARD);
    request.addAll(List.of("Mcp-Method", "Mcp-Name", "Mcp-Param-*"));
    assertThat(listed("Headers of a request")).containsExactlyInAnyOrderElementsOf(request);
    assertThat(listed("Headers of an answer"))
        .containsExactlyInAnyOrderElementsOf(ResponseHeaders.STANDARD);
  }

  @Test
  void page_namesTheErrorCodeAndTheDefaults() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains(Integer.toString(TargetFault.ERROR_CODE))
        .contains("| `PORT` | ")
        .contains("`3000`")
        .contains("`300`");
  }
}
