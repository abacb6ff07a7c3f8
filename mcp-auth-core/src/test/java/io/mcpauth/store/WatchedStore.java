package io.mcpauth.store;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The store in memory, for tests that look into it, change it, or take it away. */
public final class WatchedStore implements Store {
  private record Place(String collection, String key) {}

  private final Store store;
  private final Map<Place, String> values = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Runnable> beforeCreate = new AtomicReference<>();
  private volatile boolean broken;

  /** An empty one. */
  public WatchedStore(Clock clock) {
    store = Store.inMemory(clock);
  }

  /** From now on every call fails. */
  public void breakDown() {
    broken = true;
  }

  /** From now on calls work again. */
  public void repair() {
    broken = false;
  }

  /** Runs before the next entry is created: another node was faster. */
  public void beforeNextCreate(Runnable work) {
    beforeCreate.set(work);
  }

  /** All keys and values, as whoever reads the database sees them. */
  public String dump() {
    StringBuilder all = new StringBuilder();
    values.forEach((place, value) -> all.append(place).append('=').append(value).append('\n'));
    return all.toString();
  }

  /** Puts the value of one key under another, as whoever may write to the database can. */
  public void copy(String collection, String from, String to) {
    Store.Entry entry = find(collection, from);
    if (entry == null || !create(collection, to, "", entry.value(), entry.expiresAt())) {
      throw new IllegalStateException("nothing to copy, or no room for it");
    }
  }

  @Override
  public boolean create(
      String collection, String key, String group, String value, Instant expiresAt) {
    Runnable first = beforeCreate.getAndSet(null);
    if (first != null) {
      first.run();
    }
    boolean created = working().create(collection, key, group, value, expiresAt);
    if (created) {
      values.put(new Place(collection, key), value);
    }
    return created;
  }

  @Override
  public Store.@Nullable Entry find(String collection, String key) {
    return working().find(collection, key);
  }

  @Override
  public Store.@Nullable Entry take(String collection, String key) {
    Store.Entry taken = working().take(collection, key);
    values.remove(new Place(collection, key));
    return taken;
  }

  @Override
  public boolean replace(
      String collection, String key, long version, String value, Instant expiresAt) {
    boolean replaced = working().replace(collection, key, version, value, expiresAt);
    if (replaced) {
      values.put(new Place(collection, key), value);
    }
    return replaced;
  }

  @Override
  public boolean replace(
      String collection, String key, long version, String group, String value, Instant expiresAt) {
    boolean replaced = working().replace(collection, key, version, group, value, expiresAt);
    if (replaced) {
      values.put(new Place(collection, key), value);
    }
    return replaced;
  }

  @Override
  public boolean remove(String collection, String key) {
    values.remove(new Place(collection, key));
    return working().remove(collection, key);
  }

  @Override
  public int removeGroup(String collection, String group) {
    return working().removeGroup(collection, group);
  }

  @Override
  public long count(String collection) {
    return working().count(collection);
  }

  @Override
  public long count(String collection, String group) {
    return working().count(collection, group);
  }

  @Override
  public @Nullable String firstToEnd(String collection, String group) {
    return working().firstToEnd(collection, group);
  }

  @Override
  public List<Store.Listed> entries(String collection, String group, String afterKey, int most) {
    return working().entries(collection, group, afterKey, most);
  }

  /** Fails too where the store is down, also for whoever got it before. */
  @Override
  public Feed feed() {
    return new WatchedFeed();
  }

  private final class WatchedFeed implements Feed {
    @Override
    public Change put(String collection, String key, String value, Instant expiresAt) {
      return working().feed().put(collection, key, value, expiresAt);
    }

    @Override
    public @Nullable Change replace(
        String collection, String key, long seen, String value, Instant expiresAt) {
      return working().feed().replace(collection, key, seen, value, expiresAt);
    }

    @Override
    public @Nullable Change remove(String collection, String key) {
      return working().feed().remove(collection, key);
    }

    @Override
    public @Nullable Change find(String collection, String key) {
      return working().feed().find(collection, key);
    }

    @Override
    public Page after(long number, int most) {
      return working().feed().after(number, most);
    }

    @Override
    public @Nullable Runnable onChange(Runnable listener) {
      return store.feed().onChange(listener);
    }
  }

  private Store working() {
    if (broken) {
      throw new StoreException("The store is down.", new IllegalStateException("down"));
    }
    return store;
  }
}
