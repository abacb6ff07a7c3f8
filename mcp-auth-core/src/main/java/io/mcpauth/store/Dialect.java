package io.mcpauth.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** What databases do in their own ways. Each statement is one step for all who use the database. */
enum Dialect {
  /**
   * PostgreSQL. An expired row is overwritten in the statement that finds it; one that is live
   * makes no row of the count.
   */
  POSTGRESQL(
      "PostgreSQL",
      """
      INSERT INTO mcp_auth_entry AS e
        (collection, entry_key, entry_group, entry_value, version, expires_at)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (collection, entry_key) DO UPDATE SET
        entry_group = EXCLUDED.entry_group, entry_value = EXCLUDED.entry_value,
        version = EXCLUDED.version, expires_at = EXCLUDED.expires_at
      WHERE e.expires_at <= ?\
      """,
      """
      DELETE FROM mcp_auth_entry WHERE collection = ? AND entry_key = ?
      RETURNING entry_value, version, expires_at\
      """,
      """
      WITH gone AS (
        DELETE FROM mcp_auth_entry WHERE collection = ? AND entry_group = ? RETURNING expires_at)
      SELECT COUNT(*) FROM gone WHERE expires_at > ?\
      """,
      """
      DELETE FROM mcp_auth_entry WHERE (collection, entry_key) IN (
        SELECT collection, entry_key FROM mcp_auth_entry WHERE expires_at <= ?
        ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)\
      """,
      "clock_timestamp()"),

  /** H2, in the memory of the process, in a file or as a server. */
  H2(
      "H2",
      """
      MERGE INTO mcp_auth_entry AS e USING (VALUES (
        CAST(? AS VARCHAR_CASESENSITIVE(64)), CAST(? AS VARCHAR_CASESENSITIVE(255)),
        CAST(? AS VARCHAR_CASESENSITIVE(255)), CAST(? AS VARCHAR_CASESENSITIVE(65536)),
        CAST(? AS BIGINT), CAST(? AS BIGINT)))
        AS n (collection, entry_key, entry_group, entry_value, version, expires_at)
      ON e.collection = n.collection AND e.entry_key = n.entry_key
      WHEN MATCHED AND e.expires_at <= ? THEN UPDATE SET
        entry_group = n.entry_group, entry_value = n.entry_value,
        version = n.version, expires_at = n.expires_at
      WHEN NOT MATCHED THEN INSERT
        (collection, entry_key, entry_group, entry_value, version, expires_at)
        VALUES (n.collection, n.entry_key, n.entry_group, n.entry_value, n.version, n.expires_at)\
      """,
      """
      SELECT entry_value, version, expires_at FROM OLD TABLE (
        DELETE FROM mcp_auth_entry WHERE collection = ? AND entry_key = ?)\
      """,
      """
      SELECT COUNT(CASE WHEN expires_at > ?3 THEN 1 END) FROM OLD TABLE (
        DELETE FROM mcp_auth_entry WHERE collection = ?1 AND entry_group = ?2)\
      """,
      "DELETE FROM mcp_auth_entry WHERE expires_at <= ? FETCH FIRST ? ROWS ONLY",
      "CURRENT_TIMESTAMP");

  /** The same in both. */
  static final String FIND =
      "SELECT entry_value, version, expires_at FROM mcp_auth_entry"
          + " WHERE collection = ? AND entry_key = ? AND expires_at > ?";

  /** The same in both. */
  static final String REPLACE =
      "UPDATE mcp_auth_entry SET entry_value = ?, version = version + 1, expires_at = ?"
          + " WHERE collection = ? AND entry_key = ? AND version = ? AND expires_at > ?";

  /** The same in both. */
  static final String REPLACE_WITH_GROUP =
      "UPDATE mcp_auth_entry SET entry_value = ?, version = version + 1, expires_at = ?,"
          + " entry_group = ?"
          + " WHERE collection = ? AND entry_key = ? AND version = ? AND expires_at > ?";

  /** The same in both. */
  static final String COUNT =
      "SELECT COUNT(*) FROM mcp_auth_entry WHERE collection = ? AND expires_at > ?";

  /** The same in both. */
  static final String COUNT_GROUP =
      "SELECT COUNT(*) FROM mcp_auth_entry"
          + " WHERE collection = ? AND entry_group = ? AND expires_at > ?";

  /** The same in both. */
  static final String FIRST_TO_END =
      "SELECT entry_key, version, expires_at FROM mcp_auth_entry"
          + " WHERE collection = ? AND expires_at > ? ORDER BY expires_at, entry_key"
          + " FETCH FIRST 1 ROWS ONLY";

  /** The same in both. H2 sorts by an index only where all of its columns are in the order. */
  static final String FIRST_OF_GROUP_TO_END =
      "SELECT entry_key, version, expires_at FROM mcp_auth_entry"
          + " WHERE collection = ? AND entry_group = ? AND expires_at > ?"
          + " ORDER BY collection, entry_group, expires_at, entry_key FETCH FIRST 1 ROWS ONLY";

  /** The same in both: keys are compared by their characters. */
  static final String PAGE =
      "SELECT entry_value, version, expires_at, entry_key FROM mcp_auth_entry"
          + " WHERE collection = ? AND entry_key > ? AND expires_at > ?"
          + " ORDER BY collection, entry_key FETCH FIRST ? ROWS ONLY";

  /** The same in both. */
  static final String PAGE_OF_GROUP =
      "SELECT entry_value, version, expires_at, entry_key FROM mcp_auth_entry"
          + " WHERE collection = ? AND entry_group = ? AND entry_key > ? AND expires_at > ?"
          + " ORDER BY entry_key FETCH FIRST ? ROWS ONLY";

  private final String product;
  private final String create;
  private final String take;
  private final String removeGroup;
  private final String sweep;
  private final String now;

  Dialect(
      String product, String create, String take, String removeGroup, String sweep, String now) {
    this.product = product;
    this.create = create;
    this.take = take;
    this.removeGroup = removeGroup;
    this.sweep = sweep;
    this.now = now;
  }

  /**
   * That of a database.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Dialect of(Connection connection) throws SQLException {
    String name = connection.getMetaData().getDatabaseProductName();
    for (Dialect dialect : values()) {
      if (dialect.product.equals(name)) {
        return dialect;
      }
    }
    throw new IllegalArgumentException(
        "The database is '"
            + name
            + "', which JdbcStore does not know. Use PostgreSQL or H2, or write a Store of your"
            + " own.");
  }

  /** Whether other processes can use the database too. */
  boolean isShared(DatabaseMetaData metadata) throws SQLException {
    String url = metadata.getURL();
    return this == POSTGRESQL
        || (url != null && (url.startsWith("jdbc:h2:tcp:") || url.startsWith("jdbc:h2:ssl:")));
  }

  /** Whether what it holds is there after a restart of this process. */
  boolean outlivesProcess(DatabaseMetaData metadata) throws SQLException {
    String url = metadata.getURL();
    return this == POSTGRESQL || (url != null && !url.startsWith("jdbc:h2:mem:"));
  }

  /** The first part of the names of its schema files. */
  String fileName() {
    return product.toLowerCase(Locale.ROOT);
  }

  String create() {
    return create;
  }

  String take() {
    return take;
  }

  String removeGroup() {
    return removeGroup;
  }

  String sweep() {
    return sweep;
  }

  /**
   * The time of the database, in milliseconds of the epoch. In H2 it is that of the first statement
   * of a transaction that asks for it, so it is asked for behind the lock.
   */
  String now() {
    return "CAST(FLOOR(EXTRACT(EPOCH FROM " + now + ") * 1000) AS BIGINT)";
  }
}
