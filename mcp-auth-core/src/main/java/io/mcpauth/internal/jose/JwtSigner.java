package io.mcpauth.internal.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.mcpauth.internal.json.Json;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.text.ParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signs JWTs with ES256, RS256 or PS256 (RFC 7515). Made by Nimbus. */
public final class JwtSigner {
  /** RFC 7518 section 3.3. */
  private static final int RSA_BITS = 2048;

  private final JWSSigner signer;
  private final JWSAlgorithm algorithm;
  private final @Nullable String keyId;

  /** The key pair, where it was given as one. */
  private final @Nullable JWK pair;

  private JwtSigner(
      JWSSigner signer, JWSAlgorithm algorithm, @Nullable String keyId, @Nullable JWK pair) {
    this.signer = signer;
    this.algorithm = algorithm;
    this.keyId = keyId;
    this.pair = pair;
  }

  /** A new key on P-256 for ES256. */
  public static JwtSigner generate() {
    try {
      return ofPair(new ECKeyGenerator(Curve.P_256).generate(), "ES256");
    } catch (JOSEException e) {
      throw new IllegalStateException("This Java has no P-256", e);
    }
  }

  /** A new RSA key of 2048 bits for RS256, whose id is its thumbprint (RFC 7638). */
  public static JwtSigner generateRs256() {
    try {
      return ofPair(
          new RSAKeyGenerator(RSA_BITS)
              .algorithm(JWSAlgorithm.RS256)
              .keyUse(KeyUse.SIGNATURE)
              .keyIDFromThumbprint(true)
              .generate(),
          "RS256");
    } catch (JOSEException e) {
      throw new IllegalStateException("This Java makes no RSA keys", e);
    }
  }

  /**
   * The private key of a JWK (RFC 7517), with its {@code alg} where it has one.
   *
   * @throws IllegalArgumentException if it is none of EC P-256 or RSA from 2048 bits
   */
  public static JwtSigner ofJwk(String json) {
    JWK jwk;
    try {
      jwk = JWK.parse(json);
    } catch (ParseException | RuntimeException e) { // without its message: it may quote the key
      throw unfit();
    }
    String byType = jwk instanceof ECKey ? "ES256" : "RS256";
    return ofPair(jwk, jwk.getAlgorithm() == null ? byType : jwk.getAlgorithm().getName());
  }

  private static JwtSigner ofPair(JWK jwk, String algorithm) {
    try {
      if (jwk.isPrivate() && jwk instanceof ECKey ec) {
        return of(ec.toECPrivateKey(), algorithm, jwk.getKeyID(), jwk);
      }
      if (jwk.isPrivate() && jwk instanceof RSAKey rsa) {
        return of(rsa.toRSAPrivateKey(), algorithm, jwk.getKeyID(), jwk);
      }
    } catch (JOSEException e) {
      throw unfit();
    }
    throw unfit();
  }

  /**
   * A private key of the JDK.
   *
   * @throws IllegalArgumentException if key and algorithm do not fit together
   */
  public static JwtSigner of(
      PrivateKey key, String algorithm, @Nullable String keyId, @Nullable JWK pair) {
    try {
      boolean rsa = algorithm.equals("RS256") || algorithm.equals("PS256");
      if (algorithm.equals("ES256") && key instanceof ECPrivateKey ec) {
        ECDSASigner signer = new ECDSASigner(ec);
        if (signer.supportedJWSAlgorithms().contains(JWSAlgorithm.ES256)) { // by the curve
          return new JwtSigner(signer, JWSAlgorithm.ES256, keyId, pair);
        }
      }
      // RFC 7518 section 3.3
      if (rsa && key instanceof RSAPrivateKey k && k.getModulus().bitLength() >= RSA_BITS) {
        return new JwtSigner(new RSASSASigner(key), JWSAlgorithm.parse(algorithm), keyId, pair);
      }
    } catch (JOSEException e) {
      throw unfit();
    }
    throw unfit();
  }

  /** The compact form. */
  public String sign(String type, boolean withPublicKey, Map<String, ?> claims) {
    JWSHeader.Builder header =
        new JWSHeader.Builder(algorithm).type(new JOSEObjectType(type)).keyID(keyId);
    if (withPublicKey && pair != null) {
      header.jwk(pair.toPublicJWK());
    }
    JWSObject jws = new JWSObject(header.build(), new Payload(Json.write(claims)));
    try {
      jws.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("The key does not sign: " + e.getClass().getName());
    }
    return jws.serialize();
  }

  /** RFC 7638. */
  public String thumbprint() {
    try {
      if (pair != null) {
        return pair.computeThumbprint().toString();
      }
    } catch (JOSEException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
    throw new IllegalStateException("Only the private key is known");
  }

  /** The JWK with the private key. */
  public String jwk() {
    if (pair == null) {
      throw new IllegalStateException("Only the private key is known");
    }
    return pair.toJSONString();
  }

  /** The public half, as a JWK set has it (RFC 7517 section 5). */
  public Map<String, Object> publicJwk() {
    if (pair == null) {
      throw new IllegalStateException("Only the private key is known");
    }
    return pair.toPublicJWK().toJSONObject();
  }

  public boolean isEs256() {
    return algorithm.equals(JWSAlgorithm.ES256);
  }

  private static IllegalArgumentException unfit() {
    return new IllegalArgumentException(
        "The key is none to sign with. Write a private EC key on P-256 for ES256, or an RSA key of"
            + " 2048 bits and more for RS256 or PS256.");
  }
}
