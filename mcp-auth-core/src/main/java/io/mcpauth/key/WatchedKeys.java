package io.mcpauth.key;

import io.mcpauth.internal.net.SeenContent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Takes over the keys of a file whenever its content has changed. What cannot be read changes
 * nothing: the keys before stay, since none would be an outage and a guess is no key.
 */
final class WatchedKeys {
  private final KeysFile file;
  private final KeyIndex index;
  private final Runnable ended;
  private final Logger log;
  private final SeenContent content;

  /**
   * Reads it.
   *
   * @param index what it is taken over into
   * @param ended called when somebody may be refused who was not
   * @throws IllegalArgumentException if it cannot be read
   */
  WatchedKeys(KeysFile file, KeyIndex index, Runnable ended, Logger log) {
    this.file = file;
    this.index = index;
    this.ended = ended;
    this.log = log;
    byte[] start = file.read();
    take(file.entries(start));
    content = new SeenContent(file::read, start);
  }

  void ifChanged() {
    byte[] changed =
        content.ifChanged(this::refused, () -> log.info("keys {}: readable again", file));
    if (changed == null) {
      return;
    }
    try {
      List<KeyEntry> entries = file.entries(changed);
      take(entries);
      log.info("keys {}: read anew, {} names", file, entries.size());
    } catch (IllegalArgumentException e) {
      refused(String.valueOf(e.getMessage()));
      return;
    }
    ended.run();
  }

  private void take(List<KeyEntry> entries) {
    Set<String> places = new HashSet<>();
    for (KeyEntry entry : entries) {
      String place = entry.resource() + " " + entry.name();
      boolean unused = index.put(place, entry);
      places.add(place);
    }
    index.keepOnly(places);
  }

  private void refused(String problem) {
    log.error("The keys before stay good: {}", problem);
  }
}
