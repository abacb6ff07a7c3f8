package io.mcpauth.examples.authserver;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2), slow on purpose, so
 * that whoever reads it has to guess slowly.
 */
final class PasswordHash {
  /** As the OWASP Password Storage Cheat Sheet advises for this function. */
  private static final int ROUNDS = 600_000;

  private static final int SALT_BYTES = 16;
  private static final int BITS = 256;

  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(byte[] salt, byte[] hash) {
    this.salt = salt;
    this.hash = hash;
  }

  static PasswordHash of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return new PasswordHash(salt, derived(password, salt));
  }

  /** Whether it is that password, in a time that does not depend on what is like it. */
  boolean matches(String password) {
    return MessageDigest.isEqual(hash, derived(password, salt));
  }

  private static byte[] derived(String password, byte[] salt) {
    PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, ROUNDS, BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no PBKDF2 with HMAC-SHA-256", e);
    } finally {
      key.clearPassword();
    }
  }

  @Override
  public String toString() {
    return "PasswordHash[elided]";
  }
}
