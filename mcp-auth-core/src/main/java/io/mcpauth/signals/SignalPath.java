package io.mcpauth.signals;

import java.util.regex.Pattern;

/** Where a signal is received, within the web application: one path in one spelling. */
final class SignalPath {
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._~-]+)+");

  private SignalPath() {}

  /**
   * A path as it is configured.
   *
   * @throws IllegalArgumentException if it is none; the message says what to write
   */
  static String checked(String path) {
    boolean dots = path.contains("/./") || path.contains("/../") || path.matches(".*/[.]{1,2}");
    if (!PATH.matcher(path).matches() || dots || path.startsWith("/.well-known/")) {
      throw new IllegalArgumentException(
          "'"
              + path
              + "' is no path for signals. Write one such as '/backchannel-logout', of letters,"
              + " digits, dots, hyphens and underscores, outside of /.well-known/ and without a"
              + " slash at its end.");
    }
    return path;
  }
}
