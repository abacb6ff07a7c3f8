package io.mcpauth.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one collection. Finding one takes no lock; changes take that of the collection,
 * each for some steps through a tree. No thread of its own: every change and every count first
 * sweeps what has ended, which costs each entry once.
 */
final class EntryTable {
  private static final Comparator<Entry> BY_END =
      Comparator.comparingLong(Entry::end).thenComparingLong(Entry::version);

  private final String name;
  private final int mostEntries;

  /** Changed only under the lock, together with the two below; read by anybody. */
  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

  /** Under the lock. */
  private final TreeSet<Entry> byEnd = new TreeSet<>(BY_END);

  /** Under the lock. */
  private final Map<String, Group> groups = new HashMap<>();

  private final Object lock = new Object();
  private long lastVersion; // under the lock; never used twice, also after a removal

  EntryTable(String name, int mostEntries) {
    this.name = name;
    this.mostEntries = mostEntries;
  }

  /** An entry in one of its versions. */
  private record Entry(String key, @Nullable Group group, String value, long version, long end) {
    boolean isLive(long now) {
      return now < end && (group == null || !group.removed);
    }

    Store.Entry stored() {
      return new Store.Entry(value, version, Instant.ofEpochMilli(end));
    }
  }

  /** What is removed at once: with this one write, for those too who take no lock. */
  private static final class Group {
    private final String name;
    private final Set<String> keys = new HashSet<>(); // under the lock
    private volatile boolean removed;

    Group(String name) {
      this.name = name;
    }
  }

  Store.@Nullable Entry find(String key, long now) {
    Entry entry = entries.get(key);
    return entry != null && entry.isLive(now) ? entry.stored() : null;
  }

  boolean create(String key, String group, String value, long end, long now) {
    synchronized (lock) {
      sweep(now);
      if (entries.containsKey(key)) {
        return false;
      }
      if (end <= now) {
        return true; // as if it had been there and gone
      }
      if (entries.size() >= mostEntries) {
        throw new StoreException(
            "The store in memory is full: the collection '"
                + name
                + "' has "
                + mostEntries
                + " entries. Raise the bound of Store.inMemory, or use a JdbcStore.");
      }
      keep(new Entry(key, joined(group, key), value, ++lastVersion, end));
      return true;
    }
  }

  Store.@Nullable Entry take(String key, long now) {
    synchronized (lock) {
      sweep(now);
      Entry entry = entries.get(key);
      if (entry == null) {
        return null;
      }
      forget(entry);
      return entry.stored();
    }
  }

  /** The group stays where none is given. */
  boolean replace(
      String key, long version, @Nullable String group, String value, long end, long now) {
    synchronized (lock) {
      sweep(now);
      Entry entry = entries.get(key);
      if (entry == null || entry.version() != version) {
        return false;
      }
      if (end <= now) {
        forget(entry);
        return true;
      }
      Group kept = entry.group();
      if (group != null) {
        leave(entry);
        kept = joined(group, key);
      }
      byEnd.remove(entry);
      keep(new Entry(key, kept, value, ++lastVersion, end));
      return true;
    }
  }

  int removeGroup(String groupName, long now) {
    synchronized (lock) {
      sweep(now);
      Group group = groups.remove(groupName);
      if (group == null) {
        return 0;
      }
      group.removed = true;
      for (String key : group.keys) {
        Entry entry = entries.remove(key);
        if (entry != null) {
          byEnd.remove(entry);
        }
      }
      return group.keys.size();
    }
  }

  long count(long now) {
    synchronized (lock) {
      sweep(now);
      return entries.size();
    }
  }

  long count(String groupName, long now) {
    synchronized (lock) {
      sweep(now);
      Group group = groups.get(groupName);
      return group == null ? 0 : group.keys.size();
    }
  }

  /** In a group it looks at each; in the whole collection, which an empty name means, at one. */
  @Nullable String firstToEnd(String groupName, long now) {
    synchronized (lock) {
      sweep(now);
      if (groupName.isEmpty()) {
        return byEnd.isEmpty() ? null : byEnd.first().key();
      }
      Group group = groups.get(groupName);
      Entry first = null;
      for (String key : group == null ? Set.<String>of() : group.keys) {
        Entry entry = entries.get(key);
        if (entry != null && (first == null || BY_END.compare(entry, first) < 0)) {
          first = entry;
        }
      }
      return first == null ? null : first.key();
    }
  }

  /** It looks at all entries of the group, or of the collection, which an empty name means. */
  List<Store.Listed> page(String groupName, String afterKey, int most, long now) {
    synchronized (lock) {
      sweep(now);
      Group group = groups.get(groupName);
      Set<String> ofGroup = group == null ? Set.of() : group.keys;
      PriorityQueue<String> first = new PriorityQueue<>(Comparator.reverseOrder());
      for (String key : groupName.isEmpty() ? entries.keySet() : ofGroup) {
        if (key.compareTo(afterKey) > 0) {
          first.add(key);
          if (first.size() > most) {
            String unused = first.remove();
          }
        }
      }
      List<Store.Listed> page = new ArrayList<>();
      for (String key : first.stream().sorted().toList()) {
        Entry entry = entries.get(key);
        if (entry != null) {
          page.add(new Store.Listed(key, entry.stored()));
        }
      }
      return List.copyOf(page);
    }
  }

  int held() {
    return entries.size();
  }

  /** What is left is live, so that nothing under the lock has to look at ends again. */
  private void sweep(long now) {
    while (!byEnd.isEmpty() && byEnd.first().end() <= now) {
      forget(byEnd.first());
    }
  }

  /** Null for an empty name. */
  private @Nullable Group joined(String groupName, String key) {
    if (groupName.isEmpty()) {
      return null;
    }
    Group group = groups.computeIfAbsent(groupName, Group::new);
    group.keys.add(key);
    return group;
  }

  private void keep(Entry entry) {
    entries.put(entry.key(), entry);
    byEnd.add(entry);
  }

  private void forget(Entry entry) {
    entries.remove(entry.key());
    byEnd.remove(entry);
    leave(entry);
  }

  private void leave(Entry entry) {
    Group group = entry.group();
    if (group != null) {
      group.keys.remove(entry.key());
      if (group.keys.isEmpty()) {
        groups.remove(group.name);
      }
    }
  }
}
