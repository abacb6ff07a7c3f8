package io.mcpauth.key;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where keys are kept. Each method is atomic, for all who use the place. */
interface KeyPlace {
  /** How many names there may be in one place. */
  int MOST = 10_000;

  /** So that whoever comes with a key is told that it has ended, and it is listed. */
  Duration KEPT_AFTER_END = Duration.ofDays(30);

  /** What becomes of an entry. */
  @FunctionalInterface
  interface Change {
    /**
     * The next state.
     *
     * @param known the entry, or null where none is
     * @param now the time of the place
     */
    KeyEntry of(@Nullable KeyEntry known, Instant now);
  }

  /** All that can be read. */
  List<KeyEntry> all();

  /** Changes an entry, or makes one, and returns it; what the change throws changes nothing. */
  KeyEntry change(String resource, String name, Change change);

  /** Removes an entry, also one that cannot be read; whether there was one. */
  boolean remove(String resource, String name);

  /** When a secret was last in use, as far as it was written. */
  @Nullable Instant lastUsed(String id);

  /** Refuses one too many. */
  static void requireRoom(int there) {
    if (there >= MOST) {
      throw new IllegalArgumentException(
          "There are " + MOST + " keys already. Revoke those that are not needed.");
    }
  }
}
