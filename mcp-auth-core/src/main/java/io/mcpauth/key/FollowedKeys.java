package io.mcpauth.key;

import io.mcpauth.store.Feed;
import io.mcpauth.store.Follower;
import io.mcpauth.store.StoreException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Takes over the keys of a feed. One that cannot be read is good for nobody, whatever it was
 * before, and hinders no other.
 *
 * @param index what it is taken over into
 * @param ended called when somebody may be refused who was not
 */
record FollowedKeys(KeyIndex index, Runnable ended, Logger log) implements Follower.Listener {
  @Override
  public void changed(List<Feed.Change> changes) {
    boolean any = false;
    for (Feed.Change change : changes) {
      if (change.collection().equals(StoredKeys.KEYS)) {
        any |= take(change);
      }
    }
    if (any) {
      ended.run();
    }
  }

  @Override
  public void readAnew(List<Feed.Change> entries) {
    Set<String> places = new HashSet<>();
    for (Feed.Change entry : entries) {
      if (entry.collection().equals(StoredKeys.KEYS)) {
        boolean unused = take(entry);
        places.add(entry.key());
      }
    }
    index.keepOnly(places);
    ended.run();
  }

  private boolean take(Feed.Change change) {
    if (change.value() == null) {
      return index.remove(change.key());
    }
    try {
      return index.put(change.key(), StoredKeys.entry(change));
    } catch (StoreException e) {
      log.error("{}", e.getMessage());
      return index.remove(change.key());
    }
  }
}
