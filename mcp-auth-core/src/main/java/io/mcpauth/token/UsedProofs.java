package io.mcpauth.token;

import io.mcpauth.store.Store;
import java.time.Clock;
import java.time.Instant;

/** Remembers which DPoP proofs were used, for as long as they would be accepted. */
interface UsedProofs {
  /** Those of all nodes that share a store, where it outlives this process; else those of it. */
  static UsedProofs in(Store store, Clock clock) {
    return store.outlivesProcess()
        ? new UsedProofsInStore(store)
        : UsedProofsInMemory.ofThisProcess(clock);
  }

  /**
   * Whether a proof is used for the first time; of several who ask at once it is for one.
   *
   * @param thumbprint of its key
   * @param id its {@code jti}
   * @param until when it is accepted no more
   * @throws io.mcpauth.error.AuthException STORE_UNAVAILABLE or OVER_LIMIT where that cannot be
   *     told or remembered
   */
  boolean isFirst(String thumbprint, String id, Instant until);
}
