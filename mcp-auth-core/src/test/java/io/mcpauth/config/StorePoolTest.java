package io.mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorePoolTest {
  /** An empty name or password is one of its own: the driver then looks nowhere else for it. */
  @ParameterizedTest
  @CsvSource({"'', ''", "ours, ''", "ours, secret-word"})
  void connections_logInAsTheFirstOneDoes(String user, String password) {
    StoreDatabase database =
        StoreDatabase.postgresql("jdbc:postgresql://127.0.0.1:1/none", user, password);
    try (HikariDataSource pool = StorePool.of(database)) {
      assertThat(pool.getDataSourceProperties()).isEqualTo(database.forDriver());
      assertThat(pool.getUsername()).isNull();
      assertThat(pool.getPassword()).isNull();
      assertThat(pool.getDataSourceProperties().containsKey("user")).isEqualTo(!user.isEmpty());
      assertThat(pool.getDataSourceProperties().containsKey("password"))
          .isEqualTo(!password.isEmpty());
    }
  }
}
