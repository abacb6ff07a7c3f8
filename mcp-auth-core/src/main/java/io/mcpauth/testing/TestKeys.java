package io.mcpauth.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;

/** The keys of a {@link TestIssuer} between two rotations: one for each family of algorithms. */
final class TestKeys {
  private final RSAKey rsa;
  private final ECKey ec;
  private final OctetKeyPair edPublic;
  private final KeyPair ed;

  /**
   * New keys.
   *
   * @param number a part of their ids
   */
  TestKeys(int number) {
    try {
      rsa = new RSAKeyGenerator(2048).keyID("test-key-" + number).generate();
      ec = new ECKeyGenerator(Curve.P_256).keyID("test-ec-key-" + number).generate();
      ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] info = ed.getPublic().getEncoded(); // RFC 8410 section 4: the key is its last 32 bytes
      Base64URL x = Base64URL.encode(Arrays.copyOfRange(info, info.length - 32, info.length));
      edPublic = new OctetKeyPair.Builder(Curve.Ed25519, x).keyID("test-ed-key-" + number).build();
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot make keys", e);
    }
  }

  /** The key set that the issuer publishes. */
  String published() {
    return new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK(), edPublic)).toString();
  }

  /** The id of the key for an algorithm. */
  String keyId(String algorithm) {
    return key(algorithm).getKeyID();
  }

  Base64URL sign(String algorithm, String input) {
    byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
    try {
      if (algorithm.equals("EdDSA")) {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(ed.getPrivate());
        signature.update(bytes);
        return Base64URL.encode(signature.sign());
      }
      JWSHeader header = new JWSHeader(JWSAlgorithm.parse(algorithm));
      return algorithm.equals("ES256")
          ? new ECDSASigner(ec).sign(header, bytes)
          : new RSASSASigner(rsa).sign(header, bytes);
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException("The test key cannot sign", e);
    }
  }

  private JWK key(String algorithm) {
    return switch (algorithm) {
      case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512" -> rsa;
      case "ES256" -> ec;
      case "EdDSA" -> edPublic;
      default ->
          throw new IllegalArgumentException(
              "A test issuer does not sign with '"
                  + algorithm
                  + "'. Write RS256, PS256 (or 384, 512), ES256 or EdDSA.");
    };
  }
}
