package io.mcpauth.store;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many nodes serve the same resource, as the operator declared it: nothing else can tell a node
 * that it is not alone. With more than one, what is kept in memory is a warning at start.
 *
 * @param count 1 or more
 */
public record DeclaredNodes(int count) {
  private static final Logger LOG = LoggerFactory.getLogger(DeclaredNodes.class);

  /**
   * That many nodes.
   *
   * @throws IllegalArgumentException if there is none
   */
  public DeclaredNodes {
    if (count < 1) {
      throw new IllegalArgumentException(
          "The number of nodes is " + count + ". Write how many serve the resource, 1 or more.");
    }
  }

  /**
   * Warns in the log where the nodes do not share a store. To be called once for each use of it, at
   * start.
   *
   * @param kept what is kept in it, in the plural, such as {@code registered clients}
   */
  public void expectShared(Store store, String kept) {
    expectShared(store, kept, LOG);
  }

  void expectShared(Store store, String kept, Logger log) {
    String warning =
        warning(
            store.isShared(),
            kept,
            "Write JdbcStore.of(dataSource) with a database that all nodes use: instead of"
                + " Store.inMemory(), or of an H2 within the process.");
    if (warning != null) {
      log.warn("{}", warning);
    }
  }

  /**
   * What to warn of, for what is no {@link Store}; null where all is well.
   *
   * @param kept what is kept, in the plural
   * @param cure what to write instead
   */
  public @Nullable String warning(boolean shared, String kept, String cure) {
    if (count == 1 || shared) {
      return null;
    }
    return count
        + " nodes are declared, and "
        + kept
        + " are kept in the memory of each: those of one node are unknown to the others, and lost"
        + " at its restart. "
        + cure;
  }
}
