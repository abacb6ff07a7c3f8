package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.MutableClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a database adds to the contract: connections, failures, and rows that nobody reads. */
@ExtendWith(PostgresServer.Resolver.class)
class JdbcStoreTest {
  private static final String SECRET = "secret-key";

  private final PostgresServer server;
  private final MutableClock clock = new MutableClock();

  JdbcStoreTest(PostgresServer server) {
    this.server = server;
  }

  private DataSource source(Dialect dialect) throws SQLException {
    DataSource source;
    if (dialect == Dialect.POSTGRESQL) {
      source = server.emptySchema();
    } else {
      JdbcDataSource h2 = new JdbcDataSource();
      h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600");
      source = h2;
    }
    JdbcStore.createSchema(source);
    return source;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void connectionOfAPool_goesBackAsItCame(Dialect dialect) throws SQLException {
    try (Connection connection = source(dialect).getConnection()) {
      DataSource pool = Sources.of(() -> Sources.with(connection, withoutClose()));
      for (boolean autoCommit : new boolean[] {true, false}) {
        connection.setAutoCommit(autoCommit);
        int networkTimeout = connection.getNetworkTimeout();
        JdbcStore store = JdbcStore.of(pool);
        store.create("code", "k", "", "v", Instant.MAX);
        if (!autoCommit) {
          connection.rollback(); // what it did is not in the caller's transaction
        }
        assertThat(store.take("code", "k")).isNotNull();
        assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
        assertThat(connection.getNetworkTimeout()).isEqualTo(networkTimeout);
      }
    }
  }

  private static Map<String, Object> withoutClose() {
    Map<String, Object> answers = new HashMap<>(); // with a null
    answers.put("close", null);
    return answers;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void entriesThatEndedLongAgo_areDeletedWhileOthersAreCreated(Dialect dialect)
      throws SQLException {
    DataSource source = source(dialect);
    JdbcStore store = JdbcStore.of(source).withClock(clock);
    run(
        source,
        """
        INSERT INTO mcp_auth_entry
          (collection, entry_key, entry_group, entry_value, version, expires_at)
        SELECT 'code', CAST(x AS VARCHAR(20)), '', 'v', x, 1 FROM %s\
        """
            .formatted(
                dialect == Dialect.H2 ? "SYSTEM_RANGE(1, 1200)" : "generate_series(1, 1200) AS x"));
    store.create("code", "a", "", "v", clock.instant().plusSeconds(600));
    assertThat(rows(source)).isEqualTo(701);
    store.create("code", "b", "", "v", clock.instant().plusSeconds(60));
    store.create("code", "c", "", "v", clock.instant().plusSeconds(60));
    assertThat(rows(source)).isEqualTo(3);
    clock.advance(Duration.ofSeconds(359));
    store.create("code", "d", "", "v", clock.instant().plusSeconds(60));
    assertThat(rows(source)).as("another node's clock may be slow").isEqualTo(4);
    clock.advance(Duration.ofSeconds(61));
    store.create("code", "e", "", "v", clock.instant().plusSeconds(60));
    assertThat(rows(source)).isEqualTo(3);
    assertThat(store.find("code", "a")).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void databaseWithoutItsTable_failsWithoutQuoting(Dialect dialect) throws SQLException {
    DataSource source = source(dialect);
    JdbcStore store = JdbcStore.of(source);
    run(source, "DROP TABLE mcp_auth_entry CASCADE");
    failed(() -> store.create("code", SECRET, SECRET, SECRET, Instant.MAX), "create");
    failed(() -> store.find("code", SECRET), "find");
    failed(() -> store.take("code", SECRET), "take");
    failed(() -> store.remove("code", SECRET), "take");
    failed(() -> store.replace("code", SECRET, 1, SECRET, Instant.MAX), "replace");
    failed(() -> store.removeGroup("code", SECRET), "removeGroup");
    failed(() -> store.count("code"), "count");
    JdbcStore.createSchema(source);
  }

  private static void failed(Runnable call, String what) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call::run)
        .withMessageStartingWith("The database of the store failed (" + what + "): ")
        .withMessageContaining("SQLState 42")
        .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET, "mcp_auth_entry", "INSERT"));
  }

  @Test
  void wrongPassword_isNotTold() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=600");
    JdbcStore.createSchema(source);
    JdbcDataSource other = new JdbcDataSource();
    other.setURL(source.getURL());
    other.setUser("somebody");
    other.setPassword(SECRET);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> JdbcStore.of(other))
        .withMessageContaining("SQLState 28000")
        .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET, "somebody", "jdbc:"));
  }

  @Test
  void closedPool_isAStoreException() throws SQLException {
    DataSource source =
        Sources.of(
            () -> {
              throw new IllegalStateException("jdbc:secret pool is closed");
            });
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> JdbcStore.of(source))
        .withMessageContaining("IllegalStateException")
        .satisfies(e -> assertThat(trace(e)).doesNotContain("secret"));
  }

  @Test
  @Timeout(180)
  void databaseThatFallsSilent_failsWithinSecondsAndRecovers() throws Exception {
    DataSource direct = source(Dialect.POSTGRESQL);
    try (CutLine line = new CutLine(server.port());
        HeldConnection held = new HeldConnection(direct, line.port())) {
      JdbcStore store = JdbcStore.of(held.source()).withTimeout(Duration.ofSeconds(3));
      store.create("code", "k", "", "v", Instant.MAX);
      line.silence();
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.find("code", "k"))
          .withMessageContaining("SQLState 08");
      line.restore();
      assertThat(store.take("code", "k")).isNotNull();
    }
  }

  @Test
  @Timeout(180)
  void databaseThatIsNotThere_failsAndIsUsedOnceItIs() throws Exception {
    DataSource direct = source(Dialect.POSTGRESQL);
    try (CutLine line = new CutLine(server.port());
        HeldConnection held = new HeldConnection(direct, line.port())) {
      JdbcStore store = JdbcStore.of(held.source());
      line.cut();
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.create("code", "k", "", "v", Instant.MAX))
          .withMessageContaining("SQLState 08");
      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> JdbcStore.of(held.source()));
      line.restore();
      assertThat(store.create("code", "k", "", "v", Instant.MAX)).isTrue();
    }
  }

  /** As a query of somebody else that does not end: the database itself gives up. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  @Timeout(180)
  void lockedRow_failsWithinSeconds(Dialect dialect) throws SQLException {
    DataSource source = source(dialect);
    JdbcStore store = JdbcStore.of(source).withTimeout(Duration.ofSeconds(3));
    store.create("code", "k", "", "v", Instant.MAX);
    try (Connection other = source.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      assertThat(statement.executeUpdate("UPDATE mcp_auth_entry SET version = 1")).isEqualTo(1);
      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.take("code", "k"));
      other.rollback();
    }
    assertThat(store.take("code", "k")).isNotNull();
  }

  @Test
  void timeoutOutOfRange_isRefused() throws SQLException {
    JdbcStore store = JdbcStore.of(source(Dialect.H2));
    for (Duration wrong : new Duration[] {Duration.ofMillis(999), Duration.ofSeconds(61)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.withTimeout(wrong))
          .withMessage("The time-out of the store is " + wrong + ". Write 1 to 60 seconds.");
    }
  }

  private static void run(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int rows(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM mcp_auth_entry")) {
      assertThat(rows.next()).isTrue();
      return rows.getInt(1);
    }
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
