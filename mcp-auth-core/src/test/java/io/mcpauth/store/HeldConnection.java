package io.mcpauth.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A pool of one connection, which gets another one once that is broken. */
final class HeldConnection implements AutoCloseable {
  private final PGSimpleDataSource fresh = new PGSimpleDataSource();
  private @Nullable Connection held;

  /** With connections as those of a source, through another port. */
  HeldConnection(DataSource like, int port) throws SQLException {
    PGSimpleDataSource original = (PGSimpleDataSource) like;
    fresh.setServerNames(new String[] {"localhost"});
    fresh.setPortNumbers(new int[] {port});
    fresh.setUser(original.getUser());
    fresh.setDatabaseName(original.getDatabaseName());
    fresh.setCurrentSchema(original.getCurrentSchema());
    fresh.setConnectTimeout(2);
    fresh.setLoginTimeout(2);
    fresh.setCancelSignalTimeout(1);
  }

  DataSource source() {
    Map<String, Object> kept = new HashMap<>();
    kept.put("close", null);
    return Sources.of(() -> Sources.with(connection(), kept));
  }

  private synchronized Connection connection() throws SQLException {
    Connection now = held;
    if (now == null || now.isClosed()) {
      now = fresh.getConnection();
      held = now;
    }
    return now;
  }

  @Override
  public synchronized void close() throws SQLException {
    if (held != null) {
      held.close();
    }
  }
}
