package io.mcpauth.key;

import io.mcpauth.internal.jose.Opaque;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A key as its owner has it: {@code prefix_id_secret}, and a checksum at the end, by which a typing
 * mistake is told without a look, and scanners of source code know a key from something else.
 *
 * @param id by which it is found, 12 characters
 * @param text all of it
 */
record KeyText(String id, String text) {
  static final int ID_CHARS = 12;

  /** 256 bits. */
  private static final int SECRET_BYTES = 32;

  private static final int SECRET_CHARS = 43;
  private static final int CHECKSUM_CHARS = 6;
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z][A-Za-z0-9]{1,15}");

  /**
   * Requires something that keys can be told by.
   *
   * @throws IllegalArgumentException if it is none
   */
  static void requirePrefix(String prefix) {
    // A JWT begins with "ey" (RFC 7515 section 3.3: the base64url of '{"').
    if (!PREFIX.matcher(prefix).matches() || prefix.startsWith("ey")) {
      throw new IllegalArgumentException(
          "The prefix of keys has to be 2 to 16 letters and digits, a letter first and not 'ey' as"
              + " in a JWT. Write one such as 'acme'.");
    }
  }

  /** A new one. */
  static KeyText fresh(String prefix) {
    String digits = random();
    String id = digits.substring(digits.length() - ID_CHARS); // those in front are not even
    String text = prefix + "_" + id + "_" + random();
    return new KeyText(id, text + checksum(text));
  }

  /** What somebody presents; null where it is no key, as its form and its checksum say. */
  static @Nullable KeyText read(String prefix, String text) {
    int start = prefix.length() + 1;
    int end = start + ID_CHARS;
    int body = end + 1 + SECRET_CHARS;
    if (text.length() != body + CHECKSUM_CHARS
        || !text.startsWith(prefix + "_")
        || text.charAt(end) != '_'
        || !text.substring(body).equals(checksum(text.substring(0, body)))) {
      return null;
    }
    return new KeyText(text.substring(start, end), text);
  }

  /** What is kept of it. */
  String hash() {
    return Opaque.hash(text);
  }

  /** 62^43 is just over 2^256, so that each has the same length. */
  private static String random() {
    byte[] value = Base64.getUrlDecoder().decode(Opaque.random(SECRET_BYTES));
    return digits(new BigInteger(1, value), SECRET_CHARS);
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return digits(BigInteger.valueOf(crc.getValue()), CHECKSUM_CHARS);
  }

  private static String digits(BigInteger number, int length) {
    BigInteger base = BigInteger.valueOf(DIGITS.length());
    StringBuilder digits = new StringBuilder(length);
    BigInteger rest = number;
    for (int i = 0; i < length; i++) {
      BigInteger[] parts = rest.divideAndRemainder(base);
      digits.append(DIGITS.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    return digits.reverse().toString();
  }

  @Override
  public String toString() {
    return "KeyText[" + id + "]"; // the secret stays out of logs
  }
}
