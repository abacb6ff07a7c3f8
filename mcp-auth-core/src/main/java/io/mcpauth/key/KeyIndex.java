package io.mcpauth.key;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The keys that a node knows, by the id of each secret. Changed by one thread at a time. */
final class KeyIndex {
  private final Map<String, Held> byId = new ConcurrentHashMap<>();
  private final Map<String, KeyEntry> byPlace = new HashMap<>();

  /** A secret with what its key says, and when it was last in use. */
  static final class Held {
    private final KeyEntry entry;
    private final KeyEntry.Secret secret;

    /** In milliseconds of the epoch, 0 for never. */
    private volatile long usedAt;

    /** The use that was written last. */
    private volatile long writtenAt;

    Held(KeyEntry entry, KeyEntry.Secret secret, @Nullable Held before) {
      this.entry = entry;
      this.secret = secret;
      if (before != null) {
        usedAt = before.usedAt;
        writtenAt = before.writtenAt;
      }
    }

    KeyEntry entry() {
      return entry;
    }

    KeyEntry.Secret secret() {
      return secret;
    }

    void used(Instant now) {
      usedAt = now.toEpochMilli();
    }

    long usedAt() {
      return usedAt;
    }

    long writtenAt() {
      return writtenAt;
    }

    void written(long use) {
      writtenAt = use;
    }
  }

  @Nullable Held find(String id) {
    return byId.get(id);
  }

  Collection<Held> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /**
   * Takes over what an entry says. The new secrets are there before the old ones go.
   *
   * @return whether somebody may be refused who was not
   */
  boolean put(String place, KeyEntry entry) {
    for (KeyEntry.Secret secret : entry.secrets()) {
      byId.compute(secret.id(), (id, before) -> new Held(entry, secret, before));
    }
    KeyEntry before = byPlace.put(place, entry);
    if (before == null) {
      return false;
    }
    forget(before, entry);
    return true;
  }

  /** Whether one was there. */
  boolean remove(String place) {
    KeyEntry before = byPlace.remove(place);
    if (before != null) {
      forget(before, null);
    }
    return before != null;
  }

  /** Forgets what stands in none of these places. */
  void keepOnly(Set<String> places) {
    for (String place : List.copyOf(byPlace.keySet())) {
      if (!places.contains(place)) {
        remove(place);
      }
    }
  }

  private void forget(KeyEntry before, @Nullable KeyEntry after) {
    Set<String> gone = new HashSet<>();
    before.secrets().forEach(secret -> gone.add(secret.id()));
    if (after != null) {
      after.secrets().forEach(secret -> gone.remove(secret.id()));
    }
    // Only what this name had: another one may have taken the id.
    gone.forEach(
        id -> byId.computeIfPresent(id, (key, held) -> held.entry.equals(before) ? null : held));
  }
}
