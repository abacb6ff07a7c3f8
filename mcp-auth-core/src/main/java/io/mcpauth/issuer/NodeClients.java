package io.mcpauth.issuer;

import io.mcpauth.store.Feed;
import io.mcpauth.store.Follower;
import io.mcpauth.store.StoreException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entered clients of a store as one node has them, so that no request waits for it. One that
 * cannot be read is as if switched off, whatever it was before, and hinders no other.
 */
final class NodeClients implements Follower.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(NodeClients.class);

  private final Map<String, ClientEntry> byId = new ConcurrentHashMap<>();
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

  /** The client of an id, switched off or not; null where none was entered. */
  @Nullable ClientEntry find(String id) {
    return byId.get(id);
  }

  /** Whether the operator entered a client of that id and does not let it in. */
  boolean isOff(String id) {
    ClientEntry entry = byId.get(id);
    return entry == null ? unreadable.contains(id) : !entry.enabled();
  }

  @Override
  public void changed(List<Feed.Change> changes) {
    for (Feed.Change change : changes) {
      if (change.collection().equals(StoredClients.CLIENTS)) {
        take(change);
      }
    }
  }

  @Override
  public void readAnew(List<Feed.Change> entries) {
    Map<String, Feed.Change> there = new HashMap<>();
    for (Feed.Change entry : entries) {
      if (entry.collection().equals(StoredClients.CLIENTS) && entry.value() != null) {
        there.put(entry.key(), entry);
      }
    }
    there.values().forEach(this::take);
    byId.keySet().retainAll(new HashSet<>(there.keySet()));
    unreadable.retainAll(there.keySet());
  }

  private void take(Feed.Change change) {
    if (change.value() == null) {
      byId.remove(change.key());
      unreadable.remove(change.key());
      return;
    }
    try {
      byId.put(change.key(), StoredClients.entry(change));
      unreadable.remove(change.key());
    } catch (StoreException e) {
      LOG.error("{}", e.getMessage());
      unreadable.add(change.key());
      byId.remove(change.key());
    }
  }
}
