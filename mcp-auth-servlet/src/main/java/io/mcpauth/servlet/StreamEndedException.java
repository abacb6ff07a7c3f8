package io.mcpauth.servlet;

import java.io.IOException;

/** A write to a response that has ended. */
final class StreamEndedException extends IOException {
  private static final long serialVersionUID = 1L;

  StreamEndedException() {
    super(
        "The response has ended: it was completed, its caller's token is over or was cut off, or"
            + " the application stops. Nothing can be written to it any more.");
  }

  /** Whether a failure goes back to such a write. */
  static boolean caused(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (cause instanceof StreamEndedException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
