package io.mcpauth.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Changes in the memory of one process, whose listeners hear of each at once. */
final class InMemoryFeed implements Feed {
  /** How many entries there may be, in every feed alike. */
  static final int MOST = 200_000;

  /** How long an entry that was removed, or has ended, is told as removed. */
  static final Duration TOLD = Duration.ofHours(1);

  private final Clock clock;
  private final int most;
  private final Map<Name, Change> byName = new HashMap<>(); // under the lock
  private final TreeMap<Long, Change> byNumber = new TreeMap<>(); // under the lock
  private final TreeSet<Change> byEnd = // under the lock
      new TreeSet<>(Comparator.comparing(Change::expiresAt).thenComparing(Change::number));
  private final Object lock = new Object();
  private final Map<Object, Runnable> listeners = new ConcurrentHashMap<>();
  private long last; // under the lock

  InMemoryFeed(Clock clock, int most) {
    this.clock = clock;
    this.most = most;
  }

  private record Name(String collection, String key) {}

  @Override
  public Change put(String collection, String key, String value, Instant expiresAt) {
    Change change = write(collection, key, null, value, expiresAt);
    if (change == null) {
      throw new IllegalStateException("Nothing was asked of the entry before");
    }
    return change;
  }

  @Override
  public @Nullable Change replace(
      String collection, String key, long seen, String value, Instant expiresAt) {
    return write(collection, key, seen, value, expiresAt);
  }

  private @Nullable Change write(
      String collection, String key, @Nullable Long seen, String value, Instant expiresAt) {
    Bounds.requireCollection(collection);
    Bounds.requireKey(key);
    Bounds.requireValue(value);
    Instant end = Instant.ofEpochMilli(Bounds.millis(expiresAt));
    Change change;
    synchronized (lock) {
      Instant now = now();
      sweep(now);
      Name name = new Name(collection, key);
      Change known = live(name, now);
      if (seen != null && seen != (known == null ? 0 : known.number())) {
        return null;
      }
      if (!byName.containsKey(name) && byName.size() >= most && has(collection)) {
        throw full(most);
      }
      change = keep(name, value, now, end);
    }
    tell();
    return change;
  }

  @Override
  public @Nullable Change remove(String collection, String key) {
    Bounds.requireCollection(collection);
    Change change;
    synchronized (lock) {
      Instant now = now();
      Name name = new Name(collection, key);
      if (live(name, now) == null) {
        return null;
      }
      change = keep(name, null, now, now);
    }
    tell();
    return change;
  }

  @Override
  public @Nullable Change find(String collection, String key) {
    Bounds.requireCollection(collection);
    synchronized (lock) {
      return live(new Name(collection, key), now());
    }
  }

  @Override
  public Page after(long number, int mostChanges) {
    synchronized (lock) {
      Instant now = now();
      Instant told = now.minus(TOLD);
      List<Change> changes = new ArrayList<>();
      for (Change change : byNumber.tailMap(number, false).values()) {
        if (changes.size() == mostChanges) {
          break;
        }
        if (change.expiresAt().isAfter(now)) {
          changes.add(change);
        } else if (change.expiresAt().isAfter(told)) {
          changes.add(ended(change));
        }
      }
      return new Page(changes, last, now);
    }
  }

  private static Change ended(Change change) {
    return new Change(
        change.number(), change.collection(), change.key(), null, change.at(), change.expiresAt());
  }

  @Override
  public Runnable onChange(Runnable listener) {
    Object place = new Object(); // one of its own, also where a listener comes twice
    listeners.put(place, listener);
    return () -> listeners.remove(place);
  }

  /** The first entry of a collection has room: what others fill must not keep out the status. */
  private boolean has(String collection) {
    return byName.keySet().stream().anyMatch(name -> name.collection().equals(collection));
  }

  static StoreException full(int most) {
    return new StoreException(
        "There are "
            + most
            + " entries that every node keeps already. Remove those that are not needed.");
  }

  private @Nullable Change live(Name name, Instant now) {
    Change known = byName.get(name);
    return known == null || known.value() == null || !known.expiresAt().isAfter(now) ? null : known;
  }

  private Change keep(Name name, @Nullable String value, Instant now, Instant expiresAt) {
    Change change = new Change(++last, name.collection(), name.key(), value, now, expiresAt);
    Change before = byName.put(name, change);
    if (before != null) {
      byNumber.remove(before.number());
      byEnd.remove(before);
    }
    byNumber.put(change.number(), change);
    byEnd.add(change);
    return change;
  }

  /** What nobody is told of any more. */
  private void sweep(Instant now) {
    Instant told = now.minus(TOLD);
    while (!byEnd.isEmpty() && !byEnd.first().expiresAt().isAfter(told)) {
      Change over = byEnd.first();
      byEnd.remove(over);
      byNumber.remove(over.number());
      byName.remove(new Name(over.collection(), over.key()));
    }
  }

  /** In milliseconds, as a database has them. */
  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  private void tell() {
    listeners.values().forEach(Runnable::run);
  }
}
