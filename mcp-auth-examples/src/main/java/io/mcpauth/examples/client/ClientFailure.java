package io.mcpauth.examples.client;

import java.io.Serial;

/**
 * The client cannot go on. The message is for whoever runs it, on one line and without a secret.
 */
public final class ClientFailure extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Says why.
   *
   * @param message for whoever runs the client
   */
  public ClientFailure(String message) {
    super(message);
  }

  /** What a primitive of the library refused or was refused: its message is made to be read. */
  ClientFailure(Exception cause) {
    super(cause.getMessage(), cause);
  }
}
