package io.mcpauth.issuer;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.store.StoreKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that the operator entered, as it is kept: one entry with its secrets as hashes.
 *
 * @param metadata what it would have registered with
 * @param scopes all that it may have, or null for whatever the server offers
 * @param lifetime of its access tokens, or null for that of the server
 * @param secrets the newest first; empty where it has none
 */
record ClientEntry(
    String id,
    ClientMetadata metadata,
    @Nullable Set<String> scopes,
    @Nullable Duration lifetime,
    boolean firstParty,
    boolean introspects,
    boolean enabled,
    Instant createdAt,
    List<Secret> secrets) {
  /** Who rotates more often than the overlap ends has no use for the oldest. */
  static final int MOST_SECRETS = 5;

  ClientEntry {
    scopes = scopes == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    secrets = List.copyOf(secrets);
  }

  /**
   * What is kept of a secret.
   *
   * @param hash its SHA-256 in base64url
   * @param expiresAt when it ends, or null where a rotation has not said it
   */
  record Secret(String hash, Instant createdAt, @Nullable Instant expiresAt) {
    boolean isGood(Instant now) {
      return expiresAt == null || now.isBefore(expiresAt);
    }

    private Secret endingBy(Instant end) {
      return expiresAt == null || expiresAt.isAfter(end) ? new Secret(hash, createdAt, end) : this;
    }

    @Override
    public String toString() {
      return "Secret[" + createdAt + "]";
    }
  }

  /**
   * A new one.
   *
   * @param secret its first, or null where it has none
   */
  static ClientEntry of(
      NewClient client, ClientMetadata metadata, @Nullable String secret, Instant now) {
    List<Secret> secrets =
        secret == null ? List.of() : List.of(new Secret(StoreKey.hash(secret), now, null));
    return new ClientEntry(
        client.id(),
        metadata,
        client.scopes(),
        client.lifetime(),
        client.isFirstParty(),
        client.isIntrospecting(),
        true,
        now,
        secrets);
  }

  /** With a new secret; those before end by an instant, or where they end already. */
  ClientEntry rotated(String secret, Instant now, Duration overlap) {
    List<Secret> next = new ArrayList<>(List.of(new Secret(StoreKey.hash(secret), now, null)));
    for (Secret one : secrets) {
      Secret before = one.endingBy(now.plus(overlap));
      boolean other = !before.hash().equals(next.get(0).hash());
      if (other && before.isGood(now) && next.size() < MOST_SECRETS) {
        next.add(before);
      }
    }
    return new ClientEntry(
        id, metadata, scopes, lifetime, firstParty, introspects, enabled, createdAt, next);
  }

  ClientEntry limitedTo(@Nullable Set<String> only) {
    return new ClientEntry(
        id, metadata, only, lifetime, firstParty, introspects, enabled, createdAt, secrets);
  }

  ClientEntry lasting(@Nullable Duration tokens) {
    return new ClientEntry(
        id, metadata, scopes, tokens, firstParty, introspects, enabled, createdAt, secrets);
  }

  ClientEntry enabled(boolean on) {
    return new ClientEntry(
        id, metadata, scopes, lifetime, firstParty, introspects, on, createdAt, secrets);
  }

  /** Whether one of its secrets is that, in a time that does not depend on what is like it. */
  boolean hasSecret(String presented, Instant now) {
    boolean good = false;
    byte[] hash = bytes(StoreKey.hash(presented));
    for (Secret secret : secrets) {
      good |= MessageDigest.isEqual(hash, bytes(secret.hash())) && secret.isGood(now);
    }
    return good;
  }

  private static byte[] bytes(String hash) {
    return hash.getBytes(StandardCharsets.US_ASCII);
  }

  EnteredClient entered() {
    return new EnteredClient(
        id,
        metadata.clientName(),
        metadata.tokenEndpointAuthMethod(),
        new LinkedHashSet<>(metadata.grantTypes()),
        metadata.redirectUris(),
        scopes,
        lifetime,
        firstParty,
        introspects,
        metadata.dpopBoundAccessTokens(),
        enabled,
        createdAt,
        secrets.stream()
            .map(one -> new EnteredClient.SecretLife(one.createdAt(), one.expiresAt()))
            .toList());
  }

  Client client() {
    return new Client(
        id, Client.Way.ENTERED, metadata, scopes, lifetime, firstParty, introspects, null);
  }

  @Override
  public String toString() {
    return "ClientEntry[" + id + "]";
  }
}
