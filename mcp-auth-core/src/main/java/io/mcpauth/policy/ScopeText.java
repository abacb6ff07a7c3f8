package io.mcpauth.policy;

/**
 * What people read of a scope.
 *
 * @param name in a few words, such as {@code Read your files}
 * @param description in a sentence or two, or empty
 */
public record ScopeText(String name, String description) {
  private static final int LONGEST_NAME = 80;
  private static final int LONGEST_DESCRIPTION = 300;

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if the name is blank or longer than 80 characters, the
   *     description longer than 300, or one has control characters
   */
  public ScopeText {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "The name of a scope is blank. Write a few words, such as 'Read your files'.");
    }
    require(name, "name", LONGEST_NAME);
    require(description, "description", LONGEST_DESCRIPTION);
  }

  private static void require(String text, String what, int longest) {
    if (text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " of a scope is longer than "
              + longest
              + " characters, or has control characters. Write it in one line.");
    }
  }
}
