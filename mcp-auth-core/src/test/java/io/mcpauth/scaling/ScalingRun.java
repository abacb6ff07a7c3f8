package io.mcpauth.scaling;

import org.junit.jupiter.api.Test;

/**
 * Prints the tables of docs/scaling.md; not part of {@code verify}, where ScalingPageTest compares
 * them with the page:
 *
 * <pre>mvn -B test -pl mcp-auth-core -Dtest=ScalingRun</pre>
 */
class ScalingRun {
  @Test
  @SuppressWarnings("SystemOut") // the tables are what this is run for
  void tablesOfThePage_arePrinted() {
    ScalingTables.all().forEach((name, table) -> System.out.println(name + "\n" + table));
  }
}
