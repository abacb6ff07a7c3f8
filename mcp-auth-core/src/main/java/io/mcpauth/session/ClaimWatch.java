package io.mcpauth.session;

import io.mcpauth.internal.net.RepeatedLook;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of anonymous sessions that are open on this node: each ends when somebody claims its
 * session, here or on another node. What was claimed here is known; of what was claimed elsewhere
 * the feed tells a part of the key, and those that have it are asked for, on a thread of their own:
 * a slow store holds up nobody else. All are asked for every five minutes, because a node may have
 * died between the claim and the word of it.
 */
final class ClaimWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimWatch.class);
  private static final Duration ALL_ANEW = Duration.ofMinutes(5);

  private final Predicate<String> isNobodys;
  private final Runnable lost;
  private final ConcurrentMap<String, Set<AtomicBoolean>> watched = new ConcurrentHashMap<>();

  /** Parts of keys: each begins that of a session that may have been claimed. */
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private @Nullable String first; // of the thread that looks; null where nothing was heard
  private @Nullable RepeatedLook looks; // under the lock
  private boolean closed; // under the lock

  /**
   * A watch without a thread; one is started when there is something to watch.
   *
   * @param isNobodys asks for the owner of a session; may block and throw
   * @param lost told when one of those that are watched has found its owner
   */
  ClaimWatch(Predicate<String> isNobodys, Runnable lost) {
    this.isNobodys = isNobodys;
    this.lost = lost;
  }

  Sessions.Watch watch(String key) {
    start();
    AtomicBoolean mine = new AtomicBoolean();
    watched.compute(
        key,
        (same, known) -> {
          Set<AtomicBoolean> all = known == null ? ConcurrentHashMap.newKeySet() : known;
          all.add(mine);
          return all;
        });
    return new Sessions.Watch() {
      @Override
      public boolean isLost() {
        return mine.get();
      }

      @Override
      public void close() {
        watched.computeIfPresent(
            key, (same, all) -> all.remove(mine) && all.isEmpty() ? null : all);
      }
    };
  }

  /** A session was claimed: on this node, or so it was found. */
  void claimed(String key) {
    watched.getOrDefault(key, Set.of()).forEach(watch -> watch.set(true));
  }

  /**
   * Somewhere a session was claimed whose key begins so.
   *
   * @param beginning empty where it may be any
   */
  void heard(String beginning) {
    if (!watched.isEmpty()) {
      heard.add(beginning); // of which there are 257
    }
  }

  int size() {
    return watched.size();
  }

  private synchronized void start() {
    if (looks == null && !closed) {
      looks =
          RepeatedLook.start(
              "sessions",
              this::look,
              () -> first = heard.poll(ALL_ANEW.toSeconds(), TimeUnit.SECONDS),
              e -> LOG.error("Sessions could not be asked for: {}", e.getClass().getName()));
    }
  }

  private void look() {
    String one = first;
    Set<String> beginnings = new HashSet<>(Set.of(one == null ? "" : one));
    int unused = heard.drainTo(beginnings);
    boolean any = false;
    for (String key : List.copyOf(watched.keySet())) {
      if (beginnings.stream().anyMatch(key::startsWith) && isLost(key)) {
        claimed(key);
        any = true;
      }
    }
    if (any) {
      lost.run();
    }
  }

  /** A store that does not answer: whose session it is, nobody knows. */
  private boolean isLost(String key) {
    try {
      return !isNobodys.test(key);
    } catch (RuntimeException e) {
      LOG.warn(
          "a stream without a login ends, because nobody knows whose session it is: {}",
          e.getClass().getName());
      return true;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    RepeatedLook running = looks;
    if (running != null) {
      running.close();
    }
  }
}
