package io.mcpauth.key;

import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.Feed;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys in the feed of a store, one entry for each name; and beside the feed when they were used.
 */
final class StoredKeys implements KeyPlace {
  /** In the feed. */
  static final String KEYS = "key";

  /** In the store: too many changes for a feed. */
  private static final String USED = "key.used";

  private static final Logger LOG = LoggerFactory.getLogger(StoredKeys.class);

  private final Store store;
  private final Feed feed;

  StoredKeys(Store store) {
    this.store = store;
    this.feed = store.feed();
  }

  @Override
  public List<KeyEntry> all() {
    List<KeyEntry> entries = new ArrayList<>();
    for (Feed.Change change : changes()) {
      try {
        entries.add(entry(change));
      } catch (StoreException e) {
        LOG.error("{}", e.getMessage());
      }
    }
    return entries;
  }

  private List<Feed.Change> changes() {
    return feed.entries().stream().filter(change -> change.collection().equals(KEYS)).toList();
  }

  @Override
  public KeyEntry change(String resource, String name, Change change) {
    String key = key(resource, name);
    while (true) {
      Feed.Change known = feed.find(KEYS, key);
      if (known == null) {
        KeyPlace.requireRoom(changes().size());
      }
      KeyEntry next =
          change.of(known == null ? null : entry(known), feed.after(Long.MAX_VALUE, 1).now());
      long seen = known == null ? 0 : known.number();
      String value = new String(Json.write(KeyWire.members(next)), StandardCharsets.UTF_8);
      if (feed.replace(KEYS, key, seen, value, next.end().plus(KEPT_AFTER_END)) != null) {
        return next;
      }
    }
  }

  @Override
  public boolean remove(String resource, String name) {
    return feed.remove(KEYS, key(resource, name)) != null;
  }

  @Override
  public @Nullable Instant lastUsed(String id) {
    Store.Entry entry = store.find(USED, id);
    return entry == null ? null : instant(entry);
  }

  /** Writes that a secret was in use, unless a later use is written. */
  void used(String id, Instant at, Instant end) {
    String value = String.valueOf(at.toEpochMilli());
    Instant kept = end.plus(KEPT_AFTER_END);
    if (store.create(USED, id, "", value, kept)) {
      return;
    }
    Store.Entry known = store.find(USED, id);
    if (known != null && instant(known).isBefore(at)) {
      boolean unused = store.replace(USED, id, known.version(), value, kept); // or another node has
    }
  }

  private static Instant instant(Store.Entry entry) {
    try {
      return Instant.ofEpochMilli(Long.parseLong(entry.value()));
    } catch (NumberFormatException e) {
      return Instant.EPOCH; // of another release; the next use writes over it
    }
  }

  /** One for each name of each resource, whoever makes it. */
  private static String key(String resource, String name) {
    return Opaque.hash(resource + " " + name); // no resource has a space
  }

  /**
   * What an entry says.
   *
   * @throws StoreException if it cannot be read
   */
  static KeyEntry entry(Feed.Change change) {
    try {
      KeyEntry entry =
          KeyWire.entry(
              Json.value(String.valueOf(change.value()).getBytes(StandardCharsets.UTF_8)));
      if (!change.key().equals(key(entry.resource(), entry.name()))) {
        throw new IllegalArgumentException("It stands in the place of another name.");
      }
      return entry;
    } catch (InvalidJsonException | IllegalArgumentException e) {
      throw new StoreException(
          "The store has a key, entry "
              + change.number()
              + ", which this release cannot read, and which nobody can use here. Start the release"
              + " that wrote it, or revoke the key by its name.",
          e);
    }
  }
}
