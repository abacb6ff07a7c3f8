package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In the memory of the process, where case is ignored unless the schema says otherwise. */
class H2StoreTest extends StoreRaceContract {
  private final JdbcDataSource source = new JdbcDataSource();

  @BeforeEach
  void createSchema() {
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600;IGNORECASE=TRUE");
    JdbcStore.createSchema(source);
  }

  @Override
  Store node() {
    return JdbcStore.of(source).withClock(clock);
  }

  @Test
  void embedded_isNotShared() {
    assertThat(node().isShared()).isFalse();
    assertThat(node()).hasToString("JdbcStore[H2]");
  }
}
