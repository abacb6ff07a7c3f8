package io.mcpauth.authserver;

import io.mcpauth.internal.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A client assertion, good or bad. */
final class AssertionBuilder {
  private final Map<String, @Nullable Object> header = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();
  private final TestKey key;
  private final Instant now;

  AssertionBuilder(TestKey key, String clientId, String audience, Instant now) {
    this.key = key;
    this.now = now;
    header.put("typ", "client-authentication+jwt");
    header.put("alg", key.algorithm());
    header.put("kid", key.kid());
    claims.put("iss", clientId);
    claims.put("sub", clientId);
    claims.put("aud", audience);
    claims.put("iat", now.getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    expiresIn(Duration.ofMinutes(1));
  }

  AssertionBuilder expiresIn(Duration lifetime) {
    return claim("exp", now.plus(lifetime).getEpochSecond());
  }

  AssertionBuilder claim(String name, @Nullable Object value) {
    claims.put(name, value);
    return this;
  }

  AssertionBuilder without(String name) {
    claims.remove(name);
    return this;
  }

  AssertionBuilder header(String name, @Nullable Object value) {
    header.put(name, value);
    return this;
  }

  AssertionBuilder withoutHeader(String name) {
    header.remove(name);
    return this;
  }

  /** Header and claims, as they stand in a compact JWS. */
  String signingInput() {
    return TestKey.part(Json.write(header)) + "." + TestKey.part(Json.write(claims));
  }

  String compact() {
    return key.sign(header, Json.write(claims));
  }
}
