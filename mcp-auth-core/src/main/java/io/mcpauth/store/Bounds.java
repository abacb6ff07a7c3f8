package io.mcpauth.store;

import java.time.Instant;

/** What a collection, a key, a group, a value and an end may be, in every store alike. */
final class Bounds {
  static final int MAX_COLLECTION_CHARS = 64;
  static final int MAX_KEY_CHARS = 255;
  static final int MAX_VALUE_BYTES = 64 * 1024;
  static final int MAX_PAGE = 1_000;

  /** The end of the year 9999, in milliseconds of the epoch. */
  private static final long LAST_MILLIS = 253_402_300_799_999L;

  private Bounds() {}

  /** Whether an entry may have it. Messages never quote a key: it may be a secret all the same. */
  static boolean isKey(String key) {
    return !key.isEmpty() && isName(key, MAX_KEY_CHARS);
  }

  static void requireCollection(String collection) {
    if (collection.isEmpty() || !isName(collection, MAX_COLLECTION_CHARS)) {
      throw wrong("collection", collection, "1 to 64 characters of printable ASCII");
    }
  }

  static void requireKey(String key) {
    if (!isKey(key)) {
      throw wrong("key", key, "1 to 255 characters of printable ASCII, such as StoreKey.hash");
    }
  }

  static void requireGroup(String group) {
    if (!isName(group, MAX_KEY_CHARS)) {
      throw wrong("group", group, "at most 255 characters of printable ASCII");
    }
  }

  /** One that can be removed. */
  static void requireNamedGroup(String group) {
    requireGroup(group);
    if (group.isEmpty()) {
      throw wrong("group", group, "that of the entries; an empty one stands for none");
    }
  }

  /** A key, or empty for the first page; and how long a page may be. */
  static void requirePage(String afterKey, int most) {
    if (!afterKey.isEmpty()) {
      requireKey(afterKey);
    }
    if (most < 1 || most > MAX_PAGE) {
      throw new IllegalArgumentException(
          "A page of " + most + " entries cannot be read. Write 1 to " + MAX_PAGE + ".");
    }
  }

  /** No NUL and no lone surrogate: databases refuse the one, and change the other. */
  static void requireValue(String value) {
    long bytes = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        throw wrong("value", value, "text without NUL and lone surrogates");
      } else {
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    if (bytes > MAX_VALUE_BYTES) {
      throw wrong("value", value, "at most 65536 bytes of UTF-8");
    }
  }

  /** In milliseconds of the epoch, never later than the instant. */
  static long millis(Instant end) {
    if (end.isAfter(Instant.ofEpochMilli(LAST_MILLIS))) {
      return LAST_MILLIS;
    }
    return end.isBefore(Instant.EPOCH) ? 0 : end.toEpochMilli();
  }

  private static boolean isName(String text, int most) {
    return text.length() <= most && text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
  }

  private static IllegalArgumentException wrong(String what, String text, String instead) {
    return new IllegalArgumentException(
        "A "
            + what
            + " of "
            + text.length()
            + " characters cannot be stored as it is. Write "
            + instead
            + ".");
  }
}
