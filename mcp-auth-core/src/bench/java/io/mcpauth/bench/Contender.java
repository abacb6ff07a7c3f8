package io.mcpauth.bench;

import org.jspecify.annotations.Nullable;

/** One of those that are compared: an operation that is run again and again. */
interface Contender {
  /** Runs it once; what it returns is kept from being optimised away. */
  @Nullable Object run() throws Exception;

  /** Gets ready for a slice, outside of what is measured. */
  default void prepare() throws Exception {}

  /** The most runs of a slice. */
  default int most() {
    return Integer.MAX_VALUE;
  }

  /** How many operations a run is. */
  default int operations() {
    return 1;
  }
}
