package io.mcpauth.internal.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A private key that signs JWTs in compact form (RFC 7515 section 7.1); by Nimbus and the JDK. */
public final class SigningKey {
  private static final List<String> RSA =
      List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  /** RFC 7518 section 3.4: each curve has one algorithm. */
  private static final Map<Curve, String> EC =
      Map.of(Curve.P_256, "ES256", Curve.P_384, "ES384", Curve.P_521, "ES512");

  /** RFC 8037 section 3.1, and its successor in RFC 9864 section 2.2. */
  private static final List<String> ED25519 = List.of("EdDSA", "Ed25519");

  /** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
  private static final byte[] ED25519_INFO = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
  };

  private final JWK jwk;
  private final String kid;
  private final String algorithm;
  private final SigningStep step;

  private SigningKey(JWK jwk, String algorithm, SigningStep step) throws JOSEException {
    this.jwk = jwk;
    this.kid = jwk.getKeyID() == null ? jwk.computeThumbprint().toString() : jwk.getKeyID();
    this.algorithm = algorithm;
    this.step = step;
  }

  /** Makes a signature over an input. */
  private interface SigningStep {
    Base64URL sign(JWSHeader header, byte[] input) throws JOSEException, GeneralSecurityException;
  }

  /** Says whether a signature over an input is that of the public half. */
  private interface Check {
    boolean verifies(JWSHeader header, byte[] input, Base64URL signature)
        throws JOSEException, GeneralSecurityException;
  }

  public static SigningKey of(String json) {
    JWK jwk = parse(json);
    if (!jwk.isPrivate()) {
      throw refused("it has no private part. Give the private key");
    }
    // RFC 7517 sections 4.2 and 4.3.
    if (jwk.getKeyUse() != null && !KeyUse.SIGNATURE.equals(jwk.getKeyUse())) {
      throw refused("its 'use' is not 'sig'");
    }
    if (jwk.getKeyOperations() != null && !jwk.getKeyOperations().contains(KeyOperation.SIGN)) {
      throw refused("its 'key_ops' do not have 'sign'");
    }
    try {
      return of(jwk);
    } catch (JOSEException | GeneralSecurityException e) {
      throw refused("it is damaged"); // no cause: its message may quote the key
    }
  }

  private static JWK parse(String json) {
    try {
      return JWK.parse(members(json));
    } catch (InvalidJsonException | ParseException | RuntimeException e) {
      throw refused("it is no JWK (RFC 7517)"); // no cause: its message may quote the key
    }
  }

  private static Map<String, Object> members(String json) throws InvalidJsonException {
    Map<String, Object> members = new HashMap<>();
    Map<String, @Nullable Object> document = Json.object(json.getBytes(StandardCharsets.UTF_8));
    document.forEach(
        (name, value) -> {
          if (value != null) {
            members.put(name, value);
          }
        });
    return members;
  }

  private static SigningKey of(JWK jwk) throws JOSEException, GeneralSecurityException {
    if (jwk instanceof RSAKey rsa) {
      // RFC 7518 section 3.3; a larger one only costs time.
      if (rsa.size() < 2048 || rsa.size() > 8192) {
        throw refused("an RSA key of " + rsa.size() + " bits. Write one of 2048 to 8192");
      }
      return proven(
          new SigningKey(jwk, algorithm(jwk, RSA), with(new RSASSASigner(rsa))),
          with(new RSASSAVerifier(rsa.toRSAPublicKey())));
    }
    String only = jwk instanceof ECKey ec ? EC.get(ec.getCurve()) : null;
    if (jwk instanceof ECKey ec && only != null) {
      return proven(
          new SigningKey(jwk, algorithm(jwk, List.of(only)), with(new ECDSASigner(ec))),
          with(new ECDSAVerifier(ec.toECPublicKey())));
    }
    if (jwk instanceof OctetKeyPair okp && Curve.Ed25519.equals(okp.getCurve())) {
      return ed25519(okp);
    }
    throw refused(
        "its type or curve is not accepted. Write RSA, EC with P-256, P-384 or P-521, or OKP with"
            + " Ed25519");
  }

  /** With the JDK's own implementation: Nimbus's needs Tink. */
  private static SigningKey ed25519(OctetKeyPair okp)
      throws JOSEException, GeneralSecurityException {
    byte[] d = okp.getD().decode();
    byte[] x = okp.getX().decode();
    if (d.length != 32 || x.length != 32) { // RFC 8032 section 5.1.5
      throw refused("it is damaged");
    }
    KeyFactory keys = KeyFactory.getInstance("Ed25519");
    PrivateKey secret = keys.generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, d));
    byte[] info = new byte[ED25519_INFO.length + x.length];
    System.arraycopy(ED25519_INFO, 0, info, 0, ED25519_INFO.length);
    System.arraycopy(x, 0, info, ED25519_INFO.length, x.length);
    PublicKey open = keys.generatePublic(new X509EncodedKeySpec(info));
    return proven(
        new SigningKey(
            okp,
            algorithm(okp, ED25519),
            (header, input) -> {
              Signature ed25519 = Signature.getInstance("Ed25519");
              ed25519.initSign(secret);
              ed25519.update(input);
              return Base64URL.encode(ed25519.sign());
            }),
        (header, input, signature) -> {
          Signature ed25519 = Signature.getInstance("Ed25519");
          ed25519.initVerify(open);
          ed25519.update(input);
          return ed25519.verify(signature.decode());
        });
  }

  private static SigningStep with(JWSSigner signer) {
    return signer::sign;
  }

  private static Check with(JWSVerifier verifier) {
    return verifier::verify;
  }

  private static String algorithm(JWK jwk, List<String> allowed) {
    String wanted = jwk.getAlgorithm() == null ? allowed.get(0) : jwk.getAlgorithm().getName();
    if (!allowed.contains(wanted)) {
      throw refused("its 'alg' does not fit its type. Write one of " + allowed);
    }
    return wanted;
  }

  /** Two halves that do not belong together would sign what nobody can verify. */
  private static SigningKey proven(SigningKey key, Check publicHalf)
      throws JOSEException, GeneralSecurityException {
    byte[] probe = {0};
    Base64URL signature = key.step.sign(key.header(), probe);
    if (!publicHalf.verifies(key.header(), probe, signature)) {
      throw refused("its private and public parts do not belong together");
    }
    return key;
  }

  /**
   * RFC 9728 section 2.2 names no {@code typ}; that of any JWT keeps ordinary verifiers happy (RFC
   * 7519 section 5.1).
   */
  private JWSHeader header() {
    try {
      return JWSHeader.parse(Map.of("alg", algorithm, "kid", kid, "typ", "JWT"));
    } catch (ParseException e) {
      throw new IllegalStateException("The header of a JWT cannot be written", e);
    }
  }

  /** A compact JWS over a payload. */
  public String sign(byte[] payload) {
    JWSHeader header = header();
    String input = header.toBase64URL() + "." + Base64URL.encode(payload);
    try {
      return input + "." + step.sign(header, input.getBytes(StandardCharsets.US_ASCII));
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot sign with " + algorithm, e);
    }
  }

  public String publicJwk() {
    Map<String, Object> members = new HashMap<>(jwk.toPublicJWK().toJSONObject());
    members.remove("key_ops"); // they are those of the private half
    members.put("kid", kid);
    members.put("alg", algorithm);
    members.put("use", "sig");
    return new String(Json.write(members), StandardCharsets.UTF_8);
  }

  public String kid() {
    return kid;
  }

  public String algorithm() {
    return algorithm;
  }

  private static IllegalArgumentException refused(String problem) {
    return new IllegalArgumentException(
        "The private JWK for signed metadata is not accepted: " + problem + ".");
  }
}
