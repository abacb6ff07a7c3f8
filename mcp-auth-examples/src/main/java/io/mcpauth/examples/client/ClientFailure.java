package io.mcpauth.examples.client;

import io.mcpauth.error.ClientException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

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

  /** The OAuth error that a server refused with, or null where it is something else. */
  @Nullable String error() {
    return getCause() instanceof ClientException refused ? refused.error() : null;
  }
}
