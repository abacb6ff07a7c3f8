package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.internal.jose.SignedJwt;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.StoreKey;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves clients by {@code private_key_jwt} (RFC 7523 section 3 with the updates of
 * draft-ietf-oauth-rfc7523bis section 4, OpenID Connect Core section 9), registered ones and those
 * with a metadata document alike.
 *
 * <p>Required: {@code iss} and {@code sub} are the client; {@code aud} is this server's issuer and
 * nothing beside it; {@code exp} at most 5 minutes ahead; {@code jti}, used once on all nodes that
 * share the store; {@code typ} {@code client-authentication+jwt}, {@code JWT} or none; a signature
 * by one of the client's keys, with the algorithm it has committed itself to. Clocks may differ by
 * 60 seconds. Keys at a {@code jwks_uri} are fetched from public addresses only, 50 KB, 5 seconds,
 * no redirect, kept for 5 minutes (an hour more while they cannot be fetched), and asked for again,
 * once a second at most, where a key id is unknown. Of one client 5,000 used assertions are
 * remembered at a time; one more is a 503 until the first of them have ended.
 *
 * <p>Does not check: whether the client has to prove itself at all. The caller does, and refuses a
 * request without an assertion of a client that has keys.
 */
public final class ClientAssertionVerifier implements AutoCloseable {
  private static final String COLLECTION = "client-assertion";

  /** Of one client, that are remembered: a dozen a second, for as long as they are good. */
  static final int MOST_USED = 5_000;

  private static final Set<String> TYPES = Set.of("client-authentication+jwt", "jwt", "");

  private final Set<String> audiences;
  private final Store store;
  private final Clock clock;
  private final Duration skew;
  private final Duration longest;
  private final KeyAddresses addresses;
  private final Set<String> algorithms;
  private final SignatureChecks checks = SignatureChecks.onHalfTheProcessors();

  private ClientAssertionVerifier(Builder builder, OutboundHttp http) {
    this.audiences = Set.copyOf(builder.audiences);
    this.store = builder.store;
    this.clock = builder.clock == null ? Clock.systemUTC() : builder.clock;
    this.skew = builder.skew == null ? Duration.ofSeconds(60) : builder.skew;
    this.longest = builder.longest == null ? Duration.ofMinutes(5) : builder.longest;
    this.algorithms =
        builder.algorithms == null ? RegistrationPolicy.SIGNING_ALGS : builder.algorithms;
    this.addresses = new KeyAddresses(http, clock, builder.loopback);
  }

  /**
   * A builder.
   *
   * @param issuer the identifier of this authorization server (RFC 8414 section 2), as published
   * @param store remembers what was used; shared by all nodes
   */
  public static Builder builder(String issuer, Store store) {
    return new Builder(issuer, store);
  }

  /**
   * Proves a client.
   *
   * @param assertion of the request
   * @param clientId of the client whose keys these are
   * @param keys the client's, as registered or as its document says now
   * @return the client id, proven
   * @throws AuthException {@code CLIENT_ASSERTION_INVALID}, {@code CLIENT_ASSERTION_REPLAYED};
   *     {@code CLIENT_KEYS_UNAVAILABLE} or {@code STORE_UNAVAILABLE} where it cannot be told now
   */
  public String verify(ClientAssertion assertion, String clientId, ClientKeys keys) {
    SignedJwt jwt = assertion.jwt();
    try {
      if (!assertion.claimedClientId().equals(clientId)) {
        throw ClientAssertion.refused(
            "iss and sub of a client assertion must be the client_id", Map.of());
      }
      requireType(jwt);
      requireOffered(jwt);
      requireAudience(jwt);
      Instant expiresAt = requireLifetime(jwt);
      String id = jwtId(jwt);
      requireSigned(jwt, keys);
      // Last, so that nobody without the key can use up the client's ids.
      requireUnused(clientId, id, expiresAt);
      return clientId;
    } catch (AuthException e) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("client_id", clientId);
      facts.putAll(e.facts());
      throw new AuthException(e.reason(), e.description(), facts);
    }
  }

  /** RFC 7523bis section 4: typing is wished for, its absence no reason to refuse. */
  private static void requireType(SignedJwt jwt) {
    try {
      jwt.requireType(TYPES);
    } catch (AuthException e) {
      throw ClientAssertion.refused(
          "typ of a client assertion must be client-authentication+jwt",
          ClientAssertion.because(e));
    }
  }

  /** RFC 8414 section 2: what the metadata does not offer is not tried. */
  private void requireOffered(SignedJwt jwt) {
    if (!algorithms.contains(jwt.algorithm())) {
      throw ClientAssertion.refused(
          "A client assertion must be signed with an algorithm that is offered",
          Map.of("offered", algorithms.toString(), "found", jwt.algorithm()));
    }
  }

  /** RFC 7523bis section 4, item 3.b: the sole value, or another server's assertion would do. */
  private void requireAudience(SignedJwt jwt) {
    Object aud = jwt.claim("aud");
    Object sole = aud instanceof List<?> list && list.size() == 1 ? list.get(0) : aud;
    if (!(sole instanceof String audience) || !audiences.contains(audience)) {
      throw ClientAssertion.refused(
          "aud of a client assertion must be the issuer and nothing else",
          Map.of("expected", audiences.toString(), "found", shown(aud)));
    }
  }

  private static String shown(@Nullable Object aud) {
    return aud instanceof String || aud instanceof List<?> ? aud.toString() : "none, or no string";
  }

  /** RFC 7523 section 3, items 4 to 6. */
  private Instant requireLifetime(SignedJwt jwt) {
    Instant expiresAt;
    try {
      expiresAt = jwt.requireGoodAt(clock.instant(), skew, longest);
    } catch (AuthException e) {
      throw ClientAssertion.refused(
          "exp of a client assertion must be ahead, by no more than " + longest,
          ClientAssertion.because(e));
    }
    // One that was good for a day must not pass in its last minutes.
    if (jwt.claim("iat") instanceof Number issued
        && expiresAt.getEpochSecond() - issued.longValue() > longest.plus(skew).toSeconds()) {
      throw ClientAssertion.refused(
          "A client assertion must be good for no more than " + longest, Map.of());
    }
    return expiresAt;
  }

  private static String jwtId(SignedJwt jwt) {
    if (jwt.claim("jti") instanceof String id && !id.isEmpty()) {
      return id;
    }
    throw ClientAssertion.refused("A client assertion must have a jti", Map.of());
  }

  private void requireSigned(SignedJwt jwt, ClientKeys keys) {
    String only = keys.algorithm();
    if (only != null && !only.equals(jwt.algorithm())) {
      throw ClientAssertion.refused(
          "A client assertion must be signed with token_endpoint_auth_signing_alg",
          Map.of("expected", only, "found", jwt.algorithm()));
    }
    try {
      addresses.keys(keys).requireSigned(jwt, checks);
    } catch (AuthException e) {
      if (e.reason() == ReasonCode.OVER_LIMIT) {
        throw e; // of this side, and nobody else's to mend
      }
      if (e.reason().status() == 503) {
        throw new AuthException(ReasonCode.CLIENT_KEYS_UNAVAILABLE, ClientAssertion.because(e));
      }
      throw ClientAssertion.refused(
          "The client assertion is not signed with a key of the client",
          ClientAssertion.because(e));
    }
  }

  /** RFC 7523 section 3, item 7. */
  private void requireUnused(String clientId, String id, Instant expiresAt) {
    // Longer than it is accepted here: a node or a database with another clock has to know it too.
    Instant until = expiresAt.plus(skew).plus(skew).plusSeconds(1);
    String client = StoreKey.hash(clientId);
    boolean first;
    try {
      if (store.count(COLLECTION, client) >= MOST_USED) {
        // None may be forgotten, so this one is refused; the room of other clients stays theirs.
        throw new AuthException(
            ReasonCode.OVER_LIMIT, Map.of("limit", "assertions of this client"));
      }
      first = store.create(COLLECTION, hash(clientId, id), client, "1", until);
    } catch (StoreException e) {
      throw new AuthException(
          ReasonCode.STORE_UNAVAILABLE, Map.of("problem", String.valueOf(e.getMessage())));
    }
    if (!first) {
      throw new AuthException(ReasonCode.CLIENT_ASSERTION_REPLAYED);
    }
  }

  /** Of both, so that no client can use up another's ids; the length keeps them apart. */
  private static String hash(String clientId, String id) {
    return StoreKey.hash(clientId.length() + ":" + clientId + id);
  }

  /** How many signatures were checked. */
  long signatureChecks() {
    return checks.made();
  }

  /** Ends running fetches; later ones are refused. Leaves the store open. */
  @Override
  public void close() {
    addresses.close();
  }

  /** Shapes a {@link ClientAssertionVerifier}. What is set twice stops the start. */
  public static final class Builder {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Set<String> audiences = new LinkedHashSet<>();
    private final Store store;
    private @Nullable Set<String> algorithms;
    private @Nullable OutboundConnections connections;
    private @Nullable Clock clock;
    private @Nullable Duration skew;
    private @Nullable Duration longest;
    private boolean loopback;

    private Builder(String issuer, Store store) {
      if (issuer.isEmpty()) {
        throw new IllegalArgumentException(
            "The issuer is empty. Write the issuer of the authorization server as published.");
      }
      audiences.add(issuer);
      this.store = store;
    }

    /**
     * Also accepts a URL of the token endpoint as the sole {@code aud}, as published; may be called
     * for several.
     *
     * <p>RFC 7523 allowed it, and clients send it (ChatGPT does). Its update forbids it: a server
     * that lies about its token endpoint in its metadata can so obtain assertions that are good
     * here. Call it only while a client that you need has not changed.
     */
    public Builder acceptTokenEndpointAsAudience(URI tokenEndpoint) {
      if (!tokenEndpoint.isAbsolute() || tokenEndpoint.getHost() == null) {
        throw new IllegalArgumentException(
            "'" + tokenEndpoint + "' is not the URL of a token endpoint. Write it as published.");
      }
      audiences.add(tokenEndpoint.toString());
      return this;
    }

    /**
     * The algorithms that are accepted, as {@code token_endpoint_auth_signing_alg_values_supported}
     * of the metadata offers them (RFC 8414 section 2); RS256, PS256, ES256 and EdDSA without this,
     * which is what {@link RegistrationPolicy} lets clients register.
     *
     * @throws IllegalArgumentException if there is none, or one is not asymmetric
     */
    public Builder signingAlgs(String... offered) {
      SetOnce.require(algorithms == null, "The list of signing algorithms");
      algorithms = RegistrationPolicy.signingAlgs(offered);
      return this;
    }

    /**
     * How far ahead {@code exp} may be; 5 minutes without this.
     *
     * @throws IllegalArgumentException unless more than zero and at most an hour
     */
    public Builder longestLifetime(Duration lifetime) {
      SetOnce.require(longest == null, "The longest lifetime");
      if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "longestLifetime " + lifetime + " is out of range: write up to " + LONGEST + ".");
      }
      longest = lifetime;
      return this;
    }

    /**
     * How far the clocks may differ; 60 seconds without this.
     *
     * @throws IllegalArgumentException unless zero to 5 minutes
     */
    public Builder clockSkew(Duration allowed) {
      SetOnce.require(skew == null, "The clock skew");
      if (allowed.isNegative() || allowed.compareTo(Duration.ofMinutes(5)) > 0) {
        throw new IllegalArgumentException(
            "clockSkew " + allowed + " is out of range: write zero to PT5M.");
      }
      skew = allowed;
      return this;
    }

    /** The clock that judges; the system's without this. */
    public Builder clock(Clock source) {
      SetOnce.require(clock == null, "The clock");
      clock = source;
      return this;
    }

    /**
     * Also fetches keys from this machine, with {@code http} too. For development and tests on one
     * machine; never for a server that others can reach, because a client could then make it ask
     * the services of its own machine.
     */
    public Builder allowLoopbackKeysForDevelopment() {
      SetOnce.require(!loopback, "allowLoopbackKeysForDevelopment");
      loopback = true;
      return this;
    }

    /**
     * The proxy and the certificates for fetching keys; {@link OutboundConnections#defaults()}
     * without this. Its limits are not used: these keys are strangers'. Through a proxy they are
     * not fetched unless {@link EgressProxy#refusingPrivateAddressesByItself} was called.
     */
    public Builder connections(OutboundConnections through) {
      SetOnce.require(connections == null, "The connections");
      connections = through;
      return this;
    }

    /** The verifier; it holds a few idle threads until it is closed. */
    public ClientAssertionVerifier build() {
      return build(
          new OutboundHttp(
              connections == null ? OutboundConnections.defaults() : connections,
              KeyAddresses.LIMITS));
    }

    ClientAssertionVerifier build(OutboundHttp http) {
      return new ClientAssertionVerifier(this, http);
    }
  }
}
