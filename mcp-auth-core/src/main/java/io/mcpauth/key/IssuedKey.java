package io.mcpauth.key;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key that was issued, without its secret. While a rotated key overlaps, its
 * name has two of these.
 *
 * @param name of the key, which its callers have as their client id
 * @param id the part of its text by which it is found, which is no secret
 * @param use how it may be sent
 * @param owner whose it is, which its callers have as their subject; null for nobody's
 * @param scopes what it may do
 * @param resource what it is for: its audience
 * @param createdAt when it was made, by the clock of the store
 * @param expiresAt when it is no longer good
 * @param lastUsedAt when a node last saw it in use, as far as that was written; null for never, or
 *     where that is kept in memory alone
 */
public record IssuedKey(
    String name,
    String id,
    Use use,
    @Nullable String owner,
    Set<String> scopes,
    String resource,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant lastUsedAt) {
  /** A copy of the scopes, in their order. */
  public IssuedKey {
    scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
  }

  /** How a key may be sent. One for one use is none for the other. */
  public enum Use {
    /** As a bearer token, or in the header for keys. */
    KEY,
    /** As the password of a service account, whose name is that of the key (RFC 7617). */
    BASIC
  }
}
