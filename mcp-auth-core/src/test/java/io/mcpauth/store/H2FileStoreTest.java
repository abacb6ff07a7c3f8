package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2FileStoreTest extends StoreRaceContract {
  private final JdbcDataSource source = new JdbcDataSource();

  @BeforeEach
  void createSchema(@TempDir Path directory) {
    source.setURL("jdbc:h2:file:" + directory.resolve("store") + ";DB_CLOSE_DELAY=600");
    JdbcStore.createSchema(source);
  }

  @AfterEach
  void shutDown() throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN");
    }
  }

  @Override
  Store node() {
    return JdbcStore.of(source).withClock(clock);
  }

  @Test
  void restart_keepsEntries() throws Exception {
    node().create(CODES, "k", "g", "v", in(Duration.ofDays(90)));
    Store.Entry before = node().find(CODES, "k");
    shutDown();
    JdbcStore.createSchema(source);
    assertThat(node().find(CODES, "k")).isEqualTo(before);
    assertThat(node().removeGroup(CODES, "g")).isEqualTo(1);
  }
}
