package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2FileFeedTest extends JdbcFeedContract {
  private final JdbcDataSource source = new JdbcDataSource();

  H2FileFeedTest(@TempDir Path directory) {
    source.setURL(
        "jdbc:h2:file:" + directory.resolve("store") + ";DB_CLOSE_DELAY=600;LOCK_TIMEOUT=20000");
  }

  @AfterEach
  void shutDown() throws SQLException {
    run("SHUTDOWN");
  }

  @Override
  DataSource source() {
    return source;
  }

  @Override
  Dialect dialect() {
    return Dialect.H2;
  }

  @Override
  String waiting() {
    return "SELECT 1 FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL";
  }

  @Test
  void restart_keepsEntriesAndNumbers() throws Exception {
    Feed.Change change = node().put(RULES, "k", "v", NEVER);
    Feed.Change last = node().put(RULES, "removed", "v", NEVER);
    node().remove(RULES, "removed");
    long given = node().after(0, 1).last();
    shutDown();
    JdbcStore.createSchema(source);
    assertThat(node().after(0, 10).changes()).hasSize(2).contains(change);
    assertThat(node().after(0, 10).last()).isEqualTo(given).isGreaterThan(last.number());
    assertThat(node().put(RULES, "k", "v", NEVER).number()).isGreaterThan(given);
  }
}
