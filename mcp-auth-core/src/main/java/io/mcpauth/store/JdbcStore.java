package io.mcpauth.store;

import io.mcpauth.internal.net.SetOnce;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a database, which all nodes share: PostgreSQL or H2.
 *
 * <pre>{@code
 * JdbcStore.createSchema(dataSource); // where no migration of yours runs the files
 * JdbcStore store = JdbcStore.of(dataSource);
 * builder.store(store);
 * }</pre>
 *
 * <p>Four tables, whose names begin with {@code mcp_auth_}, made by the versioned files {@code
 * io/mcpauth/store/postgresql-1.sql} to {@code -3.sql}, or {@code h2-1.sql} to {@code -3.sql}, of
 * the jar, or by {@link #createSchema}. Each call is a transaction of its own on a connection of
 * its own: give it the plain data source or pool, not one that joins the transactions of the
 * application. Entries that ended more than five minutes ago are deleted in small batches while
 * others are created.
 *
 * <p>Ends are compared with the clock of the node, not of the database: the clocks of all nodes
 * have to agree about as well as those of the authorization servers do. The {@link #feed} goes by
 * the clock of the database alone.
 *
 * <p>A statement may take 5 seconds, and a server that falls silent 2 more. How long the pool waits
 * for a connection, and the driver for a new one and for its cancel request, is theirs to bound:
 * set all to seconds ({@code docs/store.md}). All threads may use it.
 *
 * <p>Does not check: whether the database loses what it has confirmed. A replica that may be
 * promoted before it has everything brings back what was taken.
 */
public final class JdbcStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcStore.class);
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(60);

  /** Of entries that ended some time ago, so that a clock that is fast takes from nobody. */
  private static final long SWEEP_AFTER_MILLIS = 5 * 60 * 1_000;

  private static final long SWEEP_INTERVAL_MILLIS = 60 * 1_000;
  private static final int SWEEP_BATCH = 500;

  private final Database database;
  private final Dialect dialect;
  private final boolean shared;
  private final boolean lasting;
  private final Options options;
  private final Clock clock;
  private final JdbcFeed feed;
  private final AtomicLong sweepAt = new AtomicLong();

  /** What may be set once each. */
  private record Options(@Nullable Clock clock, @Nullable Duration timeout) {}

  private JdbcStore(
      Database database, Dialect dialect, boolean shared, boolean lasting, Options options) {
    this.database = options.timeout == null ? database : database.withTimeout(options.timeout);
    this.dialect = dialect;
    this.shared = shared;
    this.lasting = lasting;
    this.options = options;
    this.clock = options.clock == null ? Clock.systemUTC() : options.clock;
    this.feed = new JdbcFeed(this.database, dialect, InMemoryFeed.MOST);
  }

  /**
   * A store in a database that has the tables.
   *
   * @throws IllegalStateException if it does not have them in the version of this release; the
   *     message names the file to run
   * @throws IllegalArgumentException if it is neither PostgreSQL nor H2
   * @throws StoreException if it cannot be asked
   */
  public static JdbcStore of(DataSource source) {
    Database database = new Database(source, DEFAULT_TIMEOUT);
    return database.call(
        "start",
        connection -> {
          Dialect dialect = Dialect.of(connection);
          new Schema(connection, dialect).require();
          boolean shared = dialect.isShared(connection.getMetaData());
          boolean lasting = dialect.outlivesProcess(connection.getMetaData());
          return new JdbcStore(database, dialect, shared, lasting, new Options(null, null));
        });
  }

  /**
   * Makes the tables, or brings them to the version of this release; those that have it stay as
   * they are. Several nodes may do it at once. The user of the data source has to be allowed to
   * create tables, which it otherwise need not be.
   *
   * @throws IllegalStateException if a later release has made them
   * @throws IllegalArgumentException if the database is neither PostgreSQL nor H2
   * @throws StoreException if the database cannot be asked, or refuses
   */
  public static void createSchema(DataSource source) {
    Boolean unused =
        new Database(source, DEFAULT_TIMEOUT)
            .call(
                "createSchema",
                connection -> {
                  new Schema(connection, Dialect.of(connection)).create();
                  return true;
                });
  }

  /** With another clock of every end; for tests. */
  public JdbcStore withClock(Clock other) {
    SetOnce.require(options.clock == null, "The clock of the store");
    return new JdbcStore(database, dialect, shared, lasting, new Options(other, options.timeout));
  }

  /**
   * With another time-out for statements than 5 seconds.
   *
   * @param timeout 1 to 60 seconds, rounded down to whole ones
   * @throws IllegalArgumentException if it is out of this range
   */
  public JdbcStore withTimeout(Duration timeout) {
    SetOnce.require(options.timeout == null, "The time-out of the store");
    if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "The time-out of the store is " + timeout + ". Write 1 to 60 seconds.");
    }
    return new JdbcStore(database, dialect, shared, lasting, new Options(options.clock, timeout));
  }

  @Override
  public boolean create(
      String collection, String key, String group, String value, Instant expiresAt) {
    Bounds.requireCollection(collection);
    Bounds.requireKey(key);
    Bounds.requireGroup(group);
    Bounds.requireValue(value);
    long now = clock.millis();
    // At random, so that an entry that is created again never has a version of the former one.
    long version = ThreadLocalRandom.current().nextLong(1L << 62);
    long end = Bounds.millis(expiresAt);
    boolean created =
        database.insert(
            "create", dialect.create(), collection, key, group, value, version, end, now);
    sweep(now);
    return created;
  }

  @Override
  public Store.@Nullable Entry find(String collection, String key) {
    Bounds.requireCollection(collection);
    return Bounds.isKey(key)
        ? database.entry("find", Dialect.FIND, collection, key, clock.millis()).orElse(null)
        : null;
  }

  @Override
  public Store.@Nullable Entry take(String collection, String key) {
    Bounds.requireCollection(collection);
    return Bounds.isKey(key)
        ? database.entry("take", dialect.take(), collection, key).filter(this::isLive).orElse(null)
        : null;
  }

  @Override
  public boolean replace(
      String collection, String key, long version, String value, Instant expiresAt) {
    Bounds.requireCollection(collection);
    Bounds.requireValue(value);
    long end = Bounds.millis(expiresAt);
    return Bounds.isKey(key)
        && database.update(
                "replace", Dialect.REPLACE, value, end, collection, key, version, clock.millis())
            == 1;
  }

  @Override
  public boolean replace(
      String collection, String key, long version, String group, String value, Instant expiresAt) {
    Bounds.requireCollection(collection);
    Bounds.requireGroup(group);
    Bounds.requireValue(value);
    long end = Bounds.millis(expiresAt);
    long now = clock.millis();
    return Bounds.isKey(key)
        && database.update(
                "replace",
                Dialect.REPLACE_WITH_GROUP,
                value,
                end,
                group,
                collection,
                key,
                version,
                now)
            == 1;
  }

  @Override
  public boolean remove(String collection, String key) {
    return take(collection, key) != null;
  }

  @Override
  public int removeGroup(String collection, String group) {
    Bounds.requireCollection(collection);
    Bounds.requireNamedGroup(group);
    long removed =
        database.number("removeGroup", dialect.removeGroup(), collection, group, clock.millis());
    return Math.toIntExact(removed);
  }

  @Override
  public long count(String collection) {
    Bounds.requireCollection(collection);
    return database.number("count", Dialect.COUNT, collection, clock.millis());
  }

  @Override
  public long count(String collection, String group) {
    Bounds.requireCollection(collection);
    Bounds.requireNamedGroup(group);
    return database.number("count", Dialect.COUNT_GROUP, collection, group, clock.millis());
  }

  @Override
  public @Nullable String firstToEnd(String collection, String group) {
    Bounds.requireCollection(collection);
    Bounds.requireGroup(group);
    long now = clock.millis();
    Optional<Store.Entry> first =
        group.isEmpty()
            ? database.entry("firstToEnd", Dialect.FIRST_TO_END, collection, now)
            : database.entry("firstToEnd", Dialect.FIRST_OF_GROUP_TO_END, collection, group, now);
    return first.map(Store.Entry::value).orElse(null); // the first column, which is the key here
  }

  @Override
  public List<Store.Listed> entries(String collection, String group, String afterKey, int most) {
    Bounds.requireCollection(collection);
    Bounds.requireGroup(group);
    Bounds.requirePage(afterKey, most);
    long now = clock.millis();
    return group.isEmpty()
        ? database.listed("entries", Dialect.PAGE, collection, afterKey, now, most)
        : database.listed("entries", Dialect.PAGE_OF_GROUP, collection, group, afterKey, now, most);
  }

  /** In the time of the database: the clock of a node counts for nothing in it. */
  @Override
  public Feed feed() {
    return feed;
  }

  /** True, unless it is an H2 in the memory or the files of this process. */
  @Override
  public boolean isShared() {
    return shared;
  }

  /** True, unless it is an H2 in the memory of this process. */
  @Override
  public boolean outlivesProcess() {
    return lasting;
  }

  private boolean isLive(Store.Entry entry) {
    return entry.expiresAt().toEpochMilli() > clock.millis();
  }

  /** Once a minute at most, unless a batch was not enough. What was created is created. */
  private void sweep(long now) {
    long due = sweepAt.get();
    boolean early = now < due && due - now <= SWEEP_INTERVAL_MILLIS; // else the clock was set back
    if (early || !sweepAt.compareAndSet(due, now + SWEEP_INTERVAL_MILLIS)) {
      return;
    }
    try {
      int swept = database.update("sweep", dialect.sweep(), now - SWEEP_AFTER_MILLIS, SWEEP_BATCH);
      if (swept == SWEEP_BATCH) {
        sweepAt.set(now);
      }
    } catch (StoreException e) {
      LOG.warn("Entries that have ended stay in the store for now: {}", e.getMessage());
    }
  }

  @Override
  public String toString() {
    return "JdbcStore[" + dialect + "]";
  }
}
