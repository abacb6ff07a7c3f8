package io.mcpauth.store;

/** The SQL of {@link JdbcFeed}, the same for every database but for how each tells the time. */
final class FeedStatements {
  private static final String COLUMNS =
      """
      SELECT l.number, %1$s, f.number, f.collection, f.entry_key,
        CASE WHEN f.expires_at > %1$s THEN f.entry_value END, f.changed_at, f.expires_at
      FROM mcp_auth_feed_last AS l LEFT JOIN\
      """;

  private final String after;
  private final String find;
  private final String sweep;

  FeedStatements(Dialect dialect) {
    String now = dialect.now();
    String told = now + " - " + InMemoryFeed.TOLD.toMillis();
    after =
        COLUMNS.formatted(now)
            + " (SELECT * FROM mcp_auth_feed WHERE number > ? AND expires_at > "
            + told
            + " ORDER BY number LIMIT ?) AS f ON TRUE ORDER BY f.number";
    find =
        COLUMNS.formatted(now)
            + " (SELECT * FROM mcp_auth_feed WHERE collection = ? AND entry_key = ?) AS f ON TRUE";
    sweep =
        "DELETE FROM mcp_auth_feed WHERE number IN (SELECT number FROM mcp_auth_feed"
            + " WHERE expires_at <= "
            + told
            + " ORDER BY expires_at LIMIT ?)";
  }

  /**
   * The last number and the time in one row, and beside them the changes: one statement, so that
   * both are of one moment. What has ended is told as removed, for as long as what was removed.
   */
  String after() {
    return after;
  }

  /** The last number, the time, and beside them the row of an entry. */
  String find() {
    return find;
  }

  String lock() {
    return "SELECT number FROM mcp_auth_feed_last FOR UPDATE";
  }

  String count() {
    return "UPDATE mcp_auth_feed_last SET number = ?";
  }

  /** With the parameters of {@link #update}, in its order. */
  String insert() {
    return "INSERT INTO mcp_auth_feed"
        + " (entry_value, number, changed_at, expires_at, collection, entry_key)"
        + " VALUES (?, ?, ?, ?, ?, ?)";
  }

  String update() {
    return "UPDATE mcp_auth_feed SET entry_value = ?, number = ?, changed_at = ?, expires_at = ?"
        + " WHERE collection = ? AND entry_key = ?";
  }

  String rows() {
    return "SELECT COUNT(*) FROM mcp_auth_feed";
  }

  String ofCollection() {
    return "SELECT number FROM mcp_auth_feed WHERE collection = ? LIMIT 1";
  }

  /** A batch of what has ended so long ago that nobody is told of it any more. */
  String sweep() {
    return sweep;
  }
}
