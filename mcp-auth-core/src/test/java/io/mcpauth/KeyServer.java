package io.mcpauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The keys of {@link RawIssuer#ISSUER}: whatever JWKs a test publishes, and how often asked for.
 */
final class KeyServer implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile byte[] document = new byte[0];
  private volatile int status = 200;

  KeyServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/jwks",
        exchange -> {
          requests.incrementAndGet();
          byte[] answer = document;
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  KeyServer publish(String... jwks) {
    document = ("{\"keys\":[" + String.join(",", jwks) + "]}").getBytes(StandardCharsets.UTF_8);
    return this;
  }

  void answerWith(int newStatus) {
    status = newStatus;
  }

  int requests() {
    return requests.get();
  }

  AuthorizationServer authorizationServer() {
    return AuthorizationServer.of(RawIssuer.ISSUER)
        .withJwksUri("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
  }

  static RSAKey rsa(String kid) {
    try {
      return new RSAKeyGenerator(2048).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String jwk(RSAKey key) {
    return key.toPublicJWK().toJSONString();
  }

  /** A good token but for more claims, with the key's id, made by that key. */
  static String rs256(RSAKey key, String moreClaims) {
    String header = "{\"alg\":\"RS256\",\"kid\":\"" + key.getKeyID() + "\"}";
    return rs256(key, header, RawIssuer.claims(moreClaims));
  }

  static String rs256(RSAKey key, String header, String claims) {
    String input = RawIssuer.encode(header) + "." + RawIssuer.encode(claims);
    try {
      return input
          + "."
          + new RSASSASigner(key)
              .sign(new JWSHeader(JWSAlgorithm.RS256), input.getBytes(StandardCharsets.US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
