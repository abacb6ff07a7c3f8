package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** A store by settings on a real PostgreSQL. */
@ExtendWith(PostgresServer.Resolver.class)
class StoreBySettingsTest {
  private final Map<String, String> environment = new HashMap<>();
  private final PGSimpleDataSource source;

  StoreBySettingsTest(PostgresServer server) throws SQLException {
    source = server.emptySchema();
  }

  @BeforeEach
  void setUp() {
    environment.put(
        "MCP_AUTH_STORE_URL",
        "jdbc:postgresql://localhost:%d/postgres?currentSchema=%s"
            .formatted(source.getPortNumbers()[0], source.getCurrentSchema()));
    environment.put("MCP_AUTH_STORE_USER", "postgres");
    environment.put("MCP_AUTH_STORE_PASSWORD", "secret-word");
  }

  @Test
  void databaseWithoutTables_namesTheFilesAndTheSetting() {
    assertThatIllegalStateException()
        .isThrownBy(this::open)
        .withMessageStartingWith("MCP_AUTH_STORE_URL (environment): ")
        .withMessageContaining("io/mcpauth/store/postgresql-1.sql")
        .withMessageContaining("MCP_AUTH_STORE_CREATE_SCHEMA=true");
  }

  @Test
  void createSchema_makesThemOnce() {
    environment.put("MCP_AUTH_STORE_CREATE_SCHEMA", "true");
    Instant later = Instant.now().plus(Duration.ofDays(1));
    try (OpenStore opened = open()) {
      assertThat(opened.store().create("c", "k", "", "v", later)).isTrue();
      assertThat(opened.store().isShared()).isTrue();
    }
    environment.remove("MCP_AUTH_STORE_CREATE_SCHEMA");
    try (OpenStore opened = open();
        OpenStore other = open()) {
      assertThat(opened.store().take("c", "k")).extracting(Store.Entry::value).isEqualTo("v");
      assertThat(other.store().find("c", "k")).isNull();
    }
  }

  /** Of a later release: waiting would not help. */
  @Test
  void tablesOfALaterVersion_stopTheStart() throws SQLException {
    environment.put("MCP_AUTH_STORE_CREATE_SCHEMA", "true");
    open().close();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO mcp_auth_schema (version) VALUES (99)");
    }
    assertThatIllegalStateException()
        .isThrownBy(this::open)
        .withMessageContaining("The tables of mcp-auth have version 99");
  }

  @Test
  void userWhoIsRefused_stopsTheStartAtOnce() throws SQLException {
    String user = "refused_" + source.getCurrentSchema();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE USER " + user + " NOLOGIN");
    }
    environment.put("MCP_AUTH_STORE_USER", user);
    assertThatIllegalStateException()
        .isThrownBy(this::open)
        .withMessageContaining("the database refuses the user. Write MCP_AUTH_STORE_USER")
        .satisfies(e -> assertThat(e).message().doesNotContain("secret-word", user));
  }

  @Test
  void databaseThatIsNotThere_stopsTheStartAtOnce() {
    environment.merge(
        "MCP_AUTH_STORE_URL", "", (url, none) -> url.replace("/postgres?", "/nowhere?"));
    assertThatIllegalStateException()
        .isThrownBy(this::open)
        .withMessageContaining("there is no such database");
  }

  @Test
  void userWithoutRights_stopsTheStartAndIsToldWhatToGrant() throws SQLException {
    environment.put("MCP_AUTH_STORE_CREATE_SCHEMA", "true");
    open().close();
    environment.remove("MCP_AUTH_STORE_CREATE_SCHEMA");
    String user = "idle_" + source.getCurrentSchema();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE USER " + user);
      statement.execute("GRANT USAGE ON SCHEMA " + source.getCurrentSchema() + " TO " + user);
    }
    environment.put("MCP_AUTH_STORE_USER", user);
    assertThatIllegalStateException()
        .isThrownBy(this::open)
        .withMessageContaining("the user may not do what is needed");
  }

  @Test
  void closedStore_fails() {
    environment.put("MCP_AUTH_STORE_CREATE_SCHEMA", "true");
    OpenStore opened = open();
    opened.close();
    opened.close();
    assertThat(opened).hasToString("OpenJdbcStore[POSTGRESQL]");
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> opened.store().find("c", "k"));
  }

  private OpenStore open() {
    return ConfiguredServer.store(
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment)));
  }
}
