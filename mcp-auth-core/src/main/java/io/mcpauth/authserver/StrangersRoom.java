package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.StoreKey;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The room of a collection in which anybody may leave something: so much in all, a tenth of it for
 * each source, and half of it for all together of whom the source is not known. Whoever has his
 * share loses his own oldest, and so a loop pushes out nobody else's; only where many sources fill
 * the room does the oldest of all give way.
 */
final class StrangersRoom {
  /** No hash is as short. */
  private static final String UNKNOWN = "unknown";

  private final Store store;
  private final String collection;
  private final int capacity;

  StrangersRoom(Store store, String collection, int capacity) {
    this.store = store;
    this.collection = collection;
    this.capacity = capacity;
  }

  /** What is left there, by its key, and how it goes. */
  interface Removal {
    void remove(String key);
  }

  /** The group of what a source leaves: an address says who somebody is, and is not stored. */
  static String group(@Nullable String source) {
    return source == null ? UNKNOWN : StoreKey.hash(source);
  }

  /** Makes room for one more of a source within its share. */
  void makeRoomInShare(@Nullable String source, Removal removal) {
    String group = group(source);
    int share = Math.max(1, capacity / (source == null ? 2 : 10));
    while (asked(() -> store.count(collection, group)) >= share) {
      if (!letOldestGo(group, removal)) {
        return; // another was faster
      }
    }
  }

  /** Makes room for one more in all. */
  void makeRoom(Removal removal) {
    while (asked(() -> store.count(collection)) >= capacity) {
      if (!letOldestGo(removal)) {
        return; // others were faster
      }
    }
  }

  /** Lets the oldest of all go; whether there was one. */
  boolean letOldestGo(Removal removal) {
    return letOldestGo("", removal);
  }

  private boolean letOldestGo(String group, Removal removal) {
    String oldest = asked(() -> store.firstToEnd(collection, group));
    if (oldest == null) {
      return false;
    }
    removal.remove(oldest);
    return true;
  }

  /**
   * Asks a store.
   *
   * @throws AuthException STORE_UNAVAILABLE
   */
  static <T extends @Nullable Object> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (StoreException e) {
      throw new AuthException(
          ReasonCode.STORE_UNAVAILABLE, Map.of("problem", String.valueOf(e.getMessage())));
    }
  }
}
