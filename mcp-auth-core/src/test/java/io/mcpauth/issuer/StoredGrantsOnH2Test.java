package io.mcpauth.issuer;

import io.mcpauth.store.JdbcStore;
import io.mcpauth.store.Store;
import java.time.Clock;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;

class StoredGrantsOnH2Test extends GrantsContract {
  private final JdbcDataSource source = new JdbcDataSource();

  @BeforeEach
  void createSchema() {
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600");
    JdbcStore.createSchema(source);
  }

  @Override
  Store store(Clock nodeClock) {
    return JdbcStore.of(source).withClock(nodeClock);
  }
}
