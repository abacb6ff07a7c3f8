package io.mcpauth.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mcpauth.internal.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An authorization server for tests: it serves metadata (RFC 8414) and keys (RFC 7517) on a free
 * loopback port, and mints JWTs with any header and claims with {@link #token}.
 *
 * <p>It has no login and no token endpoint, binds to the loopback address alone, and nothing of it
 * outlives {@link #close}. Never a part of a running application.
 */
public final class TestIssuer implements AutoCloseable {
  private static final String METADATA = "/.well-known/oauth-authorization-server";
  private static final String KEYS = "/jwks";

  private final HttpServer server;
  private final Clock clock;
  private final AtomicInteger keyNumber = new AtomicInteger();
  private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
  private volatile TestKeys keys;

  private TestIssuer(HttpServer server, Clock clock) {
    this.server = server;
    this.clock = clock;
    this.keys = new TestKeys(keyNumber.incrementAndGet());
  }

  /** Starts an issuer whose tokens are issued now by the system's clock. */
  public static TestIssuer start() {
    return start(Clock.systemUTC());
  }

  /** Starts an issuer whose tokens are issued now by that clock. */
  public static TestIssuer start(Clock clock) {
    try {
      InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      TestIssuer issuer = new TestIssuer(HttpServer.create(loopback, 0), clock);
      issuer.server.createContext("/", issuer::answer);
      issuer.server.start();
      return issuer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The issuer identifier, such as {@code http://127.0.0.1:40123}. */
  public String issuer() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** The address of the keys. */
  public String jwksUri() {
    return issuer() + KEYS;
  }

  /**
   * A token of this issuer for a resource: subject {@code alice}, client {@code test-client}, good
   * for five minutes, signed with RS256. Every part can be changed.
   */
  public TokenBuilder token(String audience) {
    return new TokenBuilder(keys, issuer(), audience, clock.instant());
  }

  /** Replaces the signing keys: the old ones are no longer published. */
  public void rotateKey() {
    keys = new TestKeys(keyNumber.incrementAndGet());
  }

  /** How often a path was asked for, such as {@code /jwks}. */
  public int requests(String path) {
    AtomicInteger count = requests.get(path);
    return count == null ? 0 : count.get();
  }

  /** Stops the server. */
  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.computeIfAbsent(path, unused -> new AtomicInteger()).incrementAndGet();
    byte[] body =
        switch (path) {
          case METADATA -> metadata();
          case KEYS -> keys.published().getBytes(StandardCharsets.UTF_8);
          default -> new byte[0];
        };
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(
          body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private byte[] metadata() {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("issuer", issuer());
    metadata.put("jwks_uri", jwksUri());
    metadata.put("response_types_supported", List.of("code"));
    metadata.put("code_challenge_methods_supported", List.of("S256"));
    return Json.write(metadata);
  }
}
