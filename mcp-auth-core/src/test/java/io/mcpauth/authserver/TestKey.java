package io.mcpauth.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A key of a client. */
final class TestKey {
  private final JWK jwk;
  private final JWSSigner signer;
  private final String algorithm;

  private TestKey(JWK jwk, JWSSigner signer, String algorithm) {
    this.jwk = jwk;
    this.signer = signer;
    this.algorithm = algorithm;
  }

  static TestKey rsa(String kid) {
    try {
      RSAKey key = new RSAKeyGenerator(2048).keyID(kid).generate();
      return new TestKey(key, new RSASSASigner(key), "RS256");
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static TestKey ec(String kid) {
    try {
      ECKey key = new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
      return new TestKey(key, new ECDSASigner(key), "ES256");
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  String algorithm() {
    return algorithm;
  }

  String kid() {
    return jwk.getKeyID();
  }

  byte[] modulus() {
    return ((RSAKey) jwk).getModulus().decode();
  }

  Map<String, Object> publicJwk() {
    return jwk.toPublicJWK().toJSONObject();
  }

  Map<String, Object> privateJwk() {
    return jwk.toJSONObject();
  }

  /** The set with the public halves of keys. */
  static Map<String, @Nullable Object> set(TestKey... keys) {
    return Map.of("keys", List.of(keys).stream().map(TestKey::publicJwk).toList());
  }

  /** A compact JWS, whatever the header says. */
  String sign(Map<String, ? extends @Nullable Object> header, byte[] payload) {
    String input = part(Json.write(header)) + "." + part(payload);
    try {
      return input
          + "."
          + signer.sign(
              new JWSHeader(JWSAlgorithm.parse(algorithm)),
              input.getBytes(StandardCharsets.US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String part(byte[] bytes) {
    return Base64URL.encode(bytes).toString();
  }
}
