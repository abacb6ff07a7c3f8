package io.mcpauth.internal.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Set;

/**
 * Ed25519 (RFC 8032) with the JDK's own implementation: Nimbus's verifier needs Tink, which is more
 * than a resource server should carry.
 */
final class Ed25519Signature {
  private static final int KEY_LENGTH = 32;

  /** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
  private static final byte[] KEY_INFO = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  /** The prime of the field (RFC 8032 section 5.1). */
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** {@code y} of two points of order 8; the other two have its negative. */
  private static final BigInteger ORDER_8 =
      new BigInteger(
          "2707385501144840649318225287225658788936804267575313519463743609750303402022");

  /**
   * {@code y} of the eight points of small order (RFC 7748 section 7 on what they are). With such a
   * key one signature is good for many messages, so it proves nothing.
   */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          P.subtract(BigInteger.ONE),
          ORDER_8,
          P.subtract(ORDER_8));

  private final PreparedSignature prepared;

  /**
   * A verifier.
   *
   * @param encoded the public key as RFC 8032 section 5.1.2 encodes it
   * @throws IllegalArgumentException if it is no such key
   */
  Ed25519Signature(byte[] encoded) {
    if (encoded.length != KEY_LENGTH || isOfSmallOrder(encoded)) {
      throw new IllegalArgumentException("not an Ed25519 key");
    }
    byte[] info = new byte[KEY_INFO.length + KEY_LENGTH];
    System.arraycopy(KEY_INFO, 0, info, 0, KEY_INFO.length);
    System.arraycopy(encoded, 0, info, KEY_INFO.length, KEY_LENGTH);
    try {
      PublicKey read =
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info));
      this.prepared =
          new PreparedSignature("Ed25519", read); // the JDK looks at the point only here
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 key", e);
    }
  }

  /** Also one whose {@code y} is not below the prime (RFC 8032 section 5.1.3, step 1). */
  private static boolean isOfSmallOrder(byte[] encoded) {
    byte[] bigEndian = new byte[KEY_LENGTH];
    for (int i = 0; i < KEY_LENGTH; i++) {
      bigEndian[KEY_LENGTH - 1 - i] = encoded[i];
    }
    bigEndian[0] &= 0x7f; // without the sign of x
    BigInteger y = new BigInteger(1, bigEndian);
    return y.compareTo(P) >= 0 || SMALL_ORDER.contains(y);
  }

  /** Whether a signature over an input is this key's. */
  boolean verify(byte[] input, byte[] signature) {
    return prepared.verifies(input, signature);
  }
}
