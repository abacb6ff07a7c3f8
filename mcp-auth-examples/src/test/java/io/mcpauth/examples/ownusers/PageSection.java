package io.mcpauth.examples.ownusers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands under a heading of the page.
 *
 * @param title without the signs of the heading; empty for what comes before the first
 */
record PageSection(String title, List<Block> blocks, List<List<String>> rows) {
  private static final Path PAGE = Path.of("..", "docs", "own-users.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");

  /**
   * Code of the page.
   *
   * @param language {@code console}, {@code sql}, ...
   */
  record Block(String language, String text) {}

  /** All of the page, in its order. */
  static Map<String, PageSection> all() throws IOException {
    Map<String, PageSection> sections = new LinkedHashMap<>();
    for (String part : Files.readString(PAGE).split("(?m)^## ", -1)) {
      String title = sections.isEmpty() ? "" : part.lines().findFirst().orElseThrow();
      assertThat(sections.put(title, of(title, part))).as(title).isNull();
    }
    return sections;
  }

  private static PageSection of(String title, String part) {
    List<Block> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(part);
    while (block.find()) {
      blocks.add(new Block(block.group(1), block.group(2)));
    }
    List<List<String>> rows =
        BLOCK
            .matcher(part)
            .replaceAll("")
            .lines()
            .filter(line -> line.startsWith("| "))
            .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
            .map(cells -> cells.subList(1, cells.size() - 1))
            .toList();
    return new PageSection(title, blocks, rows);
  }

  /** The blocks of a language. */
  List<String> code(String language) {
    return blocks.stream()
        .filter(block -> block.language().equals(language))
        .map(Block::text)
        .toList();
  }

  /** The rows of its tables whose first cell is code. */
  List<List<String>> codeRows() {
    return rows.stream().filter(row -> row.get(0).startsWith("`")).toList();
  }

  /** A cell without the signs of code. */
  static String plain(String cell) {
    return cell.replace("`", "");
  }
}
