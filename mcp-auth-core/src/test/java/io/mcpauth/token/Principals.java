package io.mcpauth.token;

import io.mcpauth.policy.Scheme;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Callers for tests of what only looks at a proven one. */
public final class Principals {
  public static final String ISSUER = "https://login.example.com";
  public static final String CLIENT = "client-1";

  private Principals() {}

  /** A user with these scopes. */
  public static McpPrincipal with(String... scopes) {
    return of(CLIENT, Scheme.BEARER, Map.of(), scopes);
  }

  /** A user, or a client where there is no subject. */
  public static McpPrincipal of(
      String issuer, @Nullable String subject, @Nullable String client, String... scopes) {
    return new McpPrincipal(
        issuer, subject, client, Set.of(scopes), Scheme.BEARER, Instant.MAX, Map.of());
  }

  /** A user of a client, with a scheme, claims and scopes. */
  public static McpPrincipal of(
      @Nullable String clientId, Scheme scheme, Map<String, Object> claims, String... scopes) {
    return new McpPrincipal(
        ISSUER,
        "alice",
        clientId,
        new LinkedHashSet<>(Arrays.asList(scopes)),
        scheme,
        Instant.MAX,
        claims);
  }
}
