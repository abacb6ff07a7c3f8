package io.mcpauth.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The member name or string that was read last: where it stands in the text, and what it has. */
final class StringToken {
  private static final int ESCAPE = 1;
  private static final int NUL = 2;
  private static final int LONE_SURROGATE = 4;

  private final byte[] text;
  private int from;
  private int to;

  /** Which of the constants above it has. */
  private int has;

  /** Of a text in valid UTF-8. */
  StringToken(byte[] text) {
    this.text = text;
  }

  /**
   * Reads the string whose opening quote is there.
   *
   * @return where it ends, behind the closing quote; where it has no form, the complement (~) of
   *     the place at which it has none
   */
  int read(int quote) {
    from = quote + 1;
    has = 0;
    int at = plainEnd(from);
    if (at < text.length && text[at] == '\\') {
      has = ESCAPE;
      at = escapedEnd(at);
      if (at < 0) {
        return at;
      }
    }
    to = at;
    return at < text.length && text[at] == '"' ? at + 1 : ~at;
  }

  /** Behind the opening quote. */
  int from() {
    return from;
  }

  /** Before the closing quote. */
  int to() {
    return to;
  }

  /** Whether a part of it is written as an escape. */
  boolean isEscaped() {
    return has != 0;
  }

  /** Whether it has half of a pair, which only an escape can write. */
  boolean hasLoneSurrogate() {
    return (has & LONE_SURROGATE) != 0;
  }

  /** Whether it has a NUL, which only an escape can write. */
  boolean hasNul() {
    return (has & NUL) != 0;
  }

  /** Whether it has more UTF-16 units than that. */
  boolean isLongerThan(int units) {
    // No character takes fewer bytes than it has units; the rest is only asked of hostile texts.
    return to - from > units && text().length() > units;
  }

  /** Its text. */
  String text() {
    if (!isEscaped()) {
      return new String(text, from, to - from, UTF_8);
    }
    byte[] characters = new byte[to - from];
    return new String(characters, 0, unescape(characters, 0), UTF_8);
  }

  /** Its text, which is not made anew where it is one of some names. */
  String text(KnownNames known) {
    String name = isEscaped() ? null : known.find(text, from, to);
    return name == null ? text() : name;
  }

  /**
   * Writes what it means in UTF-8; there have to be no lone surrogates.
   *
   * @param into with room for what it takes in the text
   * @return where what was written ends
   */
  int unescape(byte[] into, int start) {
    int write = start;
    int at = from;
    while (at < to) {
      byte b = text[at++];
      if (b != '\\') {
        into[write++] = b;
        continue;
      }
      byte escape = text[at++];
      if (escape != 'u') {
        into[write++] = meant(escape);
        continue;
      }
      int character = hex(at);
      at += 4;
      if (Character.isSurrogate((char) character)) {
        character = Character.toCodePoint((char) character, (char) hex(at + 2));
        at += 6;
      }
      write = Utf8.write(character, into, write);
    }
    return write;
  }

  /** The first quote, backslash or control character, or the end of the text. */
  private int plainEnd(int start) {
    int at = start;
    while (at <= text.length - Words.SIZE) {
      long ends = Words.ends(Words.at(text, at));
      if (ends != 0) {
        return at + Words.first(ends);
      }
      at += Words.SIZE;
    }
    while (at < text.length && isPlain(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isPlain(byte b) {
    return b != '"' && b != '\\' && (b < 0 || b >= ' ');
  }

  /** The first quote or control character behind an escape, which is no part of the string. */
  private int escapedEnd(int backslash) {
    int at = backslash;
    while (at < text.length && text[at] == '\\') {
      at = escape(at);
      if (at < 0) {
        return at;
      }
      at = plainEnd(at);
    }
    return at;
  }

  /** Behind the escape whose backslash is there, or the complement of where it has no form. */
  private int escape(int backslash) {
    int at = backslash + 1;
    if (at >= text.length || text[at] != 'u') {
      return at < text.length && meant(text[at]) != 0 ? at + 1 : ~at;
    }
    int unit = hex(at + 1);
    if (unit < 0) {
      return ~(at + 1);
    }
    at += 5;
    if (Character.isHighSurrogate((char) unit)) {
      if (isLowSurrogate(at)) {
        return at + 6;
      }
      // RFC 7493 section 2.1: one reader replaces a lone surrogate, another keeps it.
      has |= LONE_SURROGATE;
    } else if (Character.isLowSurrogate((char) unit)) {
      has |= LONE_SURROGATE;
    }
    if (unit == 0) {
      has |= NUL;
    }
    return at;
  }

  private boolean isLowSurrogate(int at) {
    if (at + 1 >= text.length || text[at] != '\\' || text[at + 1] != 'u') {
      return false;
    }
    int unit = hex(at + 2);
    return unit >= 0 && Character.isLowSurrogate((char) unit);
  }

  /** What four digits mean, or -1 where there are not as many. */
  private int hex(int start) {
    if (start + 4 > text.length) {
      return -1;
    }
    int value = 0;
    for (int at = start; at < start + 4; at++) {
      int digit = hexDigit(text[at]);
      if (digit < 0) {
        return -1;
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  private static int hexDigit(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int letter = b | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /** What an escape of one character means (RFC 8259 section 7), or 0 where there is none. */
  private static byte meant(byte escape) {
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> 0;
    };
  }
}
