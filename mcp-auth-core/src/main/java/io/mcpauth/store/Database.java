package io.mcpauth.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs statements on a connection of their own: each as a transaction, or some as one. */
final class Database {
  /** A deadlock, or two who wrote the same row: whoever is told so has changed nothing. */
  private static final int ATTEMPTS = 5;

  /** Of H2's MERGE: a row with the key was inserted meanwhile. */
  private static final String INSERTED = "23505";

  /** What the network may take beyond a statement: the driver's own time-out should come first. */
  static final int NETWORK_GRACE_MILLIS = 2_000;

  private final DataSource source;
  private final int timeoutSeconds;

  Database(DataSource source, Duration timeout) {
    this.source = source;
    this.timeoutSeconds = Math.toIntExact(timeout.toSeconds());
  }

  /** Something to do with a connection. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  Database withTimeout(Duration timeout) {
    return new Database(source, timeout);
  }

  /** The value, version and end of the first row, if there is one. */
  Optional<Store.Entry> entry(String what, String sql, Object... parameters) {
    return call(
        what,
        connection -> {
          try (PreparedStatement statement = prepared(connection, sql, parameters);
              ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(entry(row)) : Optional.empty();
          }
        });
  }

  /** The value, version, end and key of each row. */
  List<Store.Listed> listed(String what, String sql, Object... parameters) {
    return call(
        what,
        connection -> {
          try (PreparedStatement statement = prepared(connection, sql, parameters);
              ResultSet row = statement.executeQuery()) {
            List<Store.Listed> all = new ArrayList<>();
            while (row.next()) {
              all.add(new Store.Listed(row.getString(4), entry(row)));
            }
            return List.copyOf(all);
          }
        });
  }

  /** The number that a query is about. */
  long number(String what, String sql, Object... parameters) {
    return call(
        what,
        connection -> {
          try (PreparedStatement statement = prepared(connection, sql, parameters);
              ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
              throw new SQLException("a count without a row");
            }
            return row.getLong(1);
          }
        });
  }

  /** How many rows a statement changed. */
  int update(String what, String sql, Object... parameters) {
    return call(what, connection -> changed(connection, sql, parameters));
  }

  /**
   * Whether a statement inserted its row. Where others inserted one with its key each time that it
   * was tried, theirs is there, and this one is not.
   */
  boolean insert(String what, String sql, Object... parameters) {
    try {
      return update(what, sql, parameters) == 1;
    } catch (StoreException e) {
      if (e.getCause() instanceof SQLException cause && INSERTED.equals(cause.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Does some work, again where another transaction was in the way.
   *
   * @param what for the message of the exception
   * @throws StoreException if it fails
   */
  <T> T call(String what, Work<T> work) {
    return again(what, false, work);
  }

  private <T> T again(String what, boolean asOne, Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(asOne, work);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !wasInTheWay(e)) {
          throw failed(what, e);
        }
      }
    }
  }

  /**
   * Does some work in one transaction, all of it again where another one was in the way. What it
   * did is undone where it throws.
   *
   * @param what for the message of the exception
   * @throws StoreException if it fails; where the answer to the commit was lost, it may be done
   */
  <T> T transaction(String what, Work<T> work) {
    return again(what, true, work);
  }

  private static Store.Entry entry(ResultSet row) throws SQLException {
    return new Store.Entry(row.getString(1), row.getLong(2), Instant.ofEpochMilli(row.getLong(3)));
  }

  /** How many rows a statement changed that is one of several. */
  int changed(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  /** With its time-out. */
  PreparedStatement prepared(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      statement.setQueryTimeout(timeoutSeconds);
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private <T> T once(boolean asOne, Work<T> work) throws SQLException {
    try (Connection connection = connection()) {
      boolean autoCommit = connection.getAutoCommit();
      if (autoCommit == asOne) {
        connection.setAutoCommit(!asOne);
      }
      int networkTimeout = limitNetwork(connection);
      boolean before = autoCommit;
      try {
        return asOne ? committed(connection, work) : work.on(connection);
      } catch (SQLException | RuntimeException | Error e) {
        boolean clean = !asOne || rolledBack(connection);
        before = autoCommit && clean; // else it would commit what was not rolled back
        throw e;
      } finally {
        restore(connection, before, networkTimeout);
      }
    }
  }

  private static <T> T committed(Connection connection, Work<T> work) throws SQLException {
    T result = work.on(connection);
    connection.commit();
    return result;
  }

  /** A connection that cannot is of no use to its pool either. */
  private static boolean rolledBack(Connection connection) throws SQLException {
    try {
      connection.rollback();
      return true;
    } catch (SQLException e) {
      connection.abort(Runnable::run);
      return false;
    }
  }

  private Connection connection() throws SQLException {
    try {
      return source.getConnection();
    } catch (RuntimeException e) { // of a pool that was closed
      throw new SQLException("no connection", e);
    }
  }

  /** Without it a server that is gone without a word holds the caller for many minutes. */
  private int limitNetwork(Connection connection) throws SQLException {
    try {
      int before = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, timeoutSeconds * 1_000 + NETWORK_GRACE_MILLIS);
      return before;
    } catch (SQLFeatureNotSupportedException e) {
      return -1;
    }
  }

  /** As the pool gave it. What fails here is broken anyway, and the work is done or has failed. */
  private static void restore(Connection connection, boolean autoCommit, int networkTimeout) {
    try {
      if (networkTimeout >= 0) {
        connection.setNetworkTimeout(Runnable::run, networkTimeout);
      }
      if (connection.getAutoCommit() != autoCommit) {
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException e) {
      return; // the pool will see
    }
  }

  /** Class 40 is a transaction that was rolled back; the others are H2's, of its MERGE. */
  private static boolean wasInTheWay(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && (state.startsWith("40")
            || state.equals(INSERTED)
            || state.equals("90131") // H2: CONCURRENT_UPDATE_1
            || state.equals("90112")); // H2: ROW_NOT_FOUND_WHEN_DELETING_1
  }

  /** Says what kind of failure it is. What the driver says may quote rows or the address. */
  private static StoreException failed(String what, SQLException e) {
    StringBuilder types = new StringBuilder(e.getClass().getSimpleName());
    Throwable cause = e.getCause();
    for (int depth = 0; cause != null && depth < 5; depth++) {
      types.append(", ").append(cause.getClass().getSimpleName());
      cause = cause.getCause();
    }
    String problem =
        "The database of the store failed (%s): %s, SQLState %s, code %d"
            .formatted(what, types, e.getSQLState(), e.getErrorCode());
    SQLException told = new SQLException("elided", e.getSQLState(), e.getErrorCode());
    told.setStackTrace(e.getStackTrace());
    return new StoreException(problem, told);
  }
}
