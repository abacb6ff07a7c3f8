package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
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

/** Entered clients in the feed of a store, each under its id. Each change is atomic. */
final class StoredClients {
  /** In the feed. */
  static final String CLIENTS = "oauth.client";

  /** How many there may be. */
  static final int MOST = 10_000;

  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");
  private static final Logger LOG = LoggerFactory.getLogger(StoredClients.class);
  private static final int PAGE = 1_000;

  private final Feed feed;

  StoredClients(Store store) {
    this.feed = store.feed();
  }

  /** What becomes of an entry. */
  @FunctionalInterface
  interface Change {
    /**
     * The next state.
     *
     * @param known the entry, or null where none is
     * @param now the time of the store
     */
    ClientEntry of(@Nullable ClientEntry known, Instant now);
  }

  /** All that can be read. */
  List<ClientEntry> all() {
    List<ClientEntry> entries = new ArrayList<>();
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
    List<Feed.Change> all = new ArrayList<>();
    Feed.Page page;
    long number = 0;
    do {
      page = feed.after(number, PAGE);
      for (Feed.Change change : page.changes()) {
        number = change.number();
        if (change.collection().equals(CLIENTS) && change.value() != null) {
          all.add(change);
        }
      }
    } while (page.changes().size() == PAGE);
    return all;
  }

  @Nullable ClientEntry find(String id) {
    Feed.Change known = feed.find(CLIENTS, id);
    return known == null || known.value() == null ? null : entry(known);
  }

  /** Whether there is one, also one that cannot be read. */
  boolean has(String id) {
    Feed.Change known = feed.find(CLIENTS, id);
    return known != null && known.value() != null;
  }

  /** Changes an entry, or makes one, and returns it; what the change throws changes nothing. */
  ClientEntry change(String id, Change change) {
    while (true) {
      Feed.Change known = feed.find(CLIENTS, id);
      if (known == null && changes().size() >= MOST) {
        throw new IllegalArgumentException(
            "There are " + MOST + " clients already. Remove those that are not needed.");
      }
      ClientEntry next =
          change.of(known == null ? null : entry(known), feed.after(Long.MAX_VALUE, 1).now());
      long seen = known == null ? 0 : known.number();
      String value = new String(Json.write(ClientWire.members(next)), StandardCharsets.UTF_8);
      if (feed.replace(CLIENTS, id, seen, value, NEVER) != null) {
        return next;
      }
    }
  }

  /** Removes an entry, also one that cannot be read; whether there was one. */
  boolean remove(String id) {
    return feed.remove(CLIENTS, id) != null;
  }

  /**
   * What an entry says.
   *
   * @throws StoreException if it cannot be read
   */
  static ClientEntry entry(Feed.Change change) {
    try {
      ClientEntry entry =
          ClientWire.entry(
              Json.value(String.valueOf(change.value()).getBytes(StandardCharsets.UTF_8)));
      if (!change.key().equals(entry.id())) {
        throw new IllegalArgumentException("It stands in the place of another id.");
      }
      return entry;
    } catch (InvalidJsonException | IllegalArgumentException | AuthException e) {
      throw new StoreException(
          "The store has a client, entry "
              + change.number()
              + ", which this release cannot read, and which nobody can use here. Start the release"
              + " that wrote it, or remove the client by its id.",
          e);
    }
  }
}
