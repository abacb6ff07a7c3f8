package io.mcpauth.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes in a database. A change is a transaction that first locks the row with the last number:
 * the next one waits until this one is committed, so nobody sees a number before a lower one. Times
 * are those of the database, also where it decides what has ended.
 */
final class JdbcFeed implements Feed {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcFeed.class);
  private static final long SWEEP_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int SWEEP_BATCH = 500;
  private static final long COUNT_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Database database;
  private final FeedStatements sql;
  private final int most;
  private final AtomicLong sweptAt = new AtomicLong(System.nanoTime() - SWEEP_INTERVAL_NANOS);
  private final AtomicLong insertedSince = new AtomicLong(); // since the count
  private volatile @Nullable Count counted;

  /**
   * How many rows there were.
   *
   * @param nanos when, by {@link System#nanoTime}
   */
  private record Count(long rows, long nanos) {}

  JdbcFeed(Database database, Dialect dialect, int most) {
    this.database = database;
    this.sql = new FeedStatements(dialect);
    this.most = most;
  }

  /** What there is when the row with the last number is locked. */
  private record Before(long last, long now, @Nullable Change row) {
    /** Where it is there, and has neither been removed nor ended. */
    @Nullable Change entry() {
      return row == null || row.value() == null ? null : row;
    }

    /**
     * Never one that was given: also where a backup with lower ones was restored, since by then it
     * is later.
     */
    long next() {
      return Math.max(last + 1, now);
    }
  }

  @Override
  public Change put(String collection, String key, String value, Instant expiresAt) {
    return write("put", collection, key, null, value, expiresAt).orElseThrow();
  }

  @Override
  public @Nullable Change replace(
      String collection, String key, long seen, String value, Instant expiresAt) {
    return write("replace", collection, key, seen, value, expiresAt).orElse(null);
  }

  private Optional<Change> write(
      String what,
      String collection,
      String key,
      @Nullable Long seen,
      String value,
      Instant expiresAt) {
    Bounds.requireCollection(collection);
    Bounds.requireKey(key);
    Bounds.requireValue(value);
    Instant end = Instant.ofEpochMilli(Bounds.millis(expiresAt));
    sweep();
    return database.transaction(
        what,
        connection -> {
          Before before = before(connection, collection, key);
          Change entry = before.entry();
          if (seen != null && seen != (entry == null ? 0 : entry.number())) {
            return Optional.empty();
          }
          Instant now = Instant.ofEpochMilli(before.now());
          Change change = new Change(before.next(), collection, key, value, now, end);
          store(connection, before, change);
          return Optional.of(change);
        });
  }

  @Override
  public @Nullable Change remove(String collection, String key) {
    Bounds.requireCollection(collection);
    if (!Bounds.isKey(key)) {
      return null;
    }
    sweep();
    Optional<Change> removed =
        database.transaction(
            "remove",
            connection -> {
              Before before = before(connection, collection, key);
              if (before.entry() == null) {
                return Optional.empty();
              }
              Instant now = Instant.ofEpochMilli(before.now());
              Change change = new Change(before.next(), collection, key, null, now, now);
              store(connection, before, change);
              return Optional.of(change);
            });
    return removed.orElse(null);
  }

  @Override
  public @Nullable Change find(String collection, String key) {
    Bounds.requireCollection(collection);
    if (!Bounds.isKey(key)) {
      return null;
    }
    Optional<Change> found =
        database.call(
            "find",
            connection -> {
              Change row = row(connection, collection, key).row();
              return Optional.ofNullable(row).filter(change -> change.value() != null);
            });
    return found.orElse(null);
  }

  @Override
  public Page after(long number, int mostChanges) {
    return database.call(
        "after",
        connection -> {
          try (PreparedStatement statement =
                  database.prepared(connection, sql.after(), number, mostChanges);
              ResultSet rows = statement.executeQuery()) {
            return page(rows);
          }
        });
  }

  private static Page page(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      throw noLast();
    }
    long last = rows.getLong(1);
    Instant now = Instant.ofEpochMilli(rows.getLong(2));
    List<Change> changes = new ArrayList<>();
    do {
      Change change = change(rows);
      if (change != null) {
        changes.add(change);
      }
    } while (rows.next());
    return new Page(changes, last, now);
  }

  /** What stands behind the last number and the time of the database. */
  private static @Nullable Change change(ResultSet row) throws SQLException {
    long number = row.getLong(3);
    return row.wasNull()
        ? null
        : new Change(
            number,
            row.getString(4),
            row.getString(5),
            row.getString(6),
            Instant.ofEpochMilli(row.getLong(7)),
            Instant.ofEpochMilli(row.getLong(8)));
  }

  private Before before(Connection connection, String collection, String key) throws SQLException {
    lock(connection);
    return row(connection, collection, key);
  }

  /**
   * Until the transaction ends. A statement of its own: what comes after it sees the last state.
   */
  private void lock(Connection connection) throws SQLException {
    try (PreparedStatement statement = database.prepared(connection, sql.lock());
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw noLast();
      }
    }
  }

  private Before row(Connection connection, String collection, String key) throws SQLException {
    try (PreparedStatement statement = database.prepared(connection, sql.find(), collection, key);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw noLast();
      }
      return new Before(row.getLong(1), row.getLong(2), change(row));
    }
  }

  private void store(Connection connection, Before before, Change change) throws SQLException {
    if (before.row() == null) {
      requireRoom(connection, change.collection());
    }
    int unused =
        database.changed(
            connection,
            before.row() == null ? sql.insert() : sql.update(),
            change.value(),
            change.number(),
            change.at().toEpochMilli(),
            change.expiresAt().toEpochMilli(),
            change.collection(),
            change.key());
    unused = database.changed(connection, sql.count(), change.number());
  }

  private void requireRoom(Connection connection, String collection) throws SQLException {
    if (!isSurelyRoom() && count(connection) >= most && has(connection, collection)) {
      throw InMemoryFeed.full(most);
    }
  }

  /**
   * Counting takes time, and others wait for the lock meanwhile. Where a quarter was free within
   * the last minute, other nodes have hardly filled it since: the lock lets some hundred changes
   * through in a second.
   */
  private boolean isSurelyRoom() {
    Count last = counted;
    return last != null
        && System.nanoTime() - last.nanos() < COUNT_INTERVAL_NANOS
        && last.rows() + insertedSince.incrementAndGet() < most - most / 4;
  }

  private long count(Connection connection) throws SQLException {
    try (PreparedStatement statement = database.prepared(connection, sql.rows());
        ResultSet row = statement.executeQuery()) {
      long rows = row.next() ? row.getLong(1) : 0;
      insertedSince.set(0);
      counted = new Count(rows, System.nanoTime());
      return rows;
    }
  }

  /** The first entry of a collection has room: what others fill must not keep out the status. */
  private boolean has(Connection connection, String collection) throws SQLException {
    try (PreparedStatement statement =
            database.prepared(connection, sql.ofCollection(), collection);
        ResultSet row = statement.executeQuery()) {
      return row.next();
    }
  }

  /** Once a minute at most, unless a batch was not enough; what is to be written is written. */
  private void sweep() {
    long due = sweptAt.get() + SWEEP_INTERVAL_NANOS;
    long now = System.nanoTime();
    if (now - due < 0 || !sweptAt.compareAndSet(due - SWEEP_INTERVAL_NANOS, now)) {
      return;
    }
    try {
      int swept =
          database.transaction(
              "sweep",
              connection -> {
                lock(connection);
                return database.changed(connection, sql.sweep(), SWEEP_BATCH);
              });
      if (swept == SWEEP_BATCH) {
        sweptAt.set(now - SWEEP_INTERVAL_NANOS);
      }
    } catch (StoreException e) {
      LOG.warn("Entries that have ended stay in the feed for now: {}", e.getMessage());
    }
  }

  private static StoreException noLast() {
    return new StoreException(
        "The table mcp_auth_feed_last has no row. Run version 2 of the schema files again.");
  }
}
