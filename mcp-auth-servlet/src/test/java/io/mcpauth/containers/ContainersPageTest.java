package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code docs/containers.md} has what the container suite has. Running that is another matter. */
class ContainersPageTest {
  private static final Path TOP = Path.of("..");
  private static final Path DRIVERS = TOP.resolve("containers/drivers");

  @Test
  void rowsAndColumns_areThoseOfTheSuite() throws IOException {
    List<String> table = ContainerTable.of(page());
    assertThat(table).hasSize(2 + ContainerRow.values().length);
    assertThat(table.get(1)).isEqualTo(ContainerTable.ruler());
    assertThat(table.subList(2, table.size()))
        .extracting(line -> cells(line).get(0))
        .containsExactly(
            Arrays.stream(ContainerRow.values()).map(ContainerRow::title).toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource(ContainerRow.class)
  void cells_areGreenOrSayThatTheyWereNotRun(ContainerRow row) throws IOException {
    List<String> cells =
        cells(
            ContainerTable.of(page()).stream()
                .filter(line -> line.startsWith("| " + row.title() + " |"))
                .findFirst()
                .orElseThrow());
    assertThat(cells).hasSize(1 + Behaviour.values().length);
    Behaviour[] behaviours = Behaviour.values();
    for (int index = 0; index < behaviours.length; index++) {
      Behaviour behaviour = behaviours[index];
      String cell = cells.get(1 + index);
      assertThat(ContainerTable.withoutNotes(cell))
          .isIn(ContainerTable.good(row, behaviour), ContainerTable.NOT_RUN);
      if (row.ways().limit(behaviour)) {
        assertThat(cell).as("which part").matches(ContainerTable.IN_PART + " \\[\\d+]");
      }
    }
  }

  @Test
  void notes_areThereForEachReferenceAndForNothingElse() throws IOException {
    String page = page();
    List<String> used =
        ContainerTable.of(page).stream().flatMap(line -> find("\\[(\\d+)]", line)).toList();
    assertThat(find("(?m)^(\\d+)\\. ", page.substring(page.indexOf("\n### Notes\n"))))
        .containsExactlyInAnyOrderElementsOf(used.stream().distinct().toList());
  }

  @ParameterizedTest
  @EnumSource(Behaviour.class)
  void legend_hasEachBehaviour(Behaviour behaviour) throws IOException {
    assertThat(page()).contains("- **" + behaviour.heading() + "**: " + behaviour.meaning() + ".");
  }

  @ParameterizedTest
  @EnumSource(ContainerRow.class)
  void versionOfTheTitle_isThatOfThePom(ContainerRow row) throws IOException {
    Path pom = TOP.resolve("containers/rows").resolve(row.classPath()).resolve("pom.xml");
    String version = find("(\\d+\\.\\d\\S*)", row.title()).findFirst().orElseThrow();
    assertThat(Files.readString(pom)).contains("<version>" + version + "</version>");
    assertThat(DRIVERS.resolve(row.driver() + ".java")).isRegularFile();
  }

  @Test
  void jettyOfEachRow_isThatOfTheBuild() throws IOException {
    String build = Files.readString(TOP.resolve("pom.xml"));
    String version =
        find("<jetty\\.version>(.*)</jetty\\.version>", build).findFirst().orElseThrow();
    for (ContainerRow row : ContainerRow.values()) {
      String pom =
          Files.readString(TOP.resolve("containers/rows").resolve(row.classPath() + "/pom.xml"));
      assertThat(find("(?s)<groupId>org\\.eclipse\\.jetty[^<]*.*?<version>(.*?)</version>", pom))
          .as(row.id())
          .hasSizeGreaterThanOrEqualTo(row.title().contains("Jetty") ? 1 : 0)
          .allMatch(version::equals);
    }
  }

  /** What the page shows stands in a driver or a WAR, line by line. */
  @Test
  void code_isThatOfTheDrivers() throws IOException {
    List<String> blocks = find("(?s)```(?:java|xml)\\n(.*?)\\n```", page()).toList();
    assertThat(blocks).hasSizeGreaterThan(4);
    for (String block : blocks) {
      List<String> quoted = stripped(block);
      assertThat(sources()).as(block).anyMatch(source -> stripped(source).containsAll(quoted));
    }
  }

  private static List<String> stripped(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (Path directory : List.of(DRIVERS, TOP.resolve("containers/war"))) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          sources.add(Files.readString(file));
        }
      }
    }
    return sources;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
        .map(String::strip)
        .toList();
  }

  private static Stream<String> find(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> group(found));
  }

  private static String group(MatchResult found) {
    return found.group(1);
  }

  private static String page() throws IOException {
    return Files.readString(TOP.resolve("docs/containers.md"));
  }
}
