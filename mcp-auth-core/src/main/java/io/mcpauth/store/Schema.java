package io.mcpauth.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The tables in a database: which version of them is there, and the files that make them. The file
 * of a version leads there from the one before, and can be run again.
 */
final class Schema {
  /** What this release works with. */
  static final int VERSION = 3;

  /** One for all nodes; it means nothing. */
  private static final long ADVISORY_LOCK = 0x6d63_7061_7574_6801L;

  /** No such table, in the words of PostgreSQL and (three) of H2. */
  private static final Set<String> NO_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

  private static final int H2_ATTEMPTS = 10;
  private static final Pattern COMMENT = Pattern.compile("--.*");

  private final Connection connection;
  private final Dialect dialect;

  Schema(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /**
   * Checks that the version is the one of this release.
   *
   * @throws IllegalStateException if it is another one or none
   */
  void require() throws SQLException {
    int found = version();
    requireNotNewer(found);
    if (found < VERSION) {
      throw new IllegalStateException(
          (found == 0
                  ? "The database has no tables of mcp-auth where this user looks for them."
                  : "The tables of mcp-auth have version " + found + ".")
              + " Run "
              + missing(found).collect(Collectors.joining(", then "))
              + " from the jar of mcp-auth-core, or call JdbcStore.createSchema(dataSource).");
    }
  }

  /**
   * Makes what is missing.
   *
   * @throws IllegalStateException if a later release was here
   */
  void create() throws SQLException {
    int found = version();
    requireNotNewer(found);
    List<String> statements =
        missing(found).flatMap(file -> statements(read(file)).stream()).toList();
    if (statements.isEmpty()) {
      return;
    }
    if (dialect == Dialect.POSTGRESQL) {
      inOneTransaction(statements);
    } else {
      oneByOne(statements);
    }
  }

  /** PostgreSQL can take DDL back, but not run IF NOT EXISTS twice at a time: hence the lock. */
  private void inOneTransaction(List<String> statements) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** In H2 each DDL statement is a transaction, and may fail where another session runs it too. */
  private void oneByOne(List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        for (int attempt = 1; ; attempt++) {
          try {
            statement.execute(sql);
            break;
          } catch (SQLException e) {
            if (attempt == H2_ATTEMPTS) {
              throw e;
            }
          }
        }
      }
    }
  }

  private int version() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT MAX(version) FROM mcp_auth_schema")) {
      return rows.next() ? rows.getInt(1) : 0; // 0 for NULL too
    } catch (SQLException e) {
      if (NO_TABLE.contains(String.valueOf(e.getSQLState()))) {
        return 0;
      }
      throw e;
    }
  }

  private static void requireNotNewer(int found) {
    if (found > VERSION) {
      throw new IllegalStateException(
          "The tables of mcp-auth have version "
              + found
              + ", this release knows "
              + VERSION
              + ". Start a release that knows it, or use another database.");
    }
  }

  private Stream<String> missing(int found) {
    return IntStream.rangeClosed(found + 1, VERSION)
        .mapToObj(version -> "io/mcpauth/store/" + dialect.fileName() + "-" + version + ".sql");
  }

  private static List<String> statements(String script) {
    return Arrays.stream(COMMENT.matcher(script).replaceAll("").split(";", -1))
        .map(String::strip)
        .filter(sql -> !sql.isEmpty())
        .toList();
  }

  private static String read(String file) {
    try (InputStream in = Schema.class.getResourceAsStream("/" + file)) {
      if (in == null) {
        throw new IllegalStateException("The jar of mcp-auth-core has no " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
