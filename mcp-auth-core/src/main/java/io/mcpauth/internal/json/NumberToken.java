package io.mcpauth.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The number that was read last. */
final class NumberToken {
  /** No number that means anything here is longer; bounds the cost of parsing one. */
  private static final int MAX_DIGITS = 64;

  /** Three times what a double has; what expands a number stays cheap. */
  private static final int MAX_SCALE = 1000;

  /** Whatever is as long fits a long, with a sign or without. */
  private static final int SURELY_LONG = 18;

  private final byte[] text;
  private int from;
  private int to;
  private int digits;
  private boolean integer;

  NumberToken(byte[] text) {
    this.text = text;
  }

  /**
   * Reads the number that begins there (RFC 8259 section 6).
   *
   * @return where it ends; where it has no form, the complement (~) of the place at which it has
   *     none
   */
  int read(int start) {
    from = start;
    int first = text[start] == '-' ? start + 1 : start;
    int end = digitsEnd(first);
    if (end == first) {
      return ~first;
    }
    if (text[first] == '0' && end > first + 1) {
      return ~(first + 1);
    }
    digits = end - first;
    integer = true;
    if (end < text.length && (text[end] == '.' || (text[end] | 0x20) == 'e')) {
      integer = false;
      end = fractionEnd(end);
    }
    to = end;
    return end;
  }

  /** Whether it has more digits than are read. */
  boolean isTooLong() {
    return digits > MAX_DIGITS;
  }

  /** As it is written. */
  String text() {
    return new String(text, from, to - from, ISO_8859_1);
  }

  /**
   * A {@code Long} where it is an integer of at most 18 characters, else a {@code BigDecimal}; null
   * where its exponent is out of range.
   */
  @Nullable Number value() {
    if (integer && to - from <= SURELY_LONG) {
      return shortInteger();
    }
    try {
      BigDecimal exact = new BigDecimal(text());
      return exact.scale() >= -MAX_SCALE && exact.scale() <= MAX_SCALE ? exact : null;
    } catch (NumberFormatException e) {
      return null; // An exponent that no int holds. Where that begins depends on the Java.
    }
  }

  /** Its value where it is written as an integer and a {@code long} holds it, else null. */
  @Nullable Long integer() {
    if (!integer) {
      return null;
    }
    if (to - from <= SURELY_LONG) {
      return shortInteger();
    }
    try {
      return Long.valueOf(text());
    } catch (NumberFormatException e) {
      return null; // beyond a long
    }
  }

  private long shortInteger() {
    boolean negative = text[from] == '-';
    long value = 0;
    for (int at = negative ? from + 1 : from; at < to; at++) {
      value = value * 10 + (text[at] - '0');
    }
    return negative ? -value : value;
  }

  private int fractionEnd(int start) {
    int end = start;
    if (text[end] == '.') {
      int fraction = end + 1;
      end = digitsEnd(fraction);
      if (end == fraction) {
        return ~end;
      }
      digits += end - fraction;
    }
    if (end < text.length && (text[end] | 0x20) == 'e') {
      boolean signed = end + 1 < text.length && (text[end + 1] == '+' || text[end + 1] == '-');
      int exponent = signed ? end + 2 : end + 1;
      end = digitsEnd(exponent);
      if (end == exponent) {
        return ~end;
      }
      digits += end - exponent;
    }
    return end;
  }

  private int digitsEnd(int start) {
    int at = start;
    while (at < text.length && isDigit(text[at])) {
      at++;
    }
    return at;
  }

  static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }
}
