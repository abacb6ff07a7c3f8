package io.mcpauth.store;

import java.time.Instant;

/**
 * An entry of a {@link Store} at one moment.
 *
 * @param value what was stored
 * @param version grows with each change of the entry; for {@link Store#replace}
 * @param expiresAt when it is gone
 */
public record StoredEntry(String value, long version, Instant expiresAt) {
  /** Leaves the value out: it may hold a secret. */
  @Override
  public String toString() {
    return "StoredEntry[version=" + version + ", expiresAt=" + expiresAt + "]";
  }
}
