package io.mcpauth.token;

import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The nonces of DPoP proofs (RFC 9449 sections 8.2 and 9): each is the time at which it was made,
 * sealed, so that all nodes with the keys know theirs and none stores one. Whoever has a nonce has
 * made the proof after it.
 */
final class DpopNonces {
  private static final String PURPOSE = "dpop-nonce";
  private static final Duration LIFETIME = Duration.ofMinutes(5);

  /** So that one that was just given is good for a while. */
  private static final Duration RENEWED_AFTER = Duration.ofMinutes(2);

  /** Of the clock of another node. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final StoredSecrets sealed;
  private final String resource;
  private final Clock clock;
  private volatile @Nullable Made latest;

  private record Made(String nonce, Instant at) {}

  /**
   * Nonces of a resource.
   *
   * @param resource whose they are: those of another one with the same keys do not open
   */
  DpopNonces(SealKeys keys, String resource, Clock clock) {
    this.sealed = StoredSecrets.of(keys);
    this.resource = resource;
    this.clock = clock;
  }

  /** What the next proof has to repeat. */
  String current() {
    Instant now = clock.instant();
    Made made = latest;
    // In either direction: a clock may be set back. And a key that is gone opens nothing.
    if (made == null
        || Duration.between(made.at(), now).abs().compareTo(RENEWED_AFTER) >= 0
        || !sealed.isCurrent(made.nonce())) {
      made = new Made(sealed.seal(PURPOSE, resource, Long.toString(now.getEpochSecond())), now);
      latest = made;
    }
    return made.nonce();
  }

  /** Whether a nonce is one of this resource, and not too old. */
  boolean accepts(String nonce) {
    Instant madeAt;
    try {
      madeAt = Instant.ofEpochSecond(Long.parseLong(sealed.open(PURPOSE, resource, nonce)));
    } catch (StoreException e) {
      return false;
    }
    Duration age = Duration.between(madeAt, clock.instant());
    return age.compareTo(LIFETIME) <= 0 && age.compareTo(SKEW.negated()) >= 0;
  }
}
