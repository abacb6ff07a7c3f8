package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The used proofs of one process, by the minute in which they end. None is forgotten for another:
 * where there is no room, a proof is refused for now, and one key has a part of the room alone. A
 * clock that goes back does not let a proof in that may have been forgotten.
 */
final class UsedProofsInMemory implements UsedProofs {
  private static final int MOST = 500_000;
  private static final int SLOT_SECONDS = 60;

  /** Of a proof, and how many proofs the first of a key in a minute is as large as. */
  private static final int BYTES = 90;

  private static final int KEY_WEIGHT = 3;

  /**
   * Of all room, for one key, whenever its proofs end: the time in them is its sender's to choose,
   * over minutes before and behind now.
   */
  private static final int PART_OF_A_KEY = 4;

  private final Clock clock;
  private final int most;
  private final int mostOfAKey;
  private final TreeMap<Long, Slot> slots = new TreeMap<>();
  private final Map<String, Integer> weightOfKeys = new HashMap<>();
  private long forgotten = Long.MIN_VALUE;
  private int weight;

  /** The proofs that end in one minute, by their keys. */
  private static final class Slot {
    private final Map<String, Set<KeptVerdicts.TokenHash>> byKey = new HashMap<>();
  }

  /**
   * Nothing was used yet.
   *
   * @param most how many proofs are remembered
   */
  UsedProofsInMemory(Clock clock, int most) {
    this.clock = clock;
    this.most = most;
    this.mostOfAKey = Math.max(1, most / PART_OF_A_KEY);
  }

  /** In an eighth of the heap at most. */
  static UsedProofsInMemory ofThisProcess(Clock clock) {
    long room = Runtime.getRuntime().maxMemory() / 8 / BYTES;
    return new UsedProofsInMemory(clock, (int) Math.min(MOST, room));
  }

  @Override
  public boolean isFirst(String thumbprint, String id, Instant until) {
    KeptVerdicts.TokenHash hash = KeptVerdicts.TokenHash.of(id, 0);
    return isFirst(thumbprint, hash, slot(until), slot(clock.instant()));
  }

  private synchronized boolean isFirst(
      String thumbprint, KeptVerdicts.TokenHash id, long end, long now) {
    forget(now);
    if (end <= forgotten) {
      return false; // it may have been among them
    }
    Slot slot = slots.computeIfAbsent(end, minute -> new Slot());
    Set<KeptVerdicts.TokenHash> ofKey = slot.byKey.get(thumbprint);
    if (ofKey != null && ofKey.contains(id)) {
      return false;
    }
    int added = ofKey == null ? KEY_WEIGHT : 1;
    if (weight + added > most) {
      throw full("DPoP proofs");
    }
    if (weightOfKeys.getOrDefault(thumbprint, 0) + added > mostOfAKey) {
      throw full("DPoP proofs of this key");
    }
    if (ofKey == null) {
      ofKey = new HashSet<>();
      slot.byKey.put(thumbprint, ofKey);
    }
    ofKey.add(id);
    weightOfKeys.merge(thumbprint, added, Integer::sum);
    weight += added;
    return true;
  }

  /** What has ended in a minute that is over. */
  private void forget(long now) {
    while (!slots.isEmpty() && slots.firstKey() < now) {
      Map.Entry<Long, Slot> over = slots.pollFirstEntry();
      over.getValue().byKey.forEach(this::forget);
      forgotten = over.getKey();
    }
  }

  private void forget(String thumbprint, Set<KeptVerdicts.TokenHash> proofs) {
    int of = KEY_WEIGHT - 1 + proofs.size();
    weight -= of;
    weightOfKeys.computeIfPresent(thumbprint, (key, sum) -> sum == of ? null : sum - of);
  }

  private static long slot(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), SLOT_SECONDS);
  }

  private static AuthException full(String limit) {
    return new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", limit));
  }
}
