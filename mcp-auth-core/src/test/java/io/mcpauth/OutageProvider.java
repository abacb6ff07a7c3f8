package io.mcpauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A key server that can answer, fail, hang or refuse, and rotates its keys as providers do. */
final class OutageProvider implements AutoCloseable {
  /** Longer than the longest outage of a run, so that no valid token ends during one. */
  private static final Duration LIFETIME = Duration.ofHours(24);

  private final Clock clock;
  private final List<RSAKey> published = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final ConcurrentHashMap<String, String> forgedParts = new ConcurrentHashMap<>();
  private final int port;
  private volatile RSAKey current;
  private volatile Condition condition = Condition.ANSWERS;
  private volatile CountDownLatch hanging = new CountDownLatch(1);
  private @Nullable HttpServer server;
  private @Nullable ExecutorService threads;

  /** How the provider is. */
  enum Condition {
    ANSWERS,
    FAILS,
    HANGS,
    REFUSES
  }

  OutageProvider(Clock clock) {
    this.clock = clock;
    this.current = newKey();
    published.add(current);
    this.port = listen(0);
  }

  String issuer() {
    return "http://127.0.0.1:" + port;
  }

  String jwksUri() {
    return issuer() + "/jwks";
  }

  int requests() {
    return requests.get();
  }

  String currentKeyId() {
    return current.getKeyID();
  }

  synchronized void become(Condition next) {
    hanging.countDown();
    hanging = new CountDownLatch(1);
    if (condition == Condition.REFUSES && next != Condition.REFUSES) {
      int unused = listen(port);
    }
    condition = next;
    if (next == Condition.REFUSES) {
      stop();
    }
  }

  /** Signs with a new key, which is published first; the last two stay valid beside it. */
  void rotate() {
    RSAKey next = newKey();
    published.add(next);
    if (published.size() > 3) {
      published.remove(0);
    }
    current = next;
  }

  /** A good token of the present key. */
  String mint() {
    Instant now = clock.instant();
    RSAKey key = current;
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .subject("alice")
            .audience(ProtectedServer.RESOURCE)
            .claim("client_id", "load")
            .claim("scope", "mcp")
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFETIME)))
            .jwtID(UUID.randomUUID().toString())
            .build();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .type(new JOSEObjectType("at+jwt"))
            .keyID(key.getKeyID())
            .build();
    try {
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What anybody can write: right claims, a key id that nobody has, and no real signature. */
  String forge() {
    String header = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"" + UUID.randomUUID() + "\"}";
    String rest =
        forgedParts.computeIfAbsent(
            "rest",
            unused -> {
              String[] parts = mint().split("\\.", -1);
              return "." + parts[1] + "." + Base64URL.encode(new byte[256]);
            });
    return Base64URL.encode(header) + rest;
  }

  private int listen(int wanted) {
    try {
      HttpServer fresh =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
      ExecutorService workers = Executors.newCachedThreadPool();
      fresh.setExecutor(workers);
      fresh.createContext("/jwks", this::answer);
      fresh.start();
      server = fresh;
      threads = workers;
      return fresh.getAddress().getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      Condition now = condition;
      if (now == Condition.HANGS) {
        hanging.await();
        return;
      }
      byte[] body =
          now == Condition.ANSWERS
              ? new JWKSet(List.<JWK>copyOf(published)).toString().getBytes(StandardCharsets.UTF_8)
              : new byte[] {'-'};
      exchange.sendResponseHeaders(now == Condition.ANSWERS ? 200 : 500, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    if (server != null) {
      server.stop(0);
    }
    if (threads != null) {
      threads.shutdownNow();
    }
  }

  private static RSAKey newKey() {
    try {
      return new RSAKeyGenerator(2048).keyID("key-" + UUID.randomUUID()).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void close() {
    hanging.countDown();
    stop();
  }
}
