package io.mcpauth.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a {@link Store} that every node keeps a copy of, because each request asks for
 * them: few, changed seldom, such as who is cut off. They stand beside the other entries, in
 * collections of their own, and each change has a number by which a node hears of what it missed.
 *
 * <p>A collection, a key and a value are what they are in a {@link Store}. All threads may use it.
 * An implementation guarantees that
 *
 * <ul>
 *   <li>numbers grow, and nobody sees a change before every change with a lower number: who asks
 *       for what is {@link #after} the last number that he saw misses nothing;
 *   <li>a change that was written is there for whoever asks later, on every node, and outlives the
 *       process where the store does;
 *   <li>an entry that was removed, or whose end has come, is told as removed for an hour at least;
 *       later it may only be missing;
 *   <li>a method that cannot do its work throws {@link StoreException} within seconds. What {@link
 *       #put} or {@link #remove} wanted is then done or not: nobody knows, until it is asked for.
 * </ul>
 */
public interface Feed {
  /**
   * Writes an entry, also over one that has its key.
   *
   * @param expiresAt when nobody needs it any more, by the clock of the store; until then it is
   *     there
   * @return the change, with the number and the time that the store gave it
   * @throws IllegalArgumentException if a name, a key or a value is none that an entry may have
   * @throws StoreException if there are 200,000 entries, one of this collection among them, or the
   *     store cannot do it
   */
  Change put(String collection, String key, String value, Instant expiresAt);

  /**
   * Writes an entry that has not changed since it was seen (compare-and-set).
   *
   * @param seen the number of its last change, 0 where none was there
   * @return the change, or null where the entry has another number, or none
   */
  @Nullable Change replace(
      String collection, String key, long seen, String value, Instant expiresAt);

  /**
   * Removes an entry.
   *
   * @return the change, or null where there was none
   */
  @Nullable Change remove(String collection, String key);

  /** The last change of an entry, or null where none is, as under a key that no entry may have. */
  @Nullable Change find(String collection, String key);

  /**
   * What has changed after a number, in the order of the numbers: of each entry its last change
   * alone. After 0 these are all entries, and perhaps some that were removed. An entry whose end
   * has come is told as one that was removed.
   *
   * @param most how many changes; with so many there may be more
   */
  Page after(long number, int most);

  /**
   * All entries that are there now, in the order of their last changes.
   *
   * @throws StoreException if the store cannot do it
   */
  default List<Change> entries() {
    int most = 1_000;
    List<Change> entries = new ArrayList<>();
    Page page;
    long number = 0;
    do {
      page = after(number, most);
      for (Change change : page.changes()) {
        number = change.number();
        if (change.value() != null) {
          entries.add(change);
        }
      }
    } while (page.changes().size() == most);
    return entries;
  }

  /**
   * Has a listener called after each change, on the thread that makes it, where all of them are
   * made in this process.
   *
   * @return ends it; null where nobody is told, and a node has to ask
   */
  default @Nullable Runnable onChange(Runnable listener) {
    return null;
  }

  /**
   * The last change of an entry.
   *
   * @param number grows with each change of any entry
   * @param value what was written, null where the entry was removed, or has ended
   * @param at when, by the clock of the store: for all nodes the same
   * @param expiresAt when nobody needs it any more
   */
  record Change(
      long number,
      String collection,
      String key,
      @Nullable String value,
      Instant at,
      Instant expiresAt) {
    /** Leaves the value out. */
    @Override
    public String toString() {
      return "Change["
          + number
          + ", "
          + collection
          + (value == null ? ", removed, " : ", ")
          + at
          + "]";
    }
  }

  /**
   * Changes in order.
   *
   * @param changes those that were asked for
   * @param last the highest number that was given so far; lower than one that was seen where the
   *     store has lost something
   * @param now the time of the store
   */
  record Page(List<Change> changes, long last, Instant now) {
    /** A copy of the list. */
    public Page {
      changes = List.copyOf(changes);
    }
  }
}
