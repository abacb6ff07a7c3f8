package io.mcpauth.internal.net;

/**
 * A word that can stand between others in a quoted parameter of a challenge: visible ASCII without
 * quote and backslash, as a scope token (RFC 6749 section 3.3) and one of {@code acr_values} are.
 */
public final class QuotedWord {
  private QuotedWord() {}

  /** Whether a text is one. */
  public static boolean is(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7F || c == '"' || c == '\\') {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
