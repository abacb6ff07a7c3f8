package io.mcpauth.internal.net;

/** An option that is set once: of two values the later would win in silence. */
public final class SetOnce {
  private SetOnce() {}

  /**
   * Requires that an option was not set before.
   *
   * @param unset whether it is so
   * @param what the option, as the message begins with it
   * @throws IllegalArgumentException if it was set; the message says so, and what to do
   */
  public static void require(boolean unset, String what) {
    if (!unset) {
      throw new IllegalArgumentException(what + " is set twice. Set it once.");
    }
  }
}
