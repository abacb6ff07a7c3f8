package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The used proofs of all nodes that share a store: one insert for each proof. A store that falls
 * silent must not hold all threads of the server, so few wait for it at a time.
 */
final class UsedProofsInStore implements UsedProofs {
  static final String COLLECTION = "dpop-proof";

  private static final int MOST_AT_ONCE = 32;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final Store store;
  private final Duration longestWait;
  private final Semaphore asking;

  UsedProofsInStore(Store store) {
    this(store, MOST_AT_ONCE, LONGEST_WAIT);
  }

  UsedProofsInStore(Store store, int mostAtOnce, Duration longestWait) {
    this.store = store;
    this.asking = new Semaphore(mostAtOnce);
    this.longestWait = longestWait;
  }

  @Override
  public boolean isFirst(String thumbprint, String id, Instant until) {
    begin();
    try {
      // A thumbprint has one length, so this is nobody else's.
      return store.create(COLLECTION, StoreKey.hash(thumbprint + id), "", "1", until);
    } catch (StoreException e) {
      throw new AuthException(
          ReasonCode.STORE_UNAVAILABLE, Map.of("problem", String.valueOf(e.getMessage())));
    } finally {
      asking.release();
    }
  }

  private void begin() {
    try {
      if (asking.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", "DPoP proofs for the store"));
  }
}
