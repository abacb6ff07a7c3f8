package io.mcpauth.internal.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of a text looked at together: most bytes of a text are plain characters of strings,
 * and to look at each of them alone is most of what reading costs.
 *
 * <p>A word has the first byte lowest. A mark is the highest bit of a byte's place in it; those
 * above the first mark may be wrong, as subtraction borrows from them.
 */
final class Words {
  /** How many bytes a word has. */
  static final int SIZE = Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = 0x0101010101010101L;
  private static final long HIGHEST = 0x8080808080808080L;

  private Words() {}

  /** The word that begins there; there have to be eight bytes. */
  static long at(byte[] text, int offset) {
    return (long) LONGS.get(text, offset);
  }

  /** Marks the bytes beyond ASCII, every one rightly. */
  static long beyondAscii(long word) {
    return word & HIGHEST;
  }

  /** Marks what ends the plain part of a string: quote, backslash, control character. */
  static long ends(long word) {
    long quote = word ^ ('"' * EACH);
    long backslash = word ^ ('\\' * EACH);
    return (((quote - EACH) & ~quote)
            | ((backslash - EACH) & ~backslash)
            | ((word - ' ' * EACH) & ~word))
        & HIGHEST;
  }

  /** Which byte has the first mark. */
  static int first(long marks) {
    return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
  }
}
