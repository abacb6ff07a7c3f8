package io.mcpauth.store;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what must outlive a request: registered clients, pending authorizations, values that
 * may be used once.
 *
 * <pre>{@code
 * Store store = Store.inMemory(); // or JdbcStore.of(dataSource), which several nodes share
 * Instant end = Instant.now().plusSeconds(600);
 * boolean isNew = store.create("invitation", StoreKey.hash("a code"), "alice", "to the team", end);
 * Store.Entry taken = store.take("invitation", StoreKey.hash("a code")); // once, on one node
 * }</pre>
 *
 * <p>An entry has a collection (a short name such as {@code registration}, one per purpose), a key
 * that is unique in it, a value, an end, and the group that it belongs to, such as the client or
 * the family of tokens that is revoked at once. A collection is 1 to 64 characters of printable
 * ASCII, a key 1 to 255, a group at most 255; a value is at most 64 KiB of UTF-8 without NUL. An
 * end is kept to the millisecond, rounded down, and up to the year 9999, which {@link Instant#MAX}
 * becomes. Where a key is a secret (a code, a token), callers pass its hash ({@link
 * StoreKey#hash}), and where a value holds one, they encrypt it ({@code
 * io.mcpauth.seal.StoredSecrets}): a store that leaks gives nothing away.
 *
 * <p>An implementation is used by many threads at once and guarantees that
 *
 * <ul>
 *   <li>each method is atomic, across all nodes that share the store: of two {@link #create} with
 *       one key one returns true, of two {@link #take} one gets the entry, of two {@link #replace}
 *       with one version one returns true;
 *   <li>what a method has written is what every later call sees, on every node;
 *   <li>an entry whose end has come is not there, whether it was swept away or not; it can be
 *       created again;
 *   <li>a method that cannot do its work throws {@link StoreException} within seconds. A result
 *       never stands for "unknown".
 * </ul>
 */
public interface Store {
  /**
   * Stores an entry where none is.
   *
   * @param group to remove it with others, empty where it belongs to none
   * @param expiresAt when it is gone; an instant that has passed stores nothing that anybody sees
   * @return whether there was none
   * @throws IllegalArgumentException if a name, a key, a group or a value is none that an entry may
   *     have
   * @throws StoreException if the store is full, or cannot do it
   */
  boolean create(String collection, String key, String group, String value, Instant expiresAt);

  /** The entry, or null where none is, as under a key that no entry may have. */
  @Nullable Entry find(String collection, String key);

  /** Removes the entry and returns it, to one caller only; null where none is. */
  @Nullable Entry take(String collection, String key);

  /**
   * Changes an entry that has not been changed since it was read (compare-and-set). Its group
   * stays.
   *
   * @param version of the entry that was read
   * @param expiresAt its new end; an instant that has passed removes it
   * @return whether it had that version
   * @throws IllegalArgumentException if the value is none that an entry may have
   */
  boolean replace(String collection, String key, long version, String value, Instant expiresAt);

  /**
   * As {@link #replace(String, String, long, String, Instant)}, and gives the entry to another
   * group.
   *
   * @throws IllegalArgumentException if the group or the value is none that an entry may have
   */
  boolean replace(
      String collection, String key, long version, String group, String value, Instant expiresAt);

  /** Removes an entry; whether one was there. */
  boolean remove(String collection, String key);

  /**
   * Removes all entries of a group, and returns how many there were.
   *
   * @throws IllegalArgumentException if the group is empty, which stands for none
   */
  int removeGroup(String collection, String group);

  /** How many entries a collection has, those that have ended left out. */
  long count(String collection);

  /** How many entries a group of a collection has, those that have ended left out. */
  long count(String collection, String group);

  /**
   * The key of the entry that ends first, for what is bounded and whose oldest gives way; null
   * where there is none. Another may take it meanwhile. Made for collections of some thousand
   * entries: a store may look at all of them.
   *
   * @param group among the entries of that group, empty for those of the whole collection
   */
  @Nullable String firstToEnd(String collection, String group);

  /**
   * A page of the entries of a collection or group, those that have ended left out, in the order of
   * their keys by character. An entry that is there from the first page to the last is in one of
   * them, once; of others it is left open.
   *
   * @param group those of that group, empty for those of the whole collection
   * @param afterKey the last key of the page before, empty for the first page
   * @param most how many a page may have, 1 to 1000. One with fewer is the last
   * @throws IllegalArgumentException if the group or the key is none that an entry may have, or
   *     {@code most} is out of range
   * @throws UnsupportedOperationException if an implementation cannot list, which then serves
   *     everything that does not
   */
  default List<Listed> entries(String collection, String group, String afterKey, int most) {
    throw new UnsupportedOperationException(
        this + " does not list its entries. Use JdbcStore, or write Store.entries.");
  }

  /**
   * The entries of which every node keeps a copy, such as those of {@code io.mcpauth.access}.
   *
   * @throws UnsupportedOperationException if an implementation has none, which then serves
   *     everything else
   */
  default Feed feed() {
    throw new UnsupportedOperationException(
        this
            + " has no feed, so access cannot be controlled with it. Use JdbcStore, or write one.");
  }

  /**
   * Whether what one node writes is seen by the others, and outlives this process: what {@link
   * DeclaredNodes} asks. False unless an implementation says otherwise.
   */
  default boolean isShared() {
    return false;
  }

  /**
   * Whether what is written is there after a restart: then a server keeps its sessions here. What
   * {@link #isShared()} says unless an implementation says otherwise.
   */
  default boolean outlivesProcess() {
    return isShared();
  }

  /** A store in the memory of this process, for up to 100,000 entries in each collection. */
  static Store inMemory() {
    return inMemory(Clock.systemUTC());
  }

  /** As {@link #inMemory()}, with the clock of every end. */
  static Store inMemory(Clock clock) {
    return inMemory(clock, 100_000);
  }

  /**
   * A store in the memory of this process: all is lost with it, and no other node sees it. For one
   * node, and for tests.
   *
   * @param clock the clock of every end
   * @param mostEntries how many a collection may have, those that have ended left out; creating a
   *     further one throws {@link StoreException}, and nothing is evicted for it
   * @throws IllegalArgumentException if that is less than 1
   */
  static Store inMemory(Clock clock, int mostEntries) {
    return new InMemoryStore(clock, mostEntries);
  }

  /**
   * An entry of a {@link Store} at one moment.
   *
   * @param value what was stored
   * @param version grows with each change of the entry; for {@link Store#replace}
   * @param expiresAt when it is gone
   */
  record Entry(String value, long version, Instant expiresAt) {
    /** Leaves the value out: it may hold a secret. */
    @Override
    public String toString() {
      return "Entry[version=" + version + ", expiresAt=" + expiresAt + "]";
    }
  }

  /**
   * An entry with its key, as {@link Store#entries} lists it.
   *
   * @param key a hash, where the key is a secret
   */
  record Listed(String key, Entry entry) {}

  /**
   * How many nodes serve the same resource, as the operator declared it: nothing else can tell a
   * node that it is not alone. With more than one, what is kept in memory is a warning at start.
   *
   * @param count 1 or more
   */
  record DeclaredNodes(int count) {
    private static final Logger LOG = LoggerFactory.getLogger(DeclaredNodes.class);

    /**
     * That many nodes.
     *
     * @throws IllegalArgumentException if there is none
     */
    public DeclaredNodes {
      if (count < 1) {
        throw new IllegalArgumentException(
            "The number of nodes is " + count + ". Write how many serve the resource, 1 or more.");
      }
    }

    /**
     * Warns in the log where the nodes do not share a store. To be called once for each use of it,
     * at start.
     *
     * @param kept what is kept in it, in the plural, such as {@code registered clients}
     */
    public void expectShared(Store store, String kept) {
      expectShared(store, kept, LOG);
    }

    void expectShared(Store store, String kept, Logger log) {
      String warning =
          warning(
              store.isShared(),
              kept,
              "Write JdbcStore.of(dataSource) with a database that all nodes use: instead of"
                  + " Store.inMemory(), or of an H2 within the process.");
      if (warning != null) {
        log.warn("{}", warning);
      }
    }

    /**
     * What to warn of, for what is no {@link Store}; null where all is well.
     *
     * @param kept what is kept, in the plural
     * @param cure what to write instead
     */
    public @Nullable String warning(boolean shared, String kept, String cure) {
      if (count == 1 || shared) {
        return null;
      }
      return count
          + " nodes are declared, and "
          + kept
          + " are kept by each alone: those of one node are unknown to the others, and, in memory,"
          + " lost at its restart. "
          + cure;
    }
  }
}
