package io.mcpauth.store;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Entries in the memory of one process. */
final class InMemoryStore implements Store {
  private final Clock clock;
  private final int mostEntries;
  private final ConcurrentMap<String, EntryTable> collections = new ConcurrentHashMap<>();
  private final InMemoryFeed feed;

  InMemoryStore(Clock clock, int mostEntries) {
    if (mostEntries < 1) {
      throw new IllegalArgumentException(
          "A store for " + mostEntries + " entries holds none. Write 1 or more.");
    }
    this.clock = clock;
    this.mostEntries = mostEntries;
    this.feed = new InMemoryFeed(clock, InMemoryFeed.MOST);
  }

  @Override
  public boolean create(
      String collection, String key, String group, String value, Instant expiresAt) {
    Bounds.requireKey(key);
    Bounds.requireGroup(group);
    Bounds.requireValue(value);
    return table(collection).create(key, group, value, Bounds.millis(expiresAt), clock.millis());
  }

  @Override
  public Store.@Nullable Entry find(String collection, String key) {
    return table(collection).find(key, clock.millis());
  }

  @Override
  public Store.@Nullable Entry take(String collection, String key) {
    return table(collection).take(key, clock.millis());
  }

  @Override
  public boolean replace(
      String collection, String key, long version, String value, Instant expiresAt) {
    Bounds.requireValue(value);
    return table(collection)
        .replace(key, version, null, value, Bounds.millis(expiresAt), clock.millis());
  }

  @Override
  public boolean replace(
      String collection, String key, long version, String group, String value, Instant expiresAt) {
    Bounds.requireGroup(group);
    Bounds.requireValue(value);
    return table(collection)
        .replace(key, version, group, value, Bounds.millis(expiresAt), clock.millis());
  }

  @Override
  public boolean remove(String collection, String key) {
    return take(collection, key) != null;
  }

  @Override
  public int removeGroup(String collection, String group) {
    Bounds.requireNamedGroup(group);
    return table(collection).removeGroup(group, clock.millis());
  }

  @Override
  public long count(String collection) {
    return table(collection).count(clock.millis());
  }

  @Override
  public long count(String collection, String group) {
    Bounds.requireNamedGroup(group);
    return table(collection).count(group, clock.millis());
  }

  @Override
  public @Nullable String firstToEnd(String collection, String group) {
    Bounds.requireGroup(group);
    return table(collection).firstToEnd(group, clock.millis());
  }

  @Override
  public List<Store.Listed> entries(String collection, String group, String afterKey, int most) {
    Bounds.requireGroup(group);
    Bounds.requirePage(afterKey, most);
    return table(collection).page(group, afterKey, most, clock.millis());
  }

  @Override
  public Feed feed() {
    return feed;
  }

  /** How many entries are held, those included that have ended and were not swept yet. */
  int held(String collection) {
    return table(collection).held();
  }

  private EntryTable table(String collection) {
    EntryTable table = collections.get(collection);
    if (table != null) {
      return table;
    }
    Bounds.requireCollection(collection);
    return collections.computeIfAbsent(collection, name -> new EntryTable(name, mostEntries));
  }

  @Override
  public String toString() {
    return "Store[in memory]";
  }
}
