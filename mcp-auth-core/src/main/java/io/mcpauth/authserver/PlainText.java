package io.mcpauth.authserver;

import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a stranger calls himself fit to be shown to people. Characters that hide, reverse or
 * end a line are taken out; a text with markup, or too long for a page, is none: no name has
 * markup, and what is left of either after cleaning says something that nobody wrote. Angle
 * brackets that begin no tag become blanks. Pages escape the text all the same.
 */
final class PlainText {
  static final int MAX_LENGTH = 200;

  /**
   * What hidden characters and blanks may add. Asked first: to normalise a text costs the square of
   * its length where it is all combining marks.
   */
  private static final int MAX_RAW_LENGTH = 10 * MAX_LENGTH;

  /** Controls, formats (bidi overrides, joiners, tags), surrogates, private use, unassigned. */
  private static final Pattern HIDDEN =
      Pattern.compile(
          "[\\p{C}&&[^\\t\\n\\r]]|[\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}"
              + "\\x{2800}\\x{3164}\\x{FE00}-\\x{FE0F}\\x{FFA0}\\x{E0100}-\\x{E01EF}]");

  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}<>]+");

  /** The start of a tag, a comment or a declaration, or a character reference. */
  private static final Pattern MARKUP =
      Pattern.compile("(?i)<[/!?a-z]|&(?:#[0-9x]|[a-z][a-z0-9]*;)|javascript\\s*:");

  private PlainText() {}

  /**
   * The text to keep; null where nothing of it can be seen, and for markup and for what is longer
   * than {@link #MAX_LENGTH} characters.
   */
  static @Nullable String of(String text) {
    if (text.length() > MAX_RAW_LENGTH) {
      return null;
    }
    String visible = HIDDEN.matcher(text).replaceAll("");
    // Compatibility forms, such as the full-width bracket, are what some later step makes of them.
    if (MARKUP.matcher(Normalizer.normalize(visible, Normalizer.Form.NFKC)).find()) {
      return null;
    }
    String plain =
        BLANKS.matcher(Normalizer.normalize(visible, Normalizer.Form.NFC)).replaceAll(" ").strip();
    return plain.isEmpty() || plain.length() > MAX_LENGTH ? null : plain;
  }
}
