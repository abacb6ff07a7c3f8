package io.mcpauth.internal.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A public key of an issuer, fit to verify signatures: Nimbus reads it, the JDK's cryptography
 * checks.
 */
public final class VerificationKey {
  private static final int MIN_RSA_BITS = 2048; // RFC 7518 section 3.3

  /** RFC 7518 section 3.4; a key of another curve fits no algorithm, so it is none. */
  private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);

  /** A larger key only costs whoever verifies time; what its owner configured may be larger. */
  public static final int DEFAULT_MAX_RSA_BITS = 4096;

  /** The largest that can be configured. */
  public static final int LARGEST_RSA_BITS = 8192;

  /** A verification costs time with the length of the exponent; 65537 is what is in use. */
  private static final int MAX_EXPONENT_BITS = 64;

  private final @Nullable String kid;
  private final String thumbprint;
  private final Set<String> algorithms;
  private final SignatureCheck check;

  private VerificationKey(JWK key, Set<String> algorithms, SignatureCheck check)
      throws JOSEException {
    this.kid = key.getKeyID();
    this.thumbprint = key.computeThumbprint().toString();
    this.algorithms = algorithms;
    this.check = check;
  }

  /** Whether a signature over an input is a key's. */
  interface SignatureCheck {
    boolean verifies(String algorithm, byte[] input, byte[] signature) throws JOSEException;
  }

  private static SignatureCheck with(RSAPublicKey key) {
    Map<String, PreparedSignature> prepared = new ConcurrentHashMap<>(); // mostly one is used
    return (algorithm, input, signature) -> {
      PreparedSignature known = prepared.get(algorithm);
      if (known == null) {
        known = prepare(algorithm, key);
        prepared.put(algorithm, known);
      }
      return known.verifies(input, signature);
    };
  }

  private static PreparedSignature prepare(String algorithm, RSAPublicKey key)
      throws JOSEException {
    try {
      return new PreparedSignature(algorithm, key);
    } catch (GeneralSecurityException e) {
      throw new JOSEException("The key is none for " + algorithm, e);
    }
  }

  private static SignatureCheck with(ECPublicKey key, String only) throws JOSEException {
    try {
      PreparedSignature prepared = new PreparedSignature(only, key);
      return (algorithm, input, signature) -> prepared.verifies(input, signature);
    } catch (NoSuchAlgorithmException e) {
      return withNimbus(key);
    } catch (GeneralSecurityException e) {
      throw new JOSEException("The key is none for " + only, e);
    }
  }

  /**
   * Reads a JWK, or answers null where it is none that may verify a token's signature.
   *
   * @param maxRsaBits the largest RSA key that is one
   */
  public static @Nullable VerificationKey of(Map<String, Object> jwk, int maxRsaBits) {
    try {
      JWK key = JWK.parse(jwk);
      if (!forSignatures(key)) {
        return null;
      }
      if (key instanceof RSAKey rsa && isSound(rsa, maxRsaBits)) {
        return new VerificationKey(key, rsaAlgorithms(key), with(rsa.toRSAPublicKey()));
      }
      if (key instanceof ECKey ec && CURVES.contains(ec.getCurve())) {
        String algorithm = ecAlgorithm(ec.getCurve());
        return new VerificationKey(key, Set.of(algorithm), with(ec.toECPublicKey(), algorithm));
      }
      if (key instanceof OctetKeyPair okp && Curve.Ed25519.equals(okp.getCurve())) {
        Ed25519Signature ed25519 = new Ed25519Signature(okp.getX().decode());
        return new VerificationKey(
            key,
            Set.of("EdDSA", "Ed25519"),
            (alg, input, signature) -> ed25519.verify(input, signature));
      }
      return null;
    } catch (ParseException | JOSEException | RuntimeException e) {
      return null; // one odd key must not take the others of the set with it
    }
  }

  /** Where Java's ECDSA takes signatures in DER alone, as that of some certified providers does. */
  static SignatureCheck withNimbus(ECPublicKey key) throws JOSEException {
    JWSVerifier verifier = new ECDSAVerifier(key);
    return (algorithm, input, signature) ->
        verifier.verify(
            new JWSHeader(JWSAlgorithm.parse(algorithm)), input, Base64URL.encode(signature));
  }

  /** RFC 7518 section 3.4: one for each curve. */
  private static String ecAlgorithm(Curve curve) {
    return curve.equals(Curve.P_256) ? "ES256" : curve.equals(Curve.P_384) ? "ES384" : "ES512";
  }

  private static boolean isSound(RSAKey key, int maxBits) {
    return key.size() >= MIN_RSA_BITS
        && key.size() <= maxBits
        && key.getPublicExponent().decodeToBigInteger().bitLength() <= MAX_EXPONENT_BITS;
  }

  /**
   * The usable keys of a JWK set (RFC 7517 section 5).
   *
   * @param maxRsaBits the largest RSA key that is one
   */
  public static List<VerificationKey> allOf(
      Map<String, ? extends @Nullable Object> jwkSet, int maxRsaBits) {
    List<VerificationKey> keys = new ArrayList<>();
    if (jwkSet.get("keys") instanceof List<?> list) {
      for (Object item : list) {
        VerificationKey key = item instanceof Map<?, ?> jwk ? of(members(jwk), maxRsaBits) : null;
        if (key != null) {
          keys.add(key);
        }
      }
    }
    return List.copyOf(keys);
  }

  private static Map<String, Object> members(Map<?, ?> jwk) {
    Map<String, Object> members = new LinkedHashMap<>();
    jwk.forEach(
        (name, value) -> {
          if (value != null) {
            members.put(String.valueOf(name), value);
          }
        });
    return members;
  }

  /** RFC 7517 section 4.2 and 4.3. */
  private static boolean forSignatures(JWK key) {
    boolean use = key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse());
    boolean operation =
        key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY);
    return use && operation;
  }

  /**
   * The algorithms of an RSA key: its family where {@code alg} names one, else both. Not the one
   * algorithm alone: Casdoor publishes its certificate's, whatever the application signs with.
   */
  private static Set<String> rsaAlgorithms(JWK key) {
    Set<String> pkcs1 = Set.of("RS256", "RS384", "RS512");
    Set<String> pss = Set.of("PS256", "PS384", "PS512");
    if (key.getAlgorithm() == null) {
      return Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
    }
    String algorithm = key.getAlgorithm().getName();
    return pkcs1.contains(algorithm) ? pkcs1 : pss.contains(algorithm) ? pss : Set.of();
  }

  /** Whether this key may have made a signature with that algorithm and key id. */
  boolean fits(String algorithm, @Nullable String wantedKid) {
    return algorithms.contains(algorithm) && (wantedKid == null || wantedKid.equals(kid));
  }

  /** Its id as the issuer publishes it, or null. */
  public @Nullable String kid() {
    return kid;
  }

  /** RFC 7638: the same key material, whatever its id. */
  String thumbprint() {
    return thumbprint;
  }

  /** Whether the signature is this key's. */
  boolean verifies(String algorithm, Jwt jwt) {
    try {
      return check.verifies(algorithm, jwt.signed(), jwt.signature());
    } catch (JOSEException e) {
      return false; // this Java lacks the algorithm, or Nimbus says that the form is impossible
    }
  }
}
