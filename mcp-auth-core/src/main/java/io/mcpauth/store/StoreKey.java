package io.mcpauth.store;

import io.mcpauth.internal.jose.Opaque;

/** Secrets that entries are found by, such as a code or a token, and the keys that hide them. */
public final class StoreKey {
  private static final int SECRET_BYTES = 32;

  private StoreKey() {}

  /** A new secret, such as a code to issue: 256 random bits in base64url, 43 characters. */
  public static String newSecret() {
    return Opaque.random(SECRET_BYTES);
  }

  /**
   * The SHA-256 of a secret in base64url, 43 characters: whoever reads the store cannot present it.
   *
   * <p>Does not slow a guess down: for secrets with 128 random bits or more, not for passwords.
   */
  public static String hash(String secret) {
    return Opaque.hash(secret);
  }
}
