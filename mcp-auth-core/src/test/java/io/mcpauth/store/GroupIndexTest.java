package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A group may have very many entries, as the sessions of all who have not logged in. */
@ExtendWith(PostgresServer.Resolver.class)
class GroupIndexTest {
  private static final String FILL =
      "INSERT INTO mcp_auth_entry"
          + " (collection, entry_key, entry_group, entry_value, version, expires_at)"
          + " SELECT 'session', 'k' || n, CASE WHEN MOD(n, 2) = 0 THEN 'many' ELSE 'g' || n END,"
          + " 'v', 1, 1000000 - n FROM ";

  private final PostgresServer server;

  GroupIndexTest(PostgresServer server) {
    this.server = server;
  }

  @Test
  void firstOfAGroup_isTheFirstInTheIndexOfPostgres() throws SQLException {
    String plan =
        plan(server.emptySchema(), "generate_series(1, 4000) AS n", Dialect.FIRST_OF_GROUP_TO_END);

    assertThat(plan).contains("mcp_auth_entry_group_end").doesNotContain("sort");
  }

  @Test
  void firstOfAGroup_isTheFirstInTheIndexOfH2() throws SQLException {
    String plan = plan(h2(), "SYSTEM_RANGE(1, 4000) AS r (n)", Dialect.FIRST_OF_GROUP_TO_END);

    assertThat(plan).contains("mcp_auth_entry_group_end").contains("index sorted");
  }

  private static DataSource h2() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600");
    return source;
  }

  private static String plan(DataSource source, String numbers, String sql) throws SQLException {
    JdbcStore.createSchema(source);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(FILL + numbers);
      statement.execute("ANALYZE");
      try (PreparedStatement explain = connection.prepareStatement("EXPLAIN " + sql)) {
        explain.setString(1, "session");
        explain.setString(2, "many");
        explain.setLong(3, 900_000); // all are live
        StringBuilder plan = new StringBuilder();
        try (ResultSet rows = explain.executeQuery()) {
          while (rows.next()) {
            plan.append(rows.getString(1)).append('\n');
          }
        }
        return plan.toString().toLowerCase(Locale.ROOT);
      }
    }
  }
}
