package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every behaviour on every container, or on those that the environment's {@code CONTAINERS} names.
 * What was run is written to {@code containers/target/containers.md} and held against the page.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerSuite {
  private static final Path TARGET = Path.of("..", "containers", "target");

  /** Two processes at a time keep a small machine busy, and no check waiting. */
  private static final int AT_A_TIME = 2;

  private static final int LIMIT_MINUTES = 10;

  private final List<ContainerRow> asked = asked();
  private final ContainerTable table = new ContainerTable();
  private final Map<ContainerRow, Map<Behaviour, Failure>> failures =
      new EnumMap<>(ContainerRow.class);

  /** What went wrong, null where nothing did. */
  private record Failure(@Nullable Throwable cause) {}

  private static List<ContainerRow> asked() {
    String ids = System.getenv("CONTAINERS");
    return ids == null || ids.isBlank()
        ? List.of(ContainerRow.values())
        : Arrays.stream(ids.strip().split("[\\s,]+", -1)).map(ContainerRow::of).toList();
  }

  @BeforeAll
  void run(@TempDir Path directory) throws Exception {
    Files.createDirectories(TARGET.resolve("logs"));
    ExecutorService lanes = Executors.newFixedThreadPool(AT_A_TIME);
    try (TestIssuer issuer = TestIssuer.start()) {
      List<Future<Map<Behaviour, Failure>>> running = new ArrayList<>();
      asked.forEach(row -> running.add(lanes.submit(() -> run(row, directory, issuer))));
      for (int index = 0; index < asked.size(); index++) {
        ContainerRow row = asked.get(index);
        Map<Behaviour, Failure> ran = running.get(index).get(LIMIT_MINUTES, TimeUnit.MINUTES);
        failures.put(row, ran);
        ran.forEach((behaviour, failure) -> table.put(row, behaviour, failure.cause() == null));
      }
    } finally {
      lanes.shutdownNow();
      Files.write(TARGET.resolve("containers.md"), table.lines());
    }
  }

  /** Whatever a check throws is its verdict, so that the other cells are filled too. */
  @SuppressWarnings("CatchingUnchecked")
  private Map<Behaviour, Failure> run(ContainerRow row, Path directory, TestIssuer issuer) {
    Map<Behaviour, Failure> ran = new EnumMap<>(Behaviour.class);
    Path log = TARGET.resolve("logs").resolve(row.id() + ".log");
    try (RunningContainer container =
        new RunningContainer(
            row, Files.createDirectory(directory.resolve(row.id())), log, issuer)) {
      behaviours(row)
          .forEach(behaviour -> ran.put(behaviour, verdict(behaviour, container.site())));
    } catch (Exception e) {
      behaviours(row).forEach(behaviour -> ran.putIfAbsent(behaviour, new Failure(e)));
    }
    return ran;
  }

  private static Stream<Behaviour> behaviours(ContainerRow row) {
    return Arrays.stream(Behaviour.values()).filter(row::has);
  }

  @SuppressWarnings("CatchingUnchecked")
  private static Failure verdict(Behaviour behaviour, Site site) {
    try {
      Checks.of(behaviour).hold(site);
      return new Failure(null);
    } catch (Exception | AssertionError e) {
      return new Failure(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyBehaviour_holdsOnEveryContainer() {
    List<DynamicTest> cells = new ArrayList<>();
    failures.forEach(
        (row, ran) ->
            ran.forEach(
                (behaviour, failure) ->
                    cells.add(
                        DynamicTest.dynamicTest(
                            row.id() + ": " + behaviour.heading(), () -> held(failure)))));
    return cells.stream();
  }

  private static void held(Failure failure) {
    if (failure.cause() != null) {
      throw new AssertionError("does not hold", failure.cause());
    }
  }

  /** A part of the rows is held to its part of the page, and says which part it was not. */
  @Test
  void tableOfThePage_isWhatWasRun() throws IOException {
    List<String> page = ContainerTable.of(Files.readString(Path.of("..", "docs", "containers.md")));
    List<String> expected = page.stream().map(ContainerTable::withoutNotes).toList();
    List<ContainerRow> left =
        Arrays.stream(ContainerRow.values()).filter(row -> !table.ran(row)).toList();
    if (left.isEmpty()) {
      assertThat(expected).isEqualTo(table.lines());
    } else {
      System.out.println(
          "containers: not run, and not compared with the page: "
              + left.stream().map(ContainerRow::id).toList());
      for (ContainerRow row : asked) {
        assertThat(expected).contains(table.line(row));
      }
    }
  }
}
