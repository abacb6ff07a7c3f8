package io.mcpauth.internal.json;

import java.security.SecureRandom;

/**
 * A number of a member name that differs for different names, but for chance. Its secret is drawn
 * anew in each process, so that nobody can write names that have one number.
 */
final class NameHash {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long START = RANDOM.nextLong();

  /** Odd, so that multiplying loses nothing. */
  private static final long FACTOR = RANDOM.nextLong() | 1;

  private static final long LAST_FACTOR = RANDOM.nextLong() | 1;

  private NameHash() {}

  static int of(byte[] text, int from, int to) {
    long hash = START + (to - from);
    int at = from;
    while (at <= to - Words.SIZE) {
      hash = mixed(hash ^ Words.at(text, at), FACTOR);
      at += Words.SIZE;
    }
    if (at < to) {
      hash = mixed(hash ^ rest(text, at, to), FACTOR);
    }
    // Once more: after one round, names that differ in a few bytes lie in rows.
    return (int) (mixed(hash, LAST_FACTOR) >>> Integer.SIZE);
  }

  /** Both halves of the product: each bit depends on every bit of the word. */
  private static long mixed(long word, long factor) {
    return (word * factor) ^ Math.multiplyHigh(word, factor);
  }

  /** Fewer than eight bytes, as a word that is filled up with zeros. */
  private static long rest(byte[] text, int from, int to) {
    if (from <= text.length - Words.SIZE) {
      return Words.at(text, from) & (-1L >>> (Byte.SIZE * (Words.SIZE - (to - from))));
    }
    long word = 0;
    for (int at = to - 1; at >= from; at--) {
      word = (word << Byte.SIZE) | (text[at] & 0xFF);
    }
    return word;
  }
}
