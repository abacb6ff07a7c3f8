package io.mcpauth.testing;

import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Revocations;
import io.mcpauth.token.TokenClaims;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Shapes one token of a {@link TestIssuer}; also shapes that no issuer should send. */
public final class TokenBuilder {
  private final TestKeys keys;
  private String algorithm = "RS256";
  private final Map<String, Object> header = new LinkedHashMap<>();
  private final Map<String, Object> claims = new LinkedHashMap<>();
  private final String issuer;
  private final String audience;
  private final Instant now;

  TokenBuilder(TestKeys keys, String issuer, String audience, Instant now) {
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
  public TokenBuilder scopes(String... scopes) {
    return claim("scope", String.join(" ", scopes));
  }

  /** {@code exp} relative to now; negative for the past. */
  public TokenBuilder expiresIn(Duration lifetime) {
    return claim("exp", now.plus(lifetime).getEpochSecond());
  }

  /** Sets or replaces a claim. */
  public TokenBuilder claim(String name, Object value) {
    claims.put(name, value);
    return this;
  }

  /** Removes a claim. */
  public TokenBuilder withoutClaim(String name) {
    claims.remove(name);
    return this;
  }

  /**
   * Signs with another algorithm than RS256: PS256 (or 384, 512), ES256 or EdDSA. Sets {@code alg}
   * and {@code kid} too.
   *
   * @throws IllegalArgumentException if the issuer has no key for it
   */
  public TokenBuilder signedWith(String algorithmName) {
    header.put("kid", keys.keyId(algorithmName));
    header.put("alg", algorithmName);
    algorithm = algorithmName;
    return this;
  }

  /**
   * Sets or replaces a header member; the signature is made as {@link #signedWith} says, whatever
   * {@code alg} says.
   */
  public TokenBuilder header(String name, Object value) {
    header.put(name, value);
    return this;
  }

  /** Removes a header member. */
  public TokenBuilder withoutHeader(String name) {
    header.remove(name);
    return this;
  }

  /**
   * The principal that a resource server makes of these claims, for a unit test of tool code. Kind,
   * audience, lifetime and claims are judged by the generic profile, without clock skew.
   *
   * <p>Does not check: header and signature, and whether your server expects this audience.
   *
   * @param exposeClaims the further claims that it keeps
   * @throws io.mcpauth.error.AuthException if the claims would be refused
   */
  public McpPrincipal principal(String... exposeClaims) {
    Set<String> kept = Set.of(exposeClaims);
    Authenticator.Settings settings =
        new Authenticator.Settings(
            List.of(
                AuthorizationServer.of(issuer)
                    .expectAudience(audience)
                    .verifiedBy(token -> TokenClaims.of(claims))),
            ResourceIdentifier.of("https://unused.example"),
            Duration.ZERO,
            Duration.ofDays(30),
            new Revocations());
    try (Authenticator authenticator =
        new Authenticator(settings, Clock.fixed(now, ZoneOffset.UTC))) {
      Authenticator.Outcome outcome =
          authenticator.authenticate(new BearerRequest("test"), new LivePolicy.Generation(0, kept));
      if (outcome instanceof Authenticator.Refused refused) {
        throw new AuthException(refused.refusal().reason(), refused.refusal().facts());
      }
      return ((Authenticator.Proven) outcome).principal();
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
    public byte[] body() {
      return new byte[0];
    }
  }

  /** The token in compact form. */
  public String mint() {
    String input =
        Base64URL.encode(Json.write(header)) + "." + Base64URL.encode(Json.write(claims));
    return input + "." + keys.sign(algorithm, input);
  }
}
