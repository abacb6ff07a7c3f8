package io.mcpauth.store;

import io.mcpauth.session.SharedSessionsContract;
import java.sql.SQLException;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that share a PostgreSQL. */
@ExtendWith(PostgresServer.Resolver.class)
class SharedSessionsOnPostgresTest extends SharedSessionsContract {
  private final JdbcConnectionPool source;

  SharedSessionsOnPostgresTest(PostgresServer server) throws SQLException {
    source = server.pooledEmptySchema();
  }

  @BeforeEach
  void createSchema() {
    JdbcStore.createSchema(source);
  }

  @AfterEach
  void closeConnections() {
    close();
    source.dispose();
  }

  @Override
  protected Store store() {
    return JdbcStore.of(source);
  }
}
