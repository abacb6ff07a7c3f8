package io.mcpauth.examples.filetools;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that the MCP SDK holds. It keeps each until its client ends it, and where anybody
 * may open one, a stranger in a loop fills the heap. So there are only so many, and of those
 * without a login fewer; the one that was not used for the longest gives way.
 */
final class OpenSessions {
  private final Map<String, Boolean> anonymous = byUse();
  private final Map<String, Boolean> owned = byUse();
  private final int mostAnonymous;
  private final int mostOwned;

  /**
   * Sessions.
   *
   * @param mostAnonymous how many there are of callers without a login
   * @param mostOwned and how many of others
   */
  OpenSessions(int mostAnonymous, int mostOwned) {
    this.mostAnonymous = mostAnonymous;
    this.mostOwned = mostOwned;
  }

  private static Map<String, Boolean> byUse() {
    return new LinkedHashMap<>(16, 0.75f, true);
  }

  /**
   * A session was opened.
   *
   * @param known whether by a caller with a login
   * @return the session that has to end for it, or null
   */
  synchronized @Nullable String opened(String id, boolean known) {
    if (known) {
      owned.put(id, true);
      return owned.size() > mostOwned ? oldest(owned) : null;
    }
    anonymous.put(id, true);
    return anonymous.size() > mostAnonymous ? oldest(anonymous) : null;
  }

  /**
   * A session is used, if it is one: anybody may name what never was.
   *
   * @param known whether by a caller with a login, who may go on with a session of before it
   * @return the session that has to end for it, or null
   */
  synchronized @Nullable String used(String id, boolean known) {
    if (known && anonymous.remove(id) != null) {
      return opened(id, true);
    }
    Boolean unused = (known ? owned : anonymous).get(id); // which makes it the youngest
    return null;
  }

  /** A session was ended. */
  synchronized void ended(String id) {
    anonymous.remove(id);
    owned.remove(id);
  }

  private static String oldest(Map<String, Boolean> sessions) {
    Iterator<String> ids = sessions.keySet().iterator();
    String oldest = ids.next();
    ids.remove();
    return oldest;
  }
}
