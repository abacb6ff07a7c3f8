package io.mcpauth.store;

/**
 * A store, and what has to be closed when it is needed no more, such as the connections of a pool.
 * Whoever opened it closes it. It may be closed twice.
 */
public final class OpenStore implements AutoCloseable {
  private final Store store;
  private final Runnable closing;

  private OpenStore(Store store, Runnable closing) {
    this.store = store;
    this.closing = closing;
  }

  /**
   * A store that is closed so.
   *
   * @param closing what may be run more than once
   */
  public static OpenStore of(Store store, Runnable closing) {
    return new OpenStore(store, closing);
  }

  /** A store that somebody else closes, or that needs no closing. */
  public static OpenStore of(Store store) {
    return new OpenStore(store, () -> {});
  }

  /** The store, which fails once it is closed. */
  public Store store() {
    return store;
  }

  @Override
  public void close() {
    closing.run();
  }

  @Override
  public String toString() {
    return "Open" + store;
  }
}
