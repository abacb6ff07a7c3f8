package io.mcpauth.key;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A name with its secrets, as it is kept: one entry, so that all of them are revoked at once.
 *
 * @param life how long a new secret lasts
 * @param secrets at least one, the newest first
 */
record KeyEntry(
    String name,
    IssuedKey.Use use,
    @Nullable String owner,
    Set<String> scopes,
    String resource,
    Duration life,
    List<Secret> secrets) {
  /** Who rotates more often than the overlap ends has no use for the oldest. */
  static final int MOST_SECRETS = 5;

  KeyEntry {
    scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    secrets = List.copyOf(secrets);
  }

  /**
   * What is kept of a secret.
   *
   * @param hash the SHA-256 of the whole text in base64url
   */
  record Secret(String id, String hash, Instant createdAt, Instant expiresAt) {
    static Secret of(KeyText text, Instant now, Duration life) {
      return new Secret(text.id(), text.hash(), now, now.plus(life));
    }

    boolean isGood(Instant now) {
      return now.isBefore(expiresAt);
    }

    private Secret endingBy(Instant end) {
      return expiresAt.isAfter(end) ? new Secret(id, hash, createdAt, end) : this;
    }

    @Override
    public String toString() {
      return "Secret[" + id + "]";
    }
  }

  static KeyEntry of(NewKey key, String resource, KeyText text, Instant now) {
    return new KeyEntry(
        key.name(),
        key.use(),
        key.owner(),
        key.scopes(),
        resource,
        key.life(),
        List.of(Secret.of(text, now, key.life())));
  }

  /** With a new secret; those before end by an instant, or where they end already. */
  KeyEntry rotated(KeyText text, Instant now, Duration overlap) {
    List<Secret> next = new ArrayList<>(List.of(Secret.of(text, now, life)));
    for (Secret secret : secrets) {
      Secret before = secret.endingBy(now.plus(overlap));
      if (before.isGood(now) && next.size() < MOST_SECRETS) {
        next.add(before);
      }
    }
    return new KeyEntry(name, use, owner, scopes, resource, life, next);
  }

  /** When the last of them ends. */
  Instant end() {
    return secrets.stream()
        .map(Secret::expiresAt)
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  boolean isGood(Instant now) {
    return now.isBefore(end());
  }

  /** Whether whoever was let in by the other would be let in by this one too, and as the same. */
  boolean saysTheSameAs(KeyEntry other) {
    return name.equals(other.name)
        && use == other.use
        && Objects.equals(owner, other.owner)
        && scopes.equals(other.scopes)
        && resource.equals(other.resource);
  }

  boolean isOf(String ofResource, String named) {
    return resource.equals(ofResource) && name.equals(named);
  }

  IssuedKey issued(Secret secret, @Nullable Instant lastUsedAt) {
    return new IssuedKey(
        name,
        secret.id(),
        use,
        owner,
        scopes,
        resource,
        secret.createdAt(),
        secret.expiresAt(),
        lastUsedAt);
  }
}
