package io.mcpauth.key;

import io.mcpauth.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;

/**
 * Writes when keys were in use, some minutes apart for each, on no thread of a request. What cannot
 * be written is tried again, and refuses nobody.
 */
final class KeyUses {
  /** For each secret and node. */
  static final Duration APART = Duration.ofMinutes(5);

  /** So that the thread comes back to what it does beside. */
  private static final int MOST_AT_ONCE = 50;

  private static final Duration AFTER_A_FAILURE = Duration.ofMinutes(1);

  private final StoredKeys store;
  private final KeyIndex index;
  private final Clock clock;
  private final Logger log;
  private boolean failing;
  private Instant notBefore = Instant.EPOCH;

  KeyUses(StoredKeys store, KeyIndex index, Clock clock, Logger log) {
    this.store = store;
    this.index = index;
    this.clock = clock;
    this.log = log;
  }

  /** Writes what is due. */
  void write() {
    Instant now = clock.instant();
    if (now.isBefore(notBefore)) {
      return;
    }
    int written = 0;
    for (KeyIndex.Held held : index.all()) {
      long use = held.usedAt();
      if (use - held.writtenAt() >= APART.toMillis() && written < MOST_AT_ONCE) {
        if (!write(held, use)) {
          notBefore = now.plus(AFTER_A_FAILURE);
          return;
        }
        written++;
      }
    }
    if (failing && written > 0) {
      log.info("The use of keys is written again.");
      failing = false;
    }
  }

  private boolean write(KeyIndex.Held held, long use) {
    try {
      store.used(held.secret().id(), Instant.ofEpochMilli(use), held.secret().expiresAt());
      held.written(use);
      return true;
    } catch (StoreException e) {
      if (!failing) {
        log.warn("When keys were in use could not be written: {}", e.getMessage());
        failing = true;
      }
      return false;
    }
  }
}
