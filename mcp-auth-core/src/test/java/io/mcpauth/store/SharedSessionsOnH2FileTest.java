package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.session.SharedSessionsContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An H2 in a file, which one node has at a time: its sessions are there after a restart. */
class SharedSessionsOnH2FileTest extends SharedSessionsContract {
  private final JdbcDataSource source = new JdbcDataSource();

  @BeforeEach
  void createSchema(@TempDir Path directory) {
    source.setURL("jdbc:h2:file:" + directory.resolve("store") + ";DB_CLOSE_DELAY=600");
    JdbcStore.createSchema(source);
  }

  @AfterEach
  void shutDown() throws SQLException {
    close();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN");
    }
  }

  @Override
  protected Store store() {
    return JdbcStore.of(source);
  }

  @Test
  void file_outlivesTheProcessThoughNobodySharesIt() {
    assertThat(store().outlivesProcess()).isTrue();
    assertThat(store().isShared()).isFalse();
  }

  @Test
  void memory_doesNot() {
    JdbcDataSource memory = new JdbcDataSource();
    memory.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600");
    JdbcStore.createSchema(memory);

    assertThat(JdbcStore.of(memory).outlivesProcess()).isFalse();
    assertThat(Store.inMemory().outlivesProcess()).isFalse();
  }
}
