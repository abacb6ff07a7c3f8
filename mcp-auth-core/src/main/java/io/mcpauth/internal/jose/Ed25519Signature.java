package io.mcpauth.internal.jose;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;

/**
 * Ed25519 (RFC 8032) with the JDK's own implementation: Nimbus's verifier needs Tink, which is more
 * than a resource server should carry.
 */
final class Ed25519Signature {
  private static final int KEY_LENGTH = 32;
  private static final int SIGNATURE_LENGTH = 64;

  /** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
  private static final byte[] KEY_INFO = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final PublicKey key;

  /**
   * A verifier.
   *
   * @param encoded the public key as RFC 8032 section 5.1.2 encodes it
   * @throws IllegalArgumentException if it is no such key
   */
  Ed25519Signature(byte[] encoded) {
    if (encoded.length != KEY_LENGTH) {
      throw new IllegalArgumentException("not an Ed25519 key");
    }
    byte[] info = new byte[KEY_INFO.length + KEY_LENGTH];
    System.arraycopy(KEY_INFO, 0, info, 0, KEY_INFO.length);
    System.arraycopy(encoded, 0, info, KEY_INFO.length, KEY_LENGTH);
    try {
      this.key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info));
      Signature.getInstance("Ed25519").initVerify(key); // the JDK looks at the point only here
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 key", e);
    }
  }

  /** Whether a signature over an input is this key's. */
  boolean verify(byte[] input, byte[] signature) {
    if (signature.length != SIGNATURE_LENGTH) {
      return false;
    }
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(key);
      ed25519.update(input);
      return ed25519.verify(signature);
    } catch (SignatureException e) {
      return false; // a point or scalar of an impossible form
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no Ed25519", e);
    }
  }
}
