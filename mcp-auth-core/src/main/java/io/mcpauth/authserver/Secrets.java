package io.mcpauth.authserver;

import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.store.StoreKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Random values, and the hashes that are kept of them. */
final class Secrets {
  private static final int ID_BYTES = 18;
  private static final int SECRET_BYTES = 32;

  private Secrets() {}

  /** 144 random bits: not a secret, but not to be guessed either (RFC 7591 section 5). */
  static String newClientId() {
    return Opaque.random(ID_BYTES);
  }

  /** 256 random bits, in 43 characters. */
  static String newSecret() {
    return Opaque.random(SECRET_BYTES);
  }

  /** Enough for what is random, where a password would need more. */
  static String hash(String value) {
    return StoreKey.hash(value);
  }

  /** In constant time; a missing hash costs the same and equals nothing. */
  static boolean matches(@Nullable String hash, String presented) {
    String expected = hash == null ? "" : hash;
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        hash(presented).getBytes(StandardCharsets.US_ASCII));
  }
}
