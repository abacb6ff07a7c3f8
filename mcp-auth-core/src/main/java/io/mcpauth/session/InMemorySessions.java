package io.mcpauth.session;

import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one process. Looking one up takes no lock; opening, claiming and ending do, which
 * happens once for each session. No thread of its own: what is over goes when another is opened.
 *
 * <p>Not a cache: one would evict whichever session is used least, and so let a caller who opens
 * many end those of others. Only callers without a login, who are one owner, end each other's, and
 * give way to a caller who has proven who he is.
 */
final class InMemorySessions implements Sessions {
  private static final long LONGEST_BETWEEN_SWEEPS_MILLIS = 60_000;

  private final SessionLimits limits;
  private final Clock clock;
  private final long idleMillis;
  private final long sweepMillis;

  /** Changed only under the lock, together with {@link #keysByOwner}; read by anybody. */
  private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();

  /** Under the lock. The keys of an owner stand in the order of their opening. */
  private final Map<String, Set<String>> keysByOwner = new HashMap<>();

  private final Object lock = new Object();
  private long sweptAt; // under the lock

  InMemorySessions(SessionLimits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
    this.idleMillis = limits.idle().toMillis();
    this.sweepMillis = Math.min(idleMillis, LONGEST_BETWEEN_SWEEPS_MILLIS);
    this.sweptAt = clock.millis();
  }

  private static final class Session {
    private final String owner;
    private volatile long usedAt;
    private volatile boolean used; // since it was opened, or was spared for it

    Session(String owner, long usedAt) {
      this.owner = owner;
      this.usedAt = usedAt;
    }

    void use(long now) {
      usedAt = now;
      used = true;
    }
  }

  @Override
  public String mark(String name) {
    return name;
  }

  @Override
  public void put(String key, String owner) {
    synchronized (lock) {
      long now = clock.millis();
      sweep(now);
      Session known = live(key, now);
      if (known == null) {
        forget(key);
        makeRoom(owner);
        keep(key, owner, now);
      } else if (known.owner.equals(owner)) {
        known.use(now);
      } else {
        throw new IllegalStateException("The session has another owner");
      }
    }
  }

  @Override
  public @Nullable String owner(String key, String asking) {
    long now = clock.millis();
    Session session = live(key, now);
    if (session == null) {
      return null;
    }
    session.use(now);
    return session.owner;
  }

  @Override
  public boolean claim(String key, String owner) {
    synchronized (lock) {
      long now = clock.millis();
      Session known = live(key, now);
      if (known == null || !known.owner.equals(NOBODY)) {
        return false;
      }
      forget(key);
      if (keys(owner).size() >= limit(owner)) {
        forgetLeastRecentlyUsed(owner);
      }
      keep(key, owner, now);
      return true;
    }
  }

  @Override
  public void remove(String key, String asking) {
    synchronized (lock) {
      forget(key);
    }
  }

  /** All sessions are here, so that it can be asked each time. */
  @Override
  public Watch watch(String key) {
    return new Watch() {
      @Override
      public boolean isLost() {
        return !NOBODY.equals(owner(key, NOBODY));
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}

  /** How many sessions are held, those included that are over and not swept yet. */
  int size() {
    return sessions.size();
  }

  /** How many owners have sessions. */
  int owners() {
    synchronized (lock) {
      return keysByOwner.size();
    }
  }

  private @Nullable Session live(String key, long now) {
    Session session = sessions.get(key);
    return session == null || isOver(session, now) ? null : session;
  }

  /** In either direction: a clock that is set back must not make a session last longer. */
  private boolean isOver(Session session, long now) {
    return Math.abs(now - session.usedAt) >= idleMillis;
  }

  /** Once a minute at most, so that opening sessions stays cheap when there are very many. */
  private void sweep(long now) {
    if (Math.abs(now - sweptAt) < sweepMillis) {
      return;
    }
    sweptAt = now;
    List<String> over =
        sessions.entrySet().stream()
            .filter(entry -> isOver(entry.getValue(), now))
            .map(Map.Entry::getKey)
            .toList();
    over.forEach(this::forget);
  }

  private void makeRoom(String owner) {
    boolean full = sessions.size() >= limits.overall();
    if (keys(owner).size() >= limit(owner)) {
      forgetLeastRecentlyUsed(owner);
    } else if (full && !keys(NOBODY).isEmpty()) {
      forgetLeastRecentlyUsed(NOBODY);
    } else if (full && !keys(owner).isEmpty()) {
      forgetLeastRecentlyUsed(owner);
    } else if (full) {
      throw new IllegalStateException("There are " + limits.overall() + " sessions already");
    }
  }

  private int limit(String owner) {
    return owner.equals(NOBODY) ? limits.anonymous() : limits.perOwner();
  }

  private void forgetLeastRecentlyUsed(String owner) {
    if (owner.equals(NOBODY)) {
      forgetOldestUnused();
      return;
    }
    // Read once each: a session that is used meanwhile must not upset the comparison.
    Map<String, Long> used = new HashMap<>();
    keys(owner).forEach(key -> used.put(key, usedAt(key)));
    keys(owner).stream().min(Comparator.comparing(used::get)).ifPresent(this::forget);
  }

  /**
   * There may be very many, so they are not compared: the oldest goes, unless it was used since it
   * was opened or spared. Then it is spared once, and counts as the newest: a loop that opens
   * sessions ends its own before those that somebody works in. Each use pays for one step.
   */
  private void forgetOldestUnused() {
    Set<String> keys = keys(NOBODY);
    for (int i = keys.size(); i > 0; i--) {
      String oldest = keys.iterator().next();
      Session session = sessions.get(oldest);
      if (i == 1 || session == null || !session.used) {
        forget(oldest);
        return;
      }
      session.used = false;
      keys.remove(oldest);
      keys.add(oldest);
    }
  }

  private long usedAt(String key) {
    Session session = sessions.get(key);
    return session == null ? Long.MIN_VALUE : session.usedAt;
  }

  private Set<String> keys(String owner) {
    return keysByOwner.getOrDefault(owner, Set.of());
  }

  private void keep(String key, String owner, long now) {
    sessions.put(key, new Session(owner, now));
    keysByOwner.computeIfAbsent(owner, none -> new LinkedHashSet<>()).add(key);
  }

  private void forget(String key) {
    Session session = sessions.remove(key);
    if (session == null) {
      return;
    }
    Set<String> keys = keys(session.owner);
    keys.remove(key);
    if (keys.isEmpty()) {
      keysByOwner.remove(session.owner);
    }
  }
}
