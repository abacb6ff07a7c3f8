package io.mcpauth.issuer;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client that the operator entered, without its secrets.
 *
 * @param id its {@code client_id}
 * @param name for people, or null where it has none but its id
 * @param authMethod its {@code token_endpoint_auth_method}
 * @param grantTypes what it may come to the token endpoint with
 * @param redirectUris where its users come back to
 * @param scopes all that it may have, or null for whatever the server offers
 * @param lifetime of its access tokens, or null for that of the server
 * @param firstParty whether the operator vouches for it
 * @param introspects whether it may ask about tokens
 * @param dpopBoundTokens whether it gets no tokens but those that are bound to a key (DPoP)
 * @param enabled whether it may be used
 * @param createdAt when it was entered, by the clock of the store
 * @param secrets those that are kept, the newest first; empty where it has none
 */
public record EnteredClient(
    String id,
    @Nullable String name,
    String authMethod,
    Set<String> grantTypes,
    List<String> redirectUris,
    @Nullable Set<String> scopes,
    @Nullable Duration lifetime,
    boolean firstParty,
    boolean introspects,
    boolean dpopBoundTokens,
    boolean enabled,
    Instant createdAt,
    List<SecretLife> secrets) {
  /** Copies, in their order. */
  public EnteredClient {
    grantTypes = Collections.unmodifiableSet(new LinkedHashSet<>(grantTypes));
    redirectUris = List.copyOf(redirectUris);
    scopes = scopes == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    secrets = List.copyOf(secrets);
  }

  /**
   * How long a secret is good.
   *
   * @param createdAt from when
   * @param expiresAt until when, or null where a rotation has not said it
   */
  public record SecretLife(Instant createdAt, @Nullable Instant expiresAt) {}
}
