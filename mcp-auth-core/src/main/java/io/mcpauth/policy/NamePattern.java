package io.mcpauth.policy;

/**
 * The name of a rule: exact, or with {@code *} for any run of characters, also none.
 *
 * @param text as it was written
 * @param literals the number of its characters that are not {@code *}
 */
record NamePattern(String text, int literals) {
  NamePattern(String text) {
    this(text, (int) text.chars().filter(c -> c != '*').count());
  }

  boolean exact() {
    return text.indexOf('*') < 0;
  }

  /**
   * Whether it matches nothing that the other does not match, and says more. Each {@code *} of this
   * one is a character that only a {@code *} of the other takes.
   */
  boolean isNarrowerThan(NamePattern other) {
    return literals > other.literals && other.matches(text);
  }

  /** Whether some name matches both of two patterns, neither of which is exact. */
  boolean overlaps(NamePattern other) {
    return fit(beforeStars(), other.beforeStars(), true)
        && fit(afterStars(), other.afterStars(), false);
  }

  /** A short name that matches this pattern and one that it overlaps. */
  String nameOfBoth(NamePattern other) {
    String start = longer(beforeStars(), other.beforeStars());
    String end = longer(afterStars(), other.afterStars());
    String before = start + between() + other.between();
    for (int shared = Math.min(before.length(), end.length()); shared > 0; shared--) {
      String name = before + end.substring(shared);
      if (matches(name) && other.matches(name)) {
        return name;
      }
    }
    return before + end;
  }

  private String between() {
    return text.substring(text.indexOf('*'), text.lastIndexOf('*')).replace("*", "");
  }

  private static String longer(String one, String other) {
    return one.length() < other.length() ? other : one;
  }

  private String beforeStars() {
    return text.substring(0, text.indexOf('*'));
  }

  private String afterStars() {
    return text.substring(text.lastIndexOf('*') + 1);
  }

  private static boolean fit(String one, String other, boolean atStart) {
    String longer = longer(one, other);
    String shorter = one.length() < other.length() ? one : other;
    return atStart ? longer.startsWith(shorter) : longer.endsWith(shorter);
  }

  /**
   * Whether it matches practically every name: {@code *}, and between stars at both ends a single
   * character, as {@code *e*} has, or no letter and no digit, as {@code *_*}.
   */
  boolean fitsAlmostAll() {
    return text.startsWith("*")
        && text.endsWith("*")
        && (literals < 2 || text.codePoints().noneMatch(Character::isLetterOrDigit));
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
