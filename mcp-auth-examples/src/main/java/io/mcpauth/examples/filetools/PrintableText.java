package io.mcpauth.examples.filetools;

/** Text of unknown origin made safe for one line of a log, a message or a listing. */
final class PrintableText {

  private PrintableText() {}

  /**
   * Writes line breaks, other control characters, direction overrides and lone surrogates as a
   * backslash, a {@code u} and their number in hexadecimal, so that a name can neither forge a log
   * line nor disguise itself.
   */
  static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (isPrintable(point)) {
                shown.appendCodePoint(point);
              } else {
                shown.append(String.format("\\u%04X", point));
              }
            });
    return shown.toString();
  }

  private static boolean isPrintable(int point) {
    boolean overridesDirection =
        (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> !overridesDirection;
    };
  }
}
