package io.mcpauth.store;

import java.io.Serial;

/**
 * A store could not do its work, for now or at all; nothing is said about the entry. The message is
 * for the operator and holds no value and no key.
 */
public final class StoreException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** A failure of the store itself. */
  public StoreException(String message) {
    super(message);
  }

  /** A failure with what the operator should look at. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
