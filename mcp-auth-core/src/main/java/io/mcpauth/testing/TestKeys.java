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
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** The keys of a {@link TestIssuer} between two rotations: one for each family of algorithms. */
final class TestKeys {
  private static final int MOST_SPARE = 64;

  /** RSA keys that no issuer has any more: a new one takes longer than most tests. */
  private static final BlockingQueue<KeyPair> SPARE = new ArrayBlockingQueue<>(MOST_SPARE);

  private final KeyPair rsaPair;
  private final RSAKey rsa;
  private final ECKey ec;
  private final OctetKeyPair edPublic;
  private final KeyPair ed;

  /**
   * Keys that no other issuer has now.
   *
   * @param number a part of their ids
   */
  TestKeys(int number) {
    try {
      KeyPair spare = SPARE.poll();
      rsaPair = spare == null ? newRsa() : spare;
      rsa =
          new RSAKey.Builder((RSAPublicKey) rsaPair.getPublic())
              .privateKey(rsaPair.getPrivate())
              .keyID("test-key-" + number)
              .build();
      ec = new ECKeyGenerator(Curve.P_256).keyID("test-ec-key-" + number).generate();
      ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] info = ed.getPublic().getEncoded(); // RFC 8410 section 4: the key is its last 32 bytes
      Base64URL x = Base64URL.encode(Arrays.copyOfRange(info, info.length - 32, info.length));
      edPublic = new OctetKeyPair.Builder(Curve.Ed25519, x).keyID("test-ed-key-" + number).build();
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot make keys", e);
    }
  }

  private static KeyPair newRsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  /** Gives the RSA key to issuers to come; once, when nobody takes its signatures any more. */
  void release() {
    boolean unused = SPARE.offer(rsaPair);
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
