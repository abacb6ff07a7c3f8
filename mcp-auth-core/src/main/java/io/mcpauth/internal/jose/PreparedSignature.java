package io.mcpauth.internal.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signatures of one algorithm and key with the JDK, whose objects are made ready once and
 * not for each signature: that is the dearest part of a check beside the check.
 *
 * <p>Held by a test to what Nimbus's verifiers say of the same signatures.
 */
final class PreparedSignature {
  /** RFC 7518 section 3.1, RFC 8037 section 3.1. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("RS256", "SHA256withRSA"),
          Map.entry("RS384", "SHA384withRSA"),
          Map.entry("RS512", "SHA512withRSA"),
          Map.entry("PS256", "RSASSA-PSS"),
          Map.entry("PS384", "RSASSA-PSS"),
          Map.entry("PS512", "RSASSA-PSS"),
          Map.entry("ES256", "SHA256withECDSAinP1363Format"),
          Map.entry("ES384", "SHA384withECDSAinP1363Format"),
          Map.entry("ES512", "SHA512withECDSAinP1363Format"),
          Map.entry("EdDSA", "Ed25519"),
          Map.entry("Ed25519", "Ed25519"));

  /** Of an array of some hundred bytes: checks run on half of the processors. */
  private static final int PLACES = 16;

  private final String name;
  private final @Nullable AlgorithmParameterSpec parameters;
  private final PublicKey key;
  private final int length;
  private final @Nullable BigInteger order;
  private volatile @Nullable Spares<Signature> spares;

  /**
   * Verifies signatures with an algorithm.
   *
   * @param algorithm its name in JOSE
   * @throws NoSuchAlgorithmException if this Java does not have it
   * @throws GeneralSecurityException if the key is none for it
   */
  PreparedSignature(String algorithm, PublicKey key) throws GeneralSecurityException {
    String jcaName = NAMES.get(algorithm);
    if (jcaName == null) {
      throw new NoSuchAlgorithmException(algorithm);
    }
    this.name = jcaName;
    this.parameters = algorithm.startsWith("PS") ? pss(algorithm) : null;
    this.key = key;
    this.order = key instanceof ECPublicKey ec ? ec.getParams().getOrder() : null;
    this.length = length(key);
    Signature unused = prepared(); // or fails here, where the key is read
  }

  /** RFC 7518 section 3.5: MGF1 with the same hash, and a salt of its length. */
  private static AlgorithmParameterSpec pss(String algorithm) {
    return switch (algorithm) {
      case "PS256" -> new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
      case "PS384" -> new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1);
      default -> new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1);
    };
  }

  /** RFC 8017 section 8.2.2 step 1; RFC 7518 section 3.4; RFC 8032 section 5.1.7. */
  private static int length(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      return (rsa.getModulus().bitLength() + 7) / 8;
    }
    return key instanceof ECPublicKey ec
        ? 2 * ((ec.getParams().getOrder().bitLength() + 7) / 8)
        : 64;
  }

  private Signature prepared() throws GeneralSecurityException {
    Signature signature = Signature.getInstance(name);
    if (parameters != null) {
      signature.setParameter(parameters);
    }
    signature.initVerify(key);
    return signature;
  }

  /** Whether a signature over an input is the key's. */
  boolean verifies(byte[] input, byte[] signature) {
    if (signature.length != length || !isInRange(signature)) {
      return false;
    }
    try {
      Spares<Signature> ready = spares();
      Signature spare = ready.take();
      Signature verifier = spare == null ? prepared() : spare;
      verifier.update(input);
      boolean verifies = verifier.verify(signature);
      ready.giveBack(verifier); // ready for the next input; one that threw may not be
      return verifies;
    } catch (SignatureException e) {
      return false; // a number or point of an impossible form
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no " + name + " any more", e);
    }
  }

  /** Made when the key is first used: there may be many keys that strangers publish. */
  private Spares<Signature> spares() {
    Spares<Signature> made = spares;
    if (made == null) {
      made = new Spares<>(PLACES);
      spares = made; // of two that are made at once, one is left to the collector
    }
    return made;
  }

  /**
   * ECDSA: both halves are from 1 to n - 1 (FIPS 186-5 section 6.4.2). Javas have let zeros pass
   * (CVE-2022-21449), which fit every input.
   */
  private boolean isInRange(byte[] signature) {
    BigInteger n = order;
    return n == null
        || (isInRange(Arrays.copyOf(signature, length / 2), n)
            && isInRange(Arrays.copyOfRange(signature, length / 2, length), n));
  }

  private static boolean isInRange(byte[] half, BigInteger n) {
    BigInteger value = new BigInteger(1, half);
    return value.signum() > 0 && value.compareTo(n) < 0;
  }
}
