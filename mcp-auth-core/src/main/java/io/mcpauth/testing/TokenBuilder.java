package io.mcpauth.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Shapes one token of a {@link TestIssuer}; also shapes that no issuer should send. */
public final class TokenBuilder {
  private final RSAKey key;
  private final JWSAlgorithm algorithm;
  private final Map<String, Object> header = new LinkedHashMap<>();
  private final Map<String, Object> claims = new LinkedHashMap<>();
  private final Instant now;

  TokenBuilder(RSAKey key, JWSAlgorithm algorithm, String issuer, String audience, Instant now) {
    this.key = key;
    this.algorithm = algorithm;
    this.now = now;
    header.put("alg", algorithm.getName());
    header.put("typ", "at+jwt");
    header.put("kid", key.getKeyID());
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

  /** Sets or replaces a header member; the signature is made with RS256 whatever it says. */
  public TokenBuilder header(String name, Object value) {
    header.put(name, value);
    return this;
  }

  /** Removes a header member. */
  public TokenBuilder withoutHeader(String name) {
    header.remove(name);
    return this;
  }

  /** The token in compact form. */
  public String mint() {
    String input =
        Base64URL.encode(Json.write(header)) + "." + Base64URL.encode(Json.write(claims));
    return input + "." + sign(input);
  }

  private Base64URL sign(String input) {
    try {
      return new RSASSASigner(key)
          .sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException("The test key cannot sign", e);
    }
  }
}
