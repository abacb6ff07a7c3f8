package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds {@code docs/conformance.md} to what it says about the tests. */
class ConformanceTest {
  /** The tests of a module run in its directory. */
  private static final Path PROJECT = Path.of("..");

  private static final Pattern ROW = Pattern.compile("\\| ([A-Z]-[0-9]{2}) \\|.*");
  private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
  private static final String TESTS = TEST + "(, " + TEST + ")*";
  private static final Pattern SHOWN_BY =
      Pattern.compile(TESTS + "|not yet(: .+)?|application: .+|deviation, " + TESTS);
  private static final List<Row> ROWS = rows();
  private static final List<Path> SOURCES = sources();

  /** One requirement: its id and what stands in the last column. */
  private record Row(String id, String shownBy) {}

  @Test
  void everyTableRow_isARequirement() {
    long lines =
        read(PROJECT.resolve("docs/conformance.md"))
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| # |"))
            .count();
    assertThat(ROWS).hasSize((int) lines).hasSizeGreaterThan(100);
  }

  @Test
  void ids_areUnique() {
    assertThat(ROWS).extracting(Row::id).doesNotHaveDuplicates();
  }

  @Test
  void shownBy_isTestsOrAVerdict() {
    assertThat(ROWS).allSatisfy(row -> assertThat(row.shownBy()).as(row.id()).matches(SHOWN_BY));
  }

  @Test
  void namedTests_exist() {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Row row : ROWS) {
      Matcher test = TEST.matcher(row.shownBy());
      while (test.find()) {
        named++;
        if (!exists(test.group(1), test.group(2))) {
          missing.add(row.id() + " " + test.group());
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(100);
  }

  /** What the server keeps, the threats, and what is tolerated of others: each on its page. */
  @ParameterizedTest
  @CsvSource({"state.md, 7, 10", "security.md, 5, 20", "interoperability.md, 6, 80"})
  void everyBoundAndThreat_isHeldByATest(String page, int cells, int least) {
    List<String> rows =
        read(PROJECT.resolve("docs").resolve(page))
            .lines()
            .filter(
                line -> line.startsWith("| ") && !line.matches("\\| (what|threat|seen with) \\|.*"))
            .filter(line -> line.contains("`") && line.split("\\|", -1).length == cells)
            .toList();
    assertThat(rows).hasSizeGreaterThan(least);
    for (String row : rows) {
      String shownBy = row.split("\\|", -1)[cells - 2].strip();
      assertThat(shownBy).as(row).matches(TESTS);
      Matcher test = TEST.matcher(shownBy);
      while (test.find()) {
        assertThat(exists(test.group(1), test.group(2))).as(test.group()).isTrue();
      }
    }
  }

  /** Else a name would not say which of them is meant. */
  @Test
  void testClasses_haveNamesOfTheirOwn() {
    assertThat(SOURCES)
        .extracting(source -> source.getFileName().toString())
        .filteredOn(name -> name.endsWith("Test.java"))
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(30);
  }

  /** A method that JUnit runs, in the one test class of that name. */
  private static boolean exists(String type, String method) {
    Pattern test =
        Pattern.compile(
            "@(Test|ParameterizedTest)\\b(?:(?!\\bvoid\\b).)*\\bvoid " + method + "\\(",
            Pattern.DOTALL);
    return SOURCES.stream()
        .filter(source -> source.endsWith(type + ".java"))
        .anyMatch(source -> test.matcher(read(source)).find());
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String line : read(PROJECT.resolve("docs/conformance.md")).lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String[] cells = line.split("\\|", -1);
        rows.add(new Row(row.group(1), cells.length == 7 ? cells[5].strip() : "no five columns"));
      }
    }
    return rows;
  }

  private static List<Path> sources() {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("mcp-auth-core", "mcp-auth-servlet", "mcp-auth-examples")) {
      try (Stream<Path> files = Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
