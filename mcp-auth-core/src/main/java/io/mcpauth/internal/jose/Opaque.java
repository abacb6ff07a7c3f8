package io.mcpauth.internal.jose;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Random values, and the hashes of texts; in base64url without padding. */
public final class Opaque {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Spares<MessageDigest> DIGESTS = new Spares<>(32);

  private Opaque() {}

  /** That many random bytes. */
  public static String random(int bytes) {
    byte[] value = new byte[bytes];
    RANDOM.nextBytes(value);
    return base64Url(value);
  }

  /** The SHA-256 of a text, in 43 characters. */
  public static String hash(String text) {
    return base64Url(sha256(text));
  }

  /** The SHA-256 of a text in UTF-8. */
  public static byte[] sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The SHA-256 of some bytes. */
  public static byte[] sha256(byte[] bytes) {
    return sha256(bytes, 0, bytes.length);
  }

  /** The SHA-256 of a part of some bytes. */
  public static byte[] sha256(byte[] bytes, int start, int length) {
    MessageDigest spare = DIGESTS.take();
    MessageDigest digest = spare == null ? newSha256() : spare;
    digest.update(bytes, start, length);
    byte[] hash = digest.digest(); // and is as new again
    DIGESTS.giveBack(digest);
    return hash;
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }

  private static String base64Url(byte[] value) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(value);
  }
}
