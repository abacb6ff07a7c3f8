package io.mcpauth.testing;

import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.TokenClaims;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server for tests: it serves metadata (RFC 8414) and keys (RFC 7517) on a free
 * loopback port, and mints JWTs with any header and claims with {@link #token}.
 *
 * <pre>{@code
 * String resource = "https://mcp.example.com/mcp";
 * ToolPolicy policy = ToolPolicy.builder().tool("read_file", "files:read").build();
 * try (TestIssuer issuer = TestIssuer.start();
 *     ResourceServer server =
 *         ResourceServer.builder(resource, issuer.authorizationServer(), policy).build()) {
 *   String token = issuer.token(resource).scopes("files:read").claim("roles", "editor").mint();
 *   // send requests with the header "Authorization: Bearer " + token to what server guards
 * }
 * }</pre>
 *
 * <p>It has no login and no token endpoint, binds to the loopback address alone, and nothing of it
 * outlives {@link #close} but its RSA keys, which take long to make: a later issuer may have them.
 * Two that are open at once have none in common. Never a part of a running application.
 */
public final class TestIssuer implements AutoCloseable {
  private static final String METADATA = "/.well-known/oauth-authorization-server";
  private static final String KEYS = "/jwks";

  private final HttpServer server;
  private final Clock clock;
  private final AtomicInteger keyNumber = new AtomicInteger();
  private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
  private final Queue<TestKeys> had = new ConcurrentLinkedQueue<>();
  private volatile TestKeys keys;

  private TestIssuer(HttpServer server, Clock clock) {
    this.server = server;
    this.clock = clock;
    this.keys = newKeys();
  }

  private TestKeys newKeys() {
    TestKeys made = new TestKeys(keyNumber.incrementAndGet());
    had.add(made);
    return made;
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

  /**
   * Starts an issuer for a try by hand, and prints it with a token for each further argument, whose
   * scopes are separated by spaces. The tokens last an hour, and the issuer until the process ends:
   *
   * <p>{@code java -cp 'target/lib/*' io.mcpauth.testing.TestIssuer http://localhost:8080/mcp
   * 'notes:read' 'notes:read notes:write'}
   *
   * <p>Where the first argument is no resource it says what to write, and ends with status 2.
   */
  public static void main(String[] arguments) {
    try {
      FirstTry.print(start(), List.of(arguments), System.out);
    } catch (IllegalArgumentException e) {
      System.err.println("TestIssuer: " + e.getMessage());
      System.exit(2);
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
   * This issuer, for the builder of a {@code ResourceServer}: its tokens are accepted, and its keys
   * are where they are.
   */
  public AuthorizationServer authorizationServer() {
    return AuthorizationServer.of(issuer()).withJwksUri(jwksUri());
  }

  /**
   * A token of this issuer for a resource: subject {@code alice}, client {@code test-client}, good
   * for five minutes, of type {@code at+jwt}, signed with RS256. Every part can be changed.
   */
  public Token token(String audience) {
    return new Token(keys, issuer(), audience, clock.instant());
  }

  /** Replaces the signing keys: the old ones are no longer published. */
  public void rotateKey() {
    keys = newKeys();
  }

  /** How often a path was asked for, such as {@code /jwks}. */
  public int requests(String path) {
    AtomicInteger count = requests.get(path);
    return count == null ? 0 : count.get();
  }

  /** Stops the server. A later issuer may have its keys. */
  @Override
  public void close() {
    server.stop(0);
    for (TestKeys one = had.poll(); one != null; one = had.poll()) {
      one.release();
    }
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

  /** Shapes one token of a {@link TestIssuer}; also shapes that no issuer should send. */
  public static final class Token {
    private final TestKeys keys;
    private String algorithm = "RS256";
    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();
    private final String issuer;
    private final String audience;
    private final Instant now;

    Token(TestKeys keys, String issuer, String audience, Instant now) {
      this.keys = keys;
      this.issuer = issuer;
      this.audience = audience;
      this.now = now;
      header.put("alg", algorithm);
      header.put("typ", "at+jwt");
      header.put("kid", keys.keyId(algorithm));
      claims.put("iss", issuer);
      claims.put("sub", "alice");
      claims.put("aud", audience);
      claims.put("client_id", "test-client");
      claims.put("iat", now.getEpochSecond());
      claims.put("jti", UUID.randomUUID().toString());
      expiresIn(Duration.ofMinutes(5));
    }

    /** The scopes, as one string. Without this the token has none. */
    public Token scopes(String... scopes) {
      return claim("scope", String.join(" ", scopes));
    }

    /** {@code exp} relative to now; negative for the past. */
    public Token expiresIn(Duration lifetime) {
      return claim("exp", now.plus(lifetime).getEpochSecond());
    }

    /** Sets or replaces a claim. */
    public Token claim(String name, Object value) {
      claims.put(name, value);
      return this;
    }

    /** Removes a claim. */
    public Token withoutClaim(String name) {
      claims.remove(name);
      return this;
    }

    /**
     * Signs with another algorithm than RS256: PS256 (or 384, 512), ES256 or EdDSA. Sets {@code
     * alg} and {@code kid} too.
     *
     * @throws IllegalArgumentException if the issuer has no key for it
     */
    public Token signedWith(String algorithmName) {
      header.put("kid", keys.keyId(algorithmName));
      header.put("alg", algorithmName);
      algorithm = algorithmName;
      return this;
    }

    /**
     * Sets or replaces a header member; the signature is made as {@link #signedWith} says, whatever
     * {@code alg} says.
     */
    public Token header(String name, Object value) {
      header.put(name, value);
      return this;
    }

    /** Removes a header member. */
    public Token withoutHeader(String name) {
      header.remove(name);
      return this;
    }

    /**
     * The principal that a resource server makes of these claims, for a unit test of tool code.
     * Kind, audience, lifetime and claims are judged by the generic profile, without clock skew.
     *
     * <p>Does not check: header and signature, and whether your server expects this audience.
     *
     * @param exposeClaims the further claims that it keeps
     * @throws io.mcpauth.error.AuthException if the claims would be refused
     */
    public McpPrincipal principal(String... exposeClaims) {
      Set<String> kept = Set.of(exposeClaims);
      Authenticator.Expectations settings =
          new Authenticator.Expectations(
              List.of(
                  AuthorizationServer.of(issuer)
                      .expectAudience(audience)
                      .verifiedBy(token -> TokenClaims.of(claims))),
              ResourceIdentifier.of("https://unused.example"),
              Duration.ZERO,
              Duration.ofDays(30),
              1);
      try (Authenticator authenticator =
          new Authenticator(settings, Clock.fixed(now, ZoneOffset.UTC))) {
        Authenticator.Outcome outcome =
            authenticator.authenticate(
                new BearerRequest("test"), new LivePolicy.Generation(0, kept));
        if (outcome instanceof Authenticator.NotProven refused) {
          throw new AuthException(refused.refusal().reason(), refused.refusal().facts());
        }
        return ((Authenticator.Proven) outcome).principal();
      }
    }

    /** The token in compact form. */
    public String mint() {
      String input =
          Base64URL.encode(Json.write(header)) + "." + Base64URL.encode(Json.write(claims));
      return input + "." + keys.sign(algorithm, input);
    }
  }

  /** A request with a bearer token and nothing else. */
  private record BearerRequest(String token) implements AccessRequest {
    @Override
    public String method() {
      return "POST";
    }

    @Override
    public List<String> headers(String name) {
      return name.equals("Authorization") ? List.of("Bearer " + token) : List.of();
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public byte[] body(BodyReader reader) {
      return new byte[0];
    }
  }
}
