package io.mcpauth.internal.json;

/**
 * Whether bytes are UTF-8 (RFC 3629 section 4): nothing overlong, no surrogate, nothing beyond
 * U+10FFFF, nothing broken off.
 */
final class Utf8 {
  private Utf8() {}

  static boolean isValid(byte[] text) {
    int at = 0;
    while (at < text.length) {
      at = asciiEnd(text, at);
      while (at < text.length && text[at] < 0) {
        at = characterEnd(text, at);
        if (at < 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** U+FEFF first in a valid text. */
  static boolean hasByteOrderMark(byte[] text) {
    return text.length >= 3
        && text[0] == (byte) 0xEF
        && text[1] == (byte) 0xBB
        && text[2] == (byte) 0xBF;
  }

  /** How many UTF-16 units the character has whose first byte this is; 0 for any other byte. */
  static int units(byte b) {
    if (b >= 0) {
      return 1;
    }
    return (b & 0xC0) == 0x80 ? 0 : (b & 0xFF) >= 0xF0 ? 2 : 1;
  }

  /** Writes a character, which is no surrogate, and returns where it ends. */
  static int write(int character, byte[] into, int at) {
    int next = at;
    if (character < 0x80) {
      into[next++] = (byte) character;
      return next;
    }
    if (character < 0x800) {
      into[next++] = (byte) (0xC0 | (character >> 6));
    } else {
      if (character < 0x10000) {
        into[next++] = (byte) (0xE0 | (character >> 12));
      } else {
        into[next++] = (byte) (0xF0 | (character >> 18));
        into[next++] = continuation(character >> 12);
      }
      into[next++] = continuation(character >> 6);
    }
    into[next++] = continuation(character);
    return next;
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }

  private static int asciiEnd(byte[] text, int from) {
    int at = from;
    while (at <= text.length - Words.SIZE) {
      long beyond = Words.beyondAscii(Words.at(text, at));
      if (beyond != 0) {
        return at + Words.first(beyond);
      }
      at += Words.SIZE;
    }
    while (at < text.length && text[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Behind the character beyond ASCII that begins there, or -1 where it is none. */
  private static int characterEnd(byte[] text, int at) {
    int lead = text[at] & 0xFF;
    if (lead < 0xE0) {
      return lead >= 0xC2 && continues(text, at + 1) ? at + 2 : -1;
    }
    if (at + 2 >= text.length) {
      return -1;
    }
    int second = text[at + 1] & 0xFF;
    if (lead < 0xF0) {
      boolean fits = lead == 0xE0 ? second >= 0xA0 : lead != 0xED || second < 0xA0;
      return fits && continues(text, at + 1) && continues(text, at + 2) ? at + 3 : -1;
    }
    boolean fits = lead == 0xF0 ? second >= 0x90 : lead < 0xF4 || (lead == 0xF4 && second < 0x90);
    return fits && continues(text, at + 1) && continues(text, at + 2) && continues(text, at + 3)
        ? at + 4
        : -1;
  }

  private static boolean continues(byte[] text, int at) {
    return at < text.length && (text[at] & 0xC0) == 0x80;
  }
}
