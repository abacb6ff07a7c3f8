package io.mcpauth.config;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;

/** The connections of a store by settings. The only class that needs HikariCP. */
final class StorePool {
  private static final Duration WAIT = Duration.ofSeconds(5);
  private static final int MOST = 10;

  private StorePool() {}

  /** Opens no connection yet. */
  static HikariDataSource of(StoreDatabase database) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("mcp-auth-store");
    config.setDriverClassName(database.driver());
    config.setJdbcUrl(database.url());
    config.setDataSourceProperties(database.forDriver()); // as the first connection had them
    config.setConnectionTimeout(WAIT.toMillis());
    config.setValidationTimeout(WAIT.toMillis() / 2);
    config.setInitializationFailTimeout(-1); // what waits at the start is StoreSettings
    config.setMaximumPoolSize(MOST);
    config.setMinimumIdle(1);
    if (database.inFile()) {
      config.setMaxLifetime(0); // the last connection closes the file
    }
    return new HikariDataSource(config);
  }
}
