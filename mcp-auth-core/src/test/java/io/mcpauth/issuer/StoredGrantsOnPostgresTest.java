package io.mcpauth.issuer;

import io.mcpauth.store.JdbcStore;
import io.mcpauth.store.PostgresServer;
import io.mcpauth.store.Store;
import java.sql.SQLException;
import java.time.Clock;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresServer.Resolver.class)
class StoredGrantsOnPostgresTest extends GrantsContract {
  private final JdbcConnectionPool source;

  StoredGrantsOnPostgresTest(PostgresServer server) throws SQLException {
    source = server.pooledEmptySchema();
  }

  @BeforeEach
  void createSchema() {
    JdbcStore.createSchema(source);
  }

  @AfterEach
  void closeConnections() {
    source.dispose();
  }

  @Override
  Store store(Clock nodeClock) {
    return JdbcStore.of(source).withClock(nodeClock);
  }
}
