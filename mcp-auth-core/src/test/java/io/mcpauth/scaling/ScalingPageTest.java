package io.mcpauth.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds docs/scaling.md to the simulation that it tells of. */
class ScalingPageTest {
  private static final Path PAGE = Path.of("..", "docs", "scaling.md");

  @Test
  void tablesOfThePage_areThoseOfTheSimulation() throws IOException {
    String page = Files.readString(PAGE);
    ScalingTables.all()
        .forEach(
            (name, table) ->
                assertThat(page)
                    .as("the table '%s': what has changed? Then print it with ScalingRun", name)
                    .contains("\n\n" + table + "\n"));
  }

  @Test
  void boundsOfTheFeed_holdWithAHundredNodes() {
    FeedRun run = new FeedRun(100, ScalingTables.BOUNDS);
    for (QueryTimes times : List.of(QueryTimes.NEAR, QueryTimes.SLOW)) {
      FeedRun.Propagation seen = run.propagation(times);
      assertThat(seen.perSecond() / 100).as("queries a second of a node at rest").isLessThan(4);
      assertThat(seen.each().at(0.99)).as("p99 from commit to another node").isLessThan(1_000_000);
    }
  }
}
