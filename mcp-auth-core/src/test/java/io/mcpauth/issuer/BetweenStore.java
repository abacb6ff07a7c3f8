package io.mcpauth.issuer;

import io.mcpauth.store.Feed;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A store that counts, that fails once in a row of calls, or between whose calls others work. */
final class BetweenStore implements Store {
  private final Store store;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger untilFailure = new AtomicInteger(-1);
  private final AtomicReference<@Nullable Runnable> before = new AtomicReference<>();
  private final AtomicReference<@Nullable Runnable> after = new AtomicReference<>();

  BetweenStore(Store store) {
    this.store = store;
  }

  int calls() {
    return calls.get();
  }

  /** So many calls still work, the next one fails, and then all do again. */
  void failOnceAfter(int working) {
    untilFailure.set(working);
  }

  void beforeNextCreate(Runnable work) {
    before.set(work);
  }

  void afterNextCreate(Runnable work) {
    after.set(work);
  }

  private Store next() {
    calls.incrementAndGet();
    if (untilFailure.getAndDecrement() == 0) {
      throw new StoreException("The store is down.");
    }
    return store;
  }

  private static void run(@Nullable Runnable work) {
    if (work != null) {
      work.run();
    }
  }

  @Override
  public boolean create(
      String collection, String key, String group, String value, Instant expiresAt) {
    run(before.getAndSet(null));
    boolean created = next().create(collection, key, group, value, expiresAt);
    run(after.getAndSet(null));
    return created;
  }

  @Override
  public Store.@Nullable Entry find(String collection, String key) {
    return next().find(collection, key);
  }

  @Override
  public Store.@Nullable Entry take(String collection, String key) {
    return next().take(collection, key);
  }

  @Override
  public boolean replace(
      String collection, String key, long version, String value, Instant expiresAt) {
    return next().replace(collection, key, version, value, expiresAt);
  }

  @Override
  public boolean replace(
      String collection, String key, long version, String group, String value, Instant expiresAt) {
    return next().replace(collection, key, version, group, value, expiresAt);
  }

  @Override
  public boolean remove(String collection, String key) {
    return next().remove(collection, key);
  }

  @Override
  public int removeGroup(String collection, String group) {
    return next().removeGroup(collection, group);
  }

  @Override
  public long count(String collection) {
    return next().count(collection);
  }

  @Override
  public long count(String collection, String group) {
    return next().count(collection, group);
  }

  @Override
  public @Nullable String firstToEnd(String collection, String group) {
    return next().firstToEnd(collection, group);
  }

  @Override
  public List<Listed> entries(String collection, String group, String afterKey, int most) {
    return next().entries(collection, group, afterKey, most);
  }

  @Override
  public Feed feed() {
    return next().feed();
  }
}
