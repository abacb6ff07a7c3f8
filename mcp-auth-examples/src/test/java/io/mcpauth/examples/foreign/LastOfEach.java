package io.mcpauth.examples.foreign;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The newest things of each owner, so many at most: whoever has more loses his own oldest. */
final class LastOfEach {
  private final int most;
  private final Map<String, Set<String>> things = new HashMap<>();

  LastOfEach(int most) {
    this.most = most;
  }

  /**
   * Makes a thing the newest of its owner.
   *
   * @return what gives way to it, or null
   */
  synchronized @Nullable String add(String owner, String thing) {
    Set<String> own = things.computeIfAbsent(owner, none -> new LinkedHashSet<>());
    own.remove(thing);
    own.add(thing);
    if (own.size() <= most) {
      return null;
    }
    String oldest = own.iterator().next();
    own.remove(oldest);
    return oldest;
  }

  synchronized void remove(String owner, String thing) {
    Set<String> own = things.get(owner);
    if (own != null && own.remove(thing) && own.isEmpty()) {
      things.remove(owner);
    }
  }

  /** Removes and returns all that an owner has. */
  synchronized Set<String> removeAll(String owner) {
    Set<String> own = things.remove(owner);
    return own == null ? Set.of() : own;
  }
}
