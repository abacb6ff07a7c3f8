package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresServer.Resolver.class)
class PostgresFeedTest extends JdbcFeedContract {
  private final JdbcConnectionPool source;

  PostgresFeedTest(PostgresServer server) throws SQLException {
    source = server.pooledEmptySchema();
  }

  @AfterEach
  void closeConnections() {
    assertThat(source.getActiveConnections()).isZero();
    source.dispose();
  }

  @Override
  DataSource source() {
    return source;
  }

  @Override
  Dialect dialect() {
    return Dialect.POSTGRESQL;
  }

  @Override
  String waiting() {
    return "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
  }
}
