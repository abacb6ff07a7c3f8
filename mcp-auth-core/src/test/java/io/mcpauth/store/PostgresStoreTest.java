package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresServer.Resolver.class)
class PostgresStoreTest extends StoreRaceContract {
  private final JdbcConnectionPool source;

  PostgresStoreTest(PostgresServer server) throws SQLException {
    source = server.pooledEmptySchema();
  }

  @BeforeEach
  void createSchema() {
    JdbcStore.createSchema(source);
  }

  @AfterEach
  void closeConnections() {
    assertThat(source.getActiveConnections()).isZero();
    source.dispose();
  }

  @Override
  Store node() {
    return JdbcStore.of(source).withClock(clock);
  }

  @Test
  void server_isShared() {
    assertThat(node().isShared()).isTrue();
    assertThat(node()).hasToString("JdbcStore[POSTGRESQL]");
  }
}
