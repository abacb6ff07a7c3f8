package io.mcpauth.policy;

/**
 * The name of a rule: exact, or with {@code *} for any run of characters, also none.
 *
 * @param text as it was written
 */
record NamePattern(String text) {
  boolean exact() {
    return text.indexOf('*') < 0;
  }

  /** The number of characters that are not {@code *}: of two patterns the longer is narrower. */
  int literals() {
    return (int) text.chars().filter(c -> c != '*').count();
  }

  boolean matches(String name) {
    int star = -1;
    int retry = 0;
    int at = 0;
    int i = 0;
    while (i < name.length()) {
      if (at < text.length() && text.charAt(at) == '*') {
        star = at++;
        retry = i;
      } else if (at < text.length() && text.charAt(at) == name.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1; // let the last star take one character more
        i = ++retry;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == '*') {
      at++;
    }
    return at == text.length();
  }
}
