package io.mcpauth.internal.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.Serial;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.ArrayList;
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

  /** Parameters of private and symmetric keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4). */
  private static final Set<String> SECRET = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  private final @Nullable String kid;
  private final @Nullable String issuer;
  private final String thumbprint;
  private final KeyAlgorithms algorithms;
  private final SignatureCheck check;

  private VerificationKey(
      JWK key, @Nullable Object issuer, KeyAlgorithms algorithms, SignatureCheck check)
      throws JOSEException {
    this.kid = key.getKeyID();
    // What is no string is nobody's, and not everybody's.
    this.issuer = issuer == null ? null : issuer instanceof String text ? text : "";
    this.thumbprint = key.computeThumbprint().toString();
    this.algorithms = algorithms;
    this.check = check;
  }

  private VerificationKey(VerificationKey same, KeyAlgorithms algorithms) {
    this.kid = same.kid;
    this.issuer = same.issuer;
    this.thumbprint = same.thumbprint;
    this.algorithms = algorithms;
    this.check = same.check;
  }

  /** The same key for all algorithms of the family that its {@code alg} is of. */
  public VerificationKey byFamily() {
    return new VerificationKey(this, algorithms.byFamily());
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

  /** Whether something is a JWK with a private or symmetric part, which nobody is to send. */
  public static boolean isSecret(@Nullable Object jwk) {
    return jwk instanceof Map<?, ?> members && members.keySet().stream().anyMatch(SECRET::contains);
  }

  /**
   * Reads a JWK, or answers null where it is none that may verify a token's signature.
   *
   * @param maxRsaBits the largest RSA key that is one
   */
  public static @Nullable VerificationKey of(Map<String, Object> jwk, int maxRsaBits) {
    try {
      return read(jwk, maxRsaBits);
    } catch (ParseException e) {
      return null; // one odd key must not take the others of the set with it
    }
  }

  /**
   * Reads a JWK.
   *
   * @param maxRsaBits the largest RSA key that is one
   * @throws ParseException if it is none that may verify a token's signature; the message says why
   *     and may repeat what the issuer wrote
   */
  static VerificationKey read(Map<String, Object> jwk, int maxRsaBits) throws ParseException {
    Map<String, Object> members = PublishedJwk.deciding(jwk);
    try {
      return of(JWK.parse(members), jwk.get("issuer"), maxRsaBits);
    } catch (UnusableKey e) {
      throw new ParseException(e.getMessage(), 0);
    } catch (ParseException | JOSEException | RuntimeException e) {
      throw new ParseException("it is no key of kty '" + members.get("kty") + "' that is known", 0);
    }
  }

  /**
   * Makes a key of what decides.
   *
   * @param issuer Entra's own member, in a set for many tenants; null where there is none
   */
  private static VerificationKey of(JWK key, @Nullable Object issuer, int maxRsaBits)
      throws JOSEException {
    String alg = key.getAlgorithm() == null ? null : key.getAlgorithm().getName();
    if (key instanceof RSAKey rsa) {
      requireSound(rsa, maxRsaBits);
      KeyAlgorithms algorithms = signing(KeyAlgorithms.ofRsa(alg), alg);
      return new VerificationKey(key, issuer, algorithms, with(rsa.toRSAPublicKey()));
    }
    if (key instanceof ECKey ec && CURVES.contains(ec.getCurve())) {
      String algorithm = ecAlgorithm(ec.getCurve());
      KeyAlgorithms algorithms = signing(KeyAlgorithms.ofEc(algorithm, alg), alg);
      return new VerificationKey(key, issuer, algorithms, with(ec.toECPublicKey(), algorithm));
    }
    if (key instanceof OctetKeyPair okp && Curve.Ed25519.equals(okp.getCurve())) {
      Ed25519Signature ed25519 = new Ed25519Signature(okp.getX().decode());
      return new VerificationKey(
          key,
          issuer,
          signing(KeyAlgorithms.ofEd25519(alg), alg),
          (name, input, signature) -> ed25519.verify(input, signature));
    }
    throw new UnusableKey("its kind or curve is of no accepted algorithm");
  }

  /** RFC 7517 section 4.4: a key for another algorithm verifies nothing, so it is none here. */
  private static KeyAlgorithms signing(KeyAlgorithms algorithms, @Nullable String alg)
      throws UnusableKey {
    if (algorithms.areNone()) {
      throw new UnusableKey("its alg '" + alg + "' signs no token with a key of its kind");
    }
    return algorithms;
  }

  /** Says in our own words why a key is none. */
  private static final class UnusableKey extends JOSEException {
    @Serial private static final long serialVersionUID = 1L;

    UnusableKey(String message) {
      super(message);
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

  private static void requireSound(RSAKey key, int maxBits) throws UnusableKey {
    int bits = key.size();
    if (bits < MIN_RSA_BITS || bits > maxBits) {
      throw new UnusableKey("it has " + bits + " bits, not " + MIN_RSA_BITS + " to " + maxBits);
    }
    if (key.getPublicExponent().decodeToBigInteger().bitLength() > MAX_EXPONENT_BITS) {
      throw new UnusableKey("its exponent is too long");
    }
  }

  /** Whether this key may have made a signature with that algorithm and key id. */
  boolean fits(String algorithm, @Nullable String wantedKid) {
    return algorithms.has(algorithm) && (wantedKid == null || wantedKid.equals(kid));
  }

  /** Those of some keys that may have made a signature; without a key id all of its algorithm. */
  static List<VerificationKey> fitting(
      List<VerificationKey> keys, String algorithm, @Nullable String wantedKid) {
    List<VerificationKey> fitting = new ArrayList<>(1);
    for (VerificationKey key : keys) {
      if (key.fits(algorithm, wantedKid)) {
        fitting.add(key);
      }
    }
    return fitting;
  }

  /** The one key without an id that fits an algorithm; none where there are several. */
  static List<VerificationKey> onlyUnnamed(List<VerificationKey> keys, String algorithm) {
    List<VerificationKey> unnamed =
        keys.stream().filter(key -> key.kid == null && key.fits(algorithm, null)).toList();
    return unnamed.size() == 1 ? unnamed : List.of();
  }

  /** Whom the publisher says that it signs for, or null where it does not say. */
  public @Nullable String issuer() {
    return issuer;
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
