package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to a change where the database fails, and to who follows it. */
@ExtendWith(PostgresServer.Resolver.class)
@Timeout(180)
class JdbcFeedTest {
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");
  private static final String SECRET = "secret-key";

  private final PostgresServer server;

  JdbcFeedTest(PostgresServer server) {
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
      Map<String, Object> withoutClose = new HashMap<>(); // with a null
      withoutClose.put("close", null);
      Database pool =
          new Database(
              Sources.of(() -> Sources.with(connection, withoutClose)), Duration.ofSeconds(20));
      Feed feed = new JdbcFeed(pool, dialect, 2);
      for (boolean autoCommit : new boolean[] {true, false}) {
        connection.setAutoCommit(autoCommit);
        int networkTimeout = connection.getNetworkTimeout();
        feed.put("rule", "a" + autoCommit, "v", NEVER);
        if (!autoCommit) {
          connection.rollback(); // what it did is not in the caller's transaction
        }
        assertThat(feed.find("rule", "a" + autoCommit)).isNotNull();
        assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
        assertThat(connection.getNetworkTimeout()).isEqualTo(networkTimeout);
      }
      long last = feed.after(0, 10).last();
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> feed.put("rule", "one too many", "v", NEVER));
      assertThat(connection.getAutoCommit()).isFalse();
      assertThat(feed.after(0, 10).last()).isEqualTo(last);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void changeThatFailsHalfway_leavesNothing(Dialect dialect) throws SQLException {
    DataSource source = source(dialect);
    Feed sound = JdbcStore.of(source).feed();
    Feed.Change before = sound.put("rule", "k", "v", NEVER);
    for (String step : List.of("SET number = ?", "commit")) {
      AtomicInteger failures = new AtomicInteger();
      Feed feed = feed(dialect, failing(source, step, "58000", failures));
      Feed.Change last = feed.put("rule", "other", "v", NEVER); // which sweeps too
      for (Runnable call :
          List.<Runnable>of(
              () -> feed.put("rule", "k", "w", NEVER),
              () -> feed.put("rule", "new", "w", NEVER),
              () -> feed.replace("rule", "k", before.number(), "w", NEVER),
              () -> feed.remove("rule", "k"))) {
        failures.set(1);
        assertThatExceptionOfType(StoreException.class)
            .isThrownBy(call::run)
            .withMessageContaining("SQLException, SQLState 58000")
            .withMessageNotContaining("secret");
      }
      assertThat(sound.after(0, 10).changes()).containsExactly(before, last);
      assertThat(sound.after(0, 10).last()).isEqualTo(last.number());
    }
    assertThat(sound.put("rule", "k", "w", NEVER).number()).isGreaterThan(before.number());
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void transactionThatWasInTheWay_isDoneAgainOnce(Dialect dialect) throws SQLException {
    DataSource source = source(dialect);
    Feed feed = feed(dialect, failing(source, "SET number = ?", "40001", new AtomicInteger(2)));
    Feed.Change change = feed.put("rule", "k", "v", NEVER);
    assertThat(JdbcStore.of(source).feed().after(0, 10).changes()).containsExactly(change);
  }

  /** The answer to the commit was lost: it may be done, and is not done twice. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void commitWhoseAnswerIsLost_isAnErrorToWhoeverAsked(Dialect dialect) throws SQLException {
    DataSource source = source(dialect);
    AtomicInteger failures = new AtomicInteger();
    Feed feed = feed(dialect, failing(source, "after commit", "08006", failures));
    feed.put("rule", "other", "v", NEVER);
    failures.set(1);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> feed.put("rule", "k", "v", NEVER))
        .withMessageContaining("SQLState 08006");
    assertThat(JdbcStore.of(source).feed().after(0, 10).changes()).hasSize(2);
  }

  /** A connection that cannot roll back would commit, once auto-commit is on again. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void connectionThatCannotRollBack_isAbandoned(Dialect dialect) throws SQLException {
    DataSource source = source(dialect);
    DataSource broken =
        Sources.of(
            () -> {
              Connection connection =
                  failing(source.getConnection(), "SET number = ?", "58000", new AtomicInteger(9));
              return failing(connection, "rollback", "58000", new AtomicInteger(9));
            });
    Feed feed = feed(dialect, broken);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> feed.put("rule", "k", "v", NEVER));
    Feed sound = JdbcStore.of(source).feed();
    assertThat(sound.after(0, 10).changes()).isEmpty();
    assertThat(sound.put("rule", "k", "v", NEVER)).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void lockThatSomebodyHolds_failsWithinSecondsAndLetsOthersRead(Dialect dialect)
      throws SQLException {
    DataSource source = source(dialect);
    Feed feed = JdbcStore.of(source).withTimeout(Duration.ofSeconds(3)).feed();
    feed.put("rule", "k", "v", NEVER);
    try (Connection other = source.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT number FROM mcp_auth_feed_last FOR UPDATE");
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> feed.put("rule", "k", "w", NEVER));
      assertThat(feed.after(0, 10).changes()).hasSize(1);
      other.rollback();
    }
    assertThat(feed.put("rule", "k", "w", NEVER)).isNotNull();
  }

  @Test
  void databaseThatFallsSilent_failsWithinSecondsAndRecovers() throws Exception {
    DataSource direct = source(Dialect.POSTGRESQL);
    try (CutLine line = new CutLine(server.port());
        HeldConnection held = new HeldConnection(direct, line.port())) {
      Feed feed = JdbcStore.of(held.source()).withTimeout(Duration.ofSeconds(3)).feed();
      Feed.Change change = feed.put("rule", "k", "v", NEVER);
      line.silence();
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> feed.after(0, 10))
          .withMessageContaining("SQLState 08");
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> feed.put("rule", "k", "w", NEVER))
          .withMessageContaining("SQLState 08");
      line.restore();
      assertThat(feed.after(0, 10).changes()).containsExactly(change);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void databaseWithoutItsTable_failsWithoutQuoting(Dialect dialect) throws SQLException {
    DataSource source = source(dialect);
    Feed feed = JdbcStore.of(source).feed();
    feed.put("rule", "k", "v", NEVER);
    run(source, "DROP TABLE mcp_auth_feed CASCADE");
    failed(() -> feed.put("rule", SECRET, SECRET, NEVER), "put");
    failed(() -> feed.replace("rule", SECRET, 0, SECRET, NEVER), "replace");
    failed(() -> feed.remove("rule", SECRET), "remove");
    failed(() -> feed.find("rule", SECRET), "find");
    failed(() -> feed.after(0, 10), "after");
  }

  private static void failed(Runnable call, String what) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call::run)
        .withMessageStartingWith("The database of the store failed (" + what + "): ")
        .withMessageContaining("SQLState 42")
        .satisfies(e -> assertThat(trace(e)).doesNotContain(SECRET, "mcp_auth_feed", "SELECT"));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void rowOfTheLastNumberThatIsMissing_isNamed(Dialect dialect) throws SQLException {
    DataSource source = source(dialect);
    Feed feed = JdbcStore.of(source).feed();
    run(source, "DELETE FROM mcp_auth_feed_last");
    for (Runnable call :
        List.<Runnable>of(
            () -> feed.put("rule", "k", "v", NEVER),
            () -> feed.remove("rule", "k"),
            () -> feed.find("rule", "k"),
            () -> feed.after(0, 10))) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(call::run)
          .withMessage(
              "The table mcp_auth_feed_last has no row. Run version 2 of the schema files again.");
    }
  }

  /** A real backup: what every node has a copy of goes back with the database. */
  @Test
  void backupThatIsRestored_isReadAnewByWhoeverFollows(@TempDir Path directory) throws Exception {
    DataSource source = source(Dialect.H2);
    Feed feed = JdbcStore.of(source).feed();
    feed.put("rule", "kept", "v", NEVER);
    feed.put("rule", "changed", "before", NEVER);
    String backup = "'" + directory.resolve("backup.sql") + "'";
    run(source, "SCRIPT TO " + backup);
    feed.put("rule", "changed", "after", NEVER);
    feed.put("rule", "lost", "v", NEVER);
    List<String> told = new ArrayList<>();
    Follower follower = new Follower(feed, telling(told), () -> {});
    follower.catchUp();
    run(source, "DROP ALL OBJECTS");
    run(source, "RUNSCRIPT FROM " + backup);
    follower.catchUp();
    feed.put("rule", "new", "v", NEVER);
    follower.catchUp();
    assertThat(told)
        .containsExactly(
            "anew [kept=v, changed=after, lost=v]", "anew [kept=v, changed=before]", "[new=v]");
  }

  /** The bound of 4 queries for each node and second: 3 looks of one query. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void nodeAtRest_asksOneQueryForEachLook(Dialect dialect) throws Exception {
    DataSource source = source(dialect);
    AtomicInteger statements = new AtomicInteger();
    AtomicInteger connections = new AtomicInteger();
    DataSource counting =
        Sources.of(
            () -> {
              connections.incrementAndGet();
              return Sources.counting(source.getConnection(), statements);
            });
    JdbcStore store = JdbcStore.of(counting);
    store.feed().put("rule", "k", "v", NEVER);
    List<String> told = new ArrayList<>();
    Follower follower = new Follower(store.feed(), telling(told), () -> {});
    follower.catchUp();
    statements.set(0);
    connections.set(0);
    for (int look = 0; look < 20; look++) {
      follower.catchUp();
    }
    assertThat(statements).hasValue(20);
    assertThat(connections).hasValue(20);
    assertThat(told).hasSize(1);
  }

  private static Follower.Listener telling(List<String> told) {
    return new Follower.Listener() {
      @Override
      public void changed(List<Feed.Change> changes) {
        told.add(text(changes));
      }

      @Override
      public void readAnew(List<Feed.Change> entries) {
        told.add("anew " + text(entries));
      }

      private String text(List<Feed.Change> changes) {
        return changes.stream().map(c -> c.key() + "=" + c.value()).toList().toString();
      }
    };
  }

  private static Feed feed(Dialect dialect, DataSource source) {
    return new JdbcFeed(new Database(source, Duration.ofSeconds(20)), dialect, 10);
  }

  private static DataSource failing(
      DataSource source, String step, String state, AtomicInteger times) {
    return Sources.of(() -> failing(source.getConnection(), step, state, times));
  }

  /** A connection that fails some times at a method, or before a statement with a text. */
  private static Connection failing(
      Connection connection, String step, String state, AtomicInteger times) {
    return (Connection)
        Proxy.newProxyInstance(
            JdbcFeedTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              boolean here =
                  method.getName().equals(step)
                      || (method.getName().equals("prepareStatement")
                          && String.valueOf(arguments[0]).contains(step));
              if (here && times.getAndDecrement() > 0) {
                throw new SQLException("secret", state);
              }
              try {
                Object answer = method.invoke(connection, arguments);
                if (step.equals("after " + method.getName()) && times.getAndDecrement() > 0) {
                  throw new SQLException("secret", state);
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void run(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
