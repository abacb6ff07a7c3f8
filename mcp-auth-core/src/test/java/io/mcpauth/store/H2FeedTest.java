package io.mcpauth.store;

import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** In the memory of the process, where case is ignored unless the schema says otherwise. */
class H2FeedTest extends JdbcFeedContract {
  private final JdbcDataSource source = new JdbcDataSource();

  H2FeedTest() {
    source.setURL(
        "jdbc:h2:mem:"
            + UUID.randomUUID()
            + ";DB_CLOSE_DELAY=600;IGNORECASE=TRUE;LOCK_TIMEOUT=20000");
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
}
