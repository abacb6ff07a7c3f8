package io.mcpauth.examples.filetools;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that the MCP SDK holds. It keeps each until its client ends it, and where anybody
 * may open one, a stranger in a loop fills the heap. So each caller has only so many, all without a
 * login together too, and there are so many in all. The oldest of a caller gives way to his next;
 * one that was used since is spared once, so that a loop ends its own sessions before those that
 * somebody works in. Where the room is full, one without a login gives way, else one of whoever has
 * most.
 */
final class OpenSessions {
  /** No principal has this name. */
  private static final String NOBODY = "";

  private final Map<String, Map<String, Boolean>> byOwner = new HashMap<>();
  private final Limits limits;
  private int size;

  /**
   * How many there are.
   *
   * @param anonymous of callers without a login
   * @param ofACaller of each other
   * @param inAll together
   */
  record Limits(int anonymous, int ofACaller, int inAll) {}

  OpenSessions(Limits limits) {
    this.limits = limits;
  }

  /**
   * A session was opened.
   *
   * @param caller the name of the principal, or null
   * @return the session that has to end for it, or null
   */
  synchronized @Nullable String opened(String id, @Nullable String caller) {
    String owner = caller == null ? NOBODY : caller;
    Map<String, Boolean> own = byOwner.getOrDefault(owner, Map.of());
    String over = null;
    if (own.size() >= (caller == null ? limits.anonymous() : limits.ofACaller())) {
      over = removeOldestUnused(owner);
    } else if (size >= limits.inAll()) {
      over = removeOldestUnused(byOwner.containsKey(NOBODY) ? NOBODY : ownerOfMost());
    }
    byOwner.computeIfAbsent(owner, none -> new LinkedHashMap<>()).put(id, false);
    size++;
    return over;
  }

  /**
   * A session is used, if it is one: anybody may name what never was.
   *
   * @param caller the name of the principal, who may go on with a session of before the login
   * @return the session that has to end for it, or null
   */
  synchronized @Nullable String used(String id, @Nullable String caller) {
    if (caller != null && remove(NOBODY, id)) {
      return opened(id, caller);
    }
    Map<String, Boolean> own = byOwner.get(caller == null ? NOBODY : caller);
    if (own != null) {
      own.replace(id, true);
    }
    return null;
  }

  /**
   * Whether a session is open.
   *
   * @param caller whose it is, or would be after the login, or null
   */
  synchronized boolean isOpen(String id, @Nullable String caller) {
    return byOwner.getOrDefault(caller == null ? NOBODY : caller, Map.of()).containsKey(id)
        || byOwner.getOrDefault(NOBODY, Map.of()).containsKey(id);
  }

  /**
   * A session was ended.
   *
   * @param caller whose it was, or null
   */
  synchronized void ended(String id, @Nullable String caller) {
    if (caller == null || !remove(caller, id)) {
      boolean unused = remove(NOBODY, id);
    }
  }

  private boolean remove(String owner, String id) {
    Map<String, Boolean> own = byOwner.get(owner);
    if (own == null || own.remove(id) == null) {
      return false;
    }
    size--;
    if (own.isEmpty()) {
      byOwner.remove(owner);
    }
    return true;
  }

  private String ownerOfMost() {
    return byOwner.entrySet().stream()
        .max(Comparator.comparingInt(entry -> entry.getValue().size()))
        .orElseThrow()
        .getKey();
  }

  private String removeOldestUnused(String owner) {
    Map<String, Boolean> own = byOwner.getOrDefault(owner, Map.of());
    while (true) {
      Iterator<Map.Entry<String, Boolean>> entries = own.entrySet().iterator();
      Map.Entry<String, Boolean> oldest = entries.next();
      String id = oldest.getKey();
      if (!oldest.getValue()) {
        boolean unused = remove(owner, id);
        return id;
      }
      entries.remove();
      own.put(id, false); // spared, and the youngest
    }
  }
}
