package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which tables a start accepts, and how they are made. */
@ExtendWith(PostgresServer.Resolver.class)
class SchemaTest {
  private static final int NODES = 8;

  private final PostgresServer server;

  SchemaTest(PostgresServer server) {
    this.server = server;
  }

  private DataSource empty(Dialect dialect) throws SQLException {
    if (dialect == Dialect.POSTGRESQL) {
      return server.emptySchema();
    }
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600");
    return source;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void noTables_stopTheStartWithTheFile(Dialect dialect) throws SQLException {
    DataSource source = empty(dialect);
    String file = "io/mcpauth/store/" + dialect.fileName() + "-1.sql";
    String second = "io/mcpauth/store/" + dialect.fileName() + "-2.sql";
    String third = "io/mcpauth/store/" + dialect.fileName() + "-3.sql";
    assertThatIllegalStateException()
        .isThrownBy(() -> JdbcStore.of(source))
        .withMessage(
            "The database has no tables of mcp-auth where this user looks for them. Run "
                + file
                + ", then "
                + second
                + ", then "
                + third
                + " from the jar of mcp-auth-core, or call JdbcStore.createSchema(dataSource).");
    run(source, script(file));
    run(source, script(second));
    run(source, script(third));
    assertThat(JdbcStore.of(source).count("code")).isZero();
    assertThat(JdbcStore.of(source).feed().after(0, 1).last()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void tablesOfTheReleaseBefore_stopTheStartWithTheFileAndKeepTheirEntries(Dialect dialect)
      throws SQLException {
    DataSource source = empty(dialect);
    String files = "io/mcpauth/store/" + dialect.fileName();
    run(source, script(files + "-1.sql"));
    run(source, script(files + "-2.sql"));
    run(
        source,
        """
        INSERT INTO mcp_auth_entry
          (collection, entry_key, entry_group, entry_value, version, expires_at)
        VALUES ('code', 'k', '', 'v', 1, 253402300799999)\
        """);
    assertThatIllegalStateException()
        .isThrownBy(() -> JdbcStore.of(source))
        .withMessage(
            "The tables of mcp-auth have version 2. Run "
                + files
                + "-3.sql from the jar of mcp-auth-core, or call"
                + " JdbcStore.createSchema(dataSource).");
    JdbcStore.createSchema(source);
    JdbcStore store = JdbcStore.of(source);
    assertThat(store.count("code")).isEqualTo(1);
    store.feed().put("rule", "k", "v", Instant.MAX);
    run(source, script(files + "-2.sql"));
    run(source, script(files + "-3.sql"));
    assertThat(store.feed().find("rule", "k")).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void tablesWithoutAVersion_areAsNone(Dialect dialect) throws SQLException {
    DataSource source = empty(dialect);
    JdbcStore.createSchema(source);
    run(source, "DELETE FROM mcp_auth_schema");
    assertThatIllegalStateException()
        .isThrownBy(() -> JdbcStore.of(source))
        .withMessageContaining("-1.sql");
    JdbcStore.createSchema(source);
    assertThat(JdbcStore.of(source).count("code")).isZero();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void newerTables_stopTheStartAndStayAsTheyAre(Dialect dialect) throws SQLException {
    DataSource source = empty(dialect);
    JdbcStore.createSchema(source);
    run(source, "INSERT INTO mcp_auth_schema (version) VALUES (4)");
    String message =
        "The tables of mcp-auth have version 4, this release knows 3. Start a release that knows"
            + " it, or use another database.";
    assertThatIllegalStateException().isThrownBy(() -> JdbcStore.of(source)).withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> JdbcStore.createSchema(source))
        .withMessage(message);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void createdAgain_keepsEntries(Dialect dialect) throws SQLException {
    DataSource source = empty(dialect);
    JdbcStore.createSchema(source);
    JdbcStore.of(source).create("code", "k", "", "v", Instant.MAX);
    JdbcStore.createSchema(source);
    run(source, script("io/mcpauth/store/" + dialect.fileName() + "-1.sql"));
    run(source, script("io/mcpauth/store/" + dialect.fileName() + "-2.sql"));
    run(source, script("io/mcpauth/store/" + dialect.fileName() + "-3.sql"));
    assertThat(JdbcStore.of(source).count("code")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void createdByManyNodesAtOnce_isThereOnce(Dialect dialect) throws Exception {
    DataSource source = empty(dialect);
    CyclicBarrier barrier = new CyclicBarrier(NODES);
    List<Callable<Boolean>> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String key = "k" + i;
      nodes.add(
          () -> {
            int unused = barrier.await();
            JdbcStore.createSchema(source);
            return JdbcStore.of(source).create("code", key, "", "v", Instant.MAX);
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(NODES);
    try {
      for (Future<Boolean> created : threads.invokeAll(nodes)) {
        assertThat(created.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(JdbcStore.of(source).count("code")).isEqualTo(NODES);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void userWhoMayNotCreate_canUseTheTables(Dialect dialect) throws SQLException {
    DataSource owner = empty(dialect);
    JdbcStore.createSchema(owner);
    String user = "app_" + UUID.randomUUID().toString().replace('-', '_');
    String create = dialect == Dialect.H2 ? " PASSWORD 'secret'" : "";
    run(owner, "CREATE USER " + user + create);
    run(owner, "GRANT SELECT, INSERT, UPDATE, DELETE ON mcp_auth_entry TO " + user);
    run(owner, "GRANT SELECT ON mcp_auth_schema TO " + user);
    run(owner, "GRANT SELECT, INSERT, UPDATE, DELETE ON mcp_auth_feed TO " + user);
    run(owner, "GRANT SELECT, UPDATE ON mcp_auth_feed_last TO " + user);
    DataSource application;
    if (owner instanceof JdbcDataSource h2) {
      JdbcDataSource other = new JdbcDataSource();
      other.setURL(h2.getURL().replaceAll(";.*", "")); // settings need an administrator
      other.setUser(user);
      other.setPassword("secret");
      application = other;
    } else {
      run(
          owner,
          "DO $$ BEGIN EXECUTE 'GRANT USAGE ON SCHEMA ' || current_schema || ' TO "
              + user
              + "'; END $$");
      application =
          Sources.of(
              () -> {
                Connection connection = owner.getConnection();
                try (Statement statement = connection.createStatement()) {
                  statement.execute("SET ROLE " + user);
                }
                return connection;
              });
    }
    JdbcStore store = JdbcStore.of(application);
    assertThat(store.create("code", "k", "g", "v", Instant.MAX)).isTrue();
    assertThat(store.take("code", "k")).isNotNull();
    assertThat(store.removeGroup("code", "g")).isZero();
    assertThat(store.feed().put("rule", "k", "v", Instant.MAX).number()).isPositive();
    assertThat(store.feed().after(0, 10).changes()).hasSize(1);
    assertThat(store.feed().remove("rule", "k")).isNotNull();
    run(owner, "DELETE FROM mcp_auth_schema");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> JdbcStore.createSchema(application));
  }

  @Test
  void anotherDatabase_isRefused() throws SQLException {
    DataSource h2 = empty(Dialect.H2);
    DataSource other =
        Sources.of(
            () -> {
              Connection connection = h2.getConnection();
              DatabaseMetaData metadata =
                  Sources.proxy(
                      DatabaseMetaData.class,
                      connection.getMetaData(),
                      Map.of("getDatabaseProductName", "MySQL"));
              return Sources.with(connection, Map.of("getMetaData", metadata));
            });
    String message =
        "The database is 'MySQL', which JdbcStore does not know. Use PostgreSQL or H2, or write a"
            + " Store of your own.";
    assertThatIllegalArgumentException().isThrownBy(() -> JdbcStore.of(other)).withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JdbcStore.createSchema(other))
        .withMessage(message);
  }

  private static void run(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As a DBA has it. */
  private static String script(String file) {
    try (InputStream in = SchemaTest.class.getResourceAsStream("/" + file)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
