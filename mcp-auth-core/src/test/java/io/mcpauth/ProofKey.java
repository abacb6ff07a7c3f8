package io.mcpauth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.internal.json.Json;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A client's key, with which it makes DPoP proofs of any shape. */
public final class ProofKey {
  private final String algorithm;
  private final KeyPair pair;
  private final JWK jwk;

  private ProofKey(String algorithm, KeyPair pair, JWK jwk) {
    this.algorithm = algorithm;
    this.pair = pair;
    this.jwk = jwk;
  }

  public static ProofKey es256() {
    return of("ES256");
  }

  /** A new key for an algorithm; RSA has 2,048 bits. */
  public static ProofKey of(String algorithm) {
    return switch (algorithm) {
      case "ES256" -> ec(algorithm, Curve.P_256);
      case "ES384" -> ec(algorithm, Curve.P_384);
      case "EdDSA", "Ed25519" -> ed25519(algorithm);
      default -> rsa(algorithm, 2048);
    };
  }

  public static ProofKey rsa(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      KeyPair pair = generator.generateKeyPair();
      return new ProofKey(
          algorithm,
          pair,
          new RSAKey.Builder((RSAPublicKey) pair.getPublic())
              .privateKey((RSAPrivateKey) pair.getPrivate())
              .build());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ProofKey ec(String algorithm, Curve curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve.getStdName()));
      KeyPair pair = generator.generateKeyPair();
      return new ProofKey(
          algorithm,
          pair,
          new ECKey.Builder(curve, (ECPublicKey) pair.getPublic())
              .privateKey((ECPrivateKey) pair.getPrivate())
              .build());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ProofKey ed25519(String algorithm) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] encoded = pair.getPublic().getEncoded(); // ends with the 32 bytes of the key
      byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
      byte[] d = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      return new ProofKey(
          algorithm,
          pair,
          new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
              .d(Base64URL.encode(d))
              .build());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a token that is bound to this key has as {@code cnf}. */
  public Map<String, Object> confirmation() {
    return Map.of("jkt", thumbprint());
  }

  public String thumbprint() {
    try {
      return jwk.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public Map<String, Object> publicJwk() {
    return jwk.toPublicJWK().toJSONObject();
  }

  public Map<String, Object> privateJwk() {
    return jwk.toJSONObject();
  }

  /** A proof for a POST to the resource of the tests. */
  public Proof proof(String token, Instant now) {
    return new Proof(this, token, now);
  }

  /** One proof, as a client should make it, or with some part of it otherwise. */
  public static final class Proof {
    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();
    private ProofKey signer;

    private Proof(ProofKey key, String token, Instant now) {
      this.signer = key;
      header.put("typ", "dpop+jwt");
      header.put("alg", key.algorithm);
      header.put("jwk", key.publicJwk());
      claims.put("jti", UUID.randomUUID().toString());
      claims.put("htm", "POST");
      claims.put("htu", ProtectedServer.RESOURCE);
      claims.put("iat", now.getEpochSecond());
      claims.put("ath", hash(token));
    }

    /** Sets, or with null removes, a member of the header. */
    public Proof header(String name, @Nullable Object value) {
      return set(header, name, value);
    }

    /** Sets, or with null removes, a claim. */
    public Proof claim(String name, @Nullable Object value) {
      return set(claims, name, value);
    }

    private Proof set(Map<String, Object> members, String name, @Nullable Object value) {
      if (value == null) {
        members.remove(name);
      } else {
        members.put(name, value);
      }
      return this;
    }

    public Proof signedBy(ProofKey other) {
      signer = other;
      return this;
    }

    public String mint() {
      String signed = encoded(Json.write(header)) + "." + encoded(Json.write(claims));
      return signed + "." + encoded(signer.sign(signed.getBytes(US_ASCII)));
    }

    /** Header and claims with a signature of one's own. */
    public String mint(byte[] signature) {
      return encoded(Json.write(header))
          + "."
          + encoded(Json.write(claims))
          + "."
          + encoded(signature);
    }
  }

  private byte[] sign(byte[] input) {
    try {
      Signature signature =
          Signature.getInstance(
              switch (algorithm) {
                case "ES256" -> "SHA256withECDSAinP1363Format";
                case "ES384" -> "SHA384withECDSAinP1363Format";
                case "EdDSA", "Ed25519" -> "Ed25519";
                case "PS256" -> "RSASSA-PSS";
                default -> "SHA256withRSA";
              });
      if (algorithm.equals("PS256")) {
        signature.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      }
      signature.initSign(pair.getPrivate());
      signature.update(input);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hash(String token) {
    try {
      return encoded(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
