package io.mcpauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;

/** An issuer that signs whatever bytes it is given, with an RSA, a P-256 and an Ed25519 key. */
final class RawIssuer implements AutoCloseable {
  static final String ISSUER = "https://raw.example.com";
  static final String RS256 = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}";
  static final String ES256 = "{\"alg\":\"ES256\",\"kid\":\"ec-1\"}";

  private final RSAKey rsa;
  private final ECKey ec;
  private final KeyPair ed;
  private final String jwks;
  private final HttpServer server;

  private RawIssuer(RSAKey rsa, ECKey ec, KeyPair ed, String jwks, HttpServer server) {
    this.rsa = rsa;
    this.ec = ec;
    this.ed = ed;
    this.jwks = jwks;
    this.server = server;
  }

  static RawIssuer start() {
    try {
      RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
      ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
      KeyPair ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      String jwks = new JWKSet(List.of(rsa, ec, jwk(ed))).toString(true);
      byte[] keys = jwks.getBytes(StandardCharsets.UTF_8);
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/jwks",
          exchange -> {
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
          });
      server.start();
      return new RawIssuer(rsa, ec, ed, jwks, server);
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its keys are at an explicit address; there is no metadata. */
  AuthorizationServer authorizationServer() {
    return AuthorizationServer.of(ISSUER)
        .withJwksUri("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
  }

  /** The last 32 octets of the encoding are the key (RFC 8410 section 4). */
  private static OctetKeyPair jwk(KeyPair ed) {
    byte[] encoded = ed.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).keyID("ed-1").build();
  }

  /** The public keys as they are served. */
  String jwks() {
    return jwks;
  }

  RSAKey rsa() {
    return rsa;
  }

  /** The claims of a good token, with more members, or the same again, behind them. */
  static String claims(String more) {
    long exp = ProtectedServer.CLOCK.instant().plusSeconds(300).getEpochSecond();
    return """
    {"iss":"%s","sub":"alice","aud":"%s","scope":"mcp","exp":%d%s}\
    """
        .formatted(ISSUER, ProtectedServer.RESOURCE, exp, more);
  }

  static String encode(String text) {
    return Base64URL.encode(text).toString();
  }

  String rs256(String header, String claims) {
    return signed(encode(header) + "." + encode(claims), JWSAlgorithm.RS256);
  }

  String es256(String header, String claims) {
    return signed(encode(header) + "." + encode(claims), JWSAlgorithm.ES256);
  }

  /** Any signing input, also one that is no encoded JSON. */
  String signed(String input, JWSAlgorithm algorithm) {
    try {
      if (JWSAlgorithm.EdDSA.equals(algorithm)) {
        return input + "." + ed25519(input);
      }
      boolean curve = JWSAlgorithm.Family.EC.contains(algorithm);
      return input
          + "."
          + sign(input, algorithm, curve ? new ECDSASigner(ec) : new RSASSASigner(rsa));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Nimbus would need Tink for it. */
  private Base64URL ed25519(String input) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(ed.getPrivate());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return Base64URL.encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String hmac(String header, String claims, byte[] secret) {
    try {
      String input = encode(header) + "." + encode(claims);
      return input + "." + sign(input, JWSAlgorithm.HS256, new MACSigner(secret));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Base64URL sign(String input, JWSAlgorithm algorithm, JWSSigner signer)
      throws JOSEException {
    return signer.sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
