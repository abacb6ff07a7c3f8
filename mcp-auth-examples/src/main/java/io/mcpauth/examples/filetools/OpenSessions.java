package io.mcpauth.examples.filetools;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that the MCP SDK holds. It keeps each until its client ends it, and where anybody
 * may open one, a stranger in a loop fills the heap. So each caller has only so many, all without a
 * login together too. The oldest of a caller gives way; one that was used since is spared once, so
 * that a loop ends its own sessions before those that somebody works in.
 */
final class OpenSessions {
  /** No principal has this name. */
  private static final String NOBODY = "";

  private final Map<String, Map<String, Boolean>> byOwner = new HashMap<>();
  private final int mostAnonymous;
  private final int mostOfACaller;

  /**
   * Sessions.
   *
   * @param mostAnonymous how many there are of callers without a login
   * @param mostOfACaller and how many of each other
   */
  OpenSessions(int mostAnonymous, int mostOfACaller) {
    this.mostAnonymous = mostAnonymous;
    this.mostOfACaller = mostOfACaller;
  }

  /**
   * A session was opened.
   *
   * @param caller the name of the principal, or null
   * @return the session that has to end for it, or null
   */
  synchronized @Nullable String opened(String id, @Nullable String caller) {
    String owner = caller == null ? NOBODY : caller;
    Map<String, Boolean> sessions = byOwner.computeIfAbsent(owner, none -> new LinkedHashMap<>());
    String over =
        sessions.size() < (caller == null ? mostAnonymous : mostOfACaller)
            ? null
            : oldestUnused(sessions);
    sessions.put(id, false);
    return over;
  }

  /**
   * A session is used, if it is one: anybody may name what never was.
   *
   * @param caller the name of the principal, who may go on with a session of before the login
   * @return the session that has to end for it, or null
   */
  synchronized @Nullable String used(String id, @Nullable String caller) {
    Map<String, Boolean> anonymous = byOwner.get(NOBODY);
    if (caller != null && anonymous != null && anonymous.remove(id) != null) {
      return opened(id, caller);
    }
    Map<String, Boolean> own = byOwner.get(caller == null ? NOBODY : caller);
    if (own != null) {
      own.replace(id, true);
    }
    return null;
  }

  /** A session was ended. */
  synchronized void ended(String id) {
    byOwner.values().removeIf(sessions -> sessions.remove(id) != null && sessions.isEmpty());
  }

  private static String oldestUnused(Map<String, Boolean> sessions) {
    while (true) {
      Iterator<Map.Entry<String, Boolean>> entries = sessions.entrySet().iterator();
      Map.Entry<String, Boolean> oldest = entries.next();
      String id = oldest.getKey();
      boolean used = oldest.getValue();
      entries.remove();
      if (!used) {
        return id;
      }
      sessions.put(id, false); // spared, and the youngest
    }
  }
}
