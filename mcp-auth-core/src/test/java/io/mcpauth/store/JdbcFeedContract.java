package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a database adds: its own time, its locks, and rows that stay. */
abstract class JdbcFeedContract extends FeedContract {
  private static final long DAY = Duration.ofDays(1).toMillis();

  abstract DataSource source();

  abstract Dialect dialect();

  /** A query that has a row while somebody waits for a lock. */
  abstract String waiting();

  @BeforeEach
  void createSchema() throws Exception {
    JdbcStore.createSchema(source());
  }

  @Override
  Feed node(int most) throws Exception {
    return new JdbcFeed(new Database(source(), Duration.ofSeconds(20)), dialect(), most);
  }

  /** Its clock cannot be moved, so everything is made older. */
  @Override
  void pass(Duration time) throws SQLException {
    run(
        "UPDATE mcp_auth_feed SET changed_at = changed_at - %1$d, expires_at = expires_at - %1$d"
            .formatted(time.toMillis()));
  }

  final void run(String sql) throws SQLException {
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  final long number(String sql) throws SQLException {
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  @Test
  void clocksOfNodes_countForNothing() throws Exception {
    Clock slow = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-30));
    Clock fast = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(30));
    Feed one = JdbcStore.of(source()).withClock(slow).feed();
    Feed two = JdbcStore.of(source()).withClock(fast).feed();
    Instant start = two.after(0, 1).now();
    Feed.Change first = two.put(RULES, "a", "v", NEVER);
    Feed.Change second = one.put(RULES, "b", "v", first.at().plusSeconds(25));
    Feed.Change third = two.put(RULES, "c", "v", NEVER);
    assertThat(first.at()).isAfterOrEqualTo(start);
    assertThat(second.at()).isAfterOrEqualTo(first.at());
    assertThat(third.at()).isAfterOrEqualTo(second.at());
    Feed.Page page = one.after(0, 10);
    assertThat(page.now()).isAfterOrEqualTo(third.at());
    assertThat(page.changes()).containsExactly(first, second, third);
  }

  /** Else a cut-off could be told with a time from before it was made. */
  @Test
  @Timeout(180)
  void timeOfAChange_isThatBehindTheLock() throws Exception {
    Feed feed = node();
    feed.put(RULES, "k", "v", NEVER);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Connection other = source().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT number FROM mcp_auth_feed_last FOR UPDATE");
      Future<Feed.Change> change = threads.submit(() -> feed.put(RULES, "k", "w", NEVER));
      while (isWithoutRow(waiting())) {
        assertThat(change.isDone()).isFalse();
        Thread.onSpinWait();
      }
      Instant locked = node().after(0, 1).now();
      other.rollback();
      other.setAutoCommit(true);
      assertThat(change.get().at()).isAfterOrEqualTo(locked);
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean isWithoutRow(String query) throws SQLException {
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return !row.next();
    }
  }

  /** As where a backup was restored: nobody who has seen more is to miss what is written next. */
  @Test
  void numbersAfterABackupWasRestored_areNoneThatWereGiven() throws Exception {
    Feed feed = node();
    Feed.Change kept = feed.put(RULES, "a", "v", NEVER);
    Feed.Change lost = feed.put(RULES, "b", "v", NEVER);
    run("DELETE FROM mcp_auth_feed WHERE entry_key = 'b'");
    run("UPDATE mcp_auth_feed_last SET number = " + kept.number());
    Feed.Page page = node().after(lost.number(), 10);
    assertThat(page.changes()).isEmpty();
    assertThat(page.last()).isEqualTo(kept.number()).isLessThan(lost.number());
    while (node().after(0, 1).now().toEpochMilli() <= lost.number()) {
      Thread.onSpinWait(); // no backup is restored within a millisecond
    }
    assertThat(feed.put(RULES, "c", "v", NEVER).number()).isGreaterThan(lost.number());
  }

  @Test
  void clockOfTheDatabaseThatIsSetBack_doesNotSetBackNumbers() throws Exception {
    Feed feed = node();
    feed.put(RULES, "a", "v", NEVER);
    long ahead = System.currentTimeMillis() + DAY;
    run("UPDATE mcp_auth_feed_last SET number = " + ahead);
    assertThat(feed.put(RULES, "b", "v", NEVER).number()).isEqualTo(ahead + 1);
    assertThat(feed.put(RULES, "a", "v", NEVER).number()).isEqualTo(ahead + 2);
    assertThat(feed.after(ahead, 10).changes()).hasSize(2);
  }

  @Test
  void rowsOfWhatNobodyIsToldOf_areDeletedInBatches() throws Exception {
    String series =
        dialect() == Dialect.H2 ? "SYSTEM_RANGE(1, 1200)" : "generate_series(1, 1200) AS x";
    run(
        "INSERT INTO mcp_auth_feed"
            + " (collection, entry_key, entry_value, number, changed_at, expires_at)"
            + " SELECT 'c', CAST(x AS VARCHAR(20)), 'v', x, 1, 1 FROM "
            + series);
    Feed feed = node(1_000);
    feed.put(RULES, "a", "v", NEVER);
    assertThat(rows()).isEqualTo(701);
    feed.remove(RULES, "a");
    feed.put(RULES, "b", "v", NEVER);
    assertThat(rows()).isEqualTo(2);
    pass(Duration.ofHours(3));
    feed.put(RULES, "c", "v", NEVER);
    assertThat(rows()).as("once a minute").isEqualTo(3);
    node().put(RULES, "c", "v", NEVER);
    assertThat(rows()).as("the removed one is gone").isEqualTo(2);
  }

  private long rows() throws SQLException {
    return number("SELECT COUNT(*) FROM mcp_auth_feed");
  }

  /** They are counted under the lock that every change waits for. */
  @Test
  void newEntries_countTheOthersOnceWhereThereIsMuchRoom() throws Exception {
    AtomicInteger statements = new AtomicInteger();
    DataSource counting = Sources.of(() -> Sources.counting(source().getConnection(), statements));
    Feed feed = new JdbcFeed(new Database(counting, Duration.ofSeconds(20)), dialect(), 100);
    feed.put(RULES, "a", "v", NEVER);
    statements.set(0);
    feed.put(RULES, "a", "w", NEVER);
    int forAChange = statements.getAndSet(0);
    feed.put(RULES, "b", "v", NEVER);
    assertThat(statements).hasValue(forAChange);
  }

  @Test
  void askingForChanges_isOneStatement() throws Exception {
    AtomicInteger statements = new AtomicInteger();
    AtomicInteger connections = new AtomicInteger();
    DataSource counting =
        Sources.of(
            () -> {
              connections.incrementAndGet();
              return Sources.counting(source().getConnection(), statements);
            });
    Feed feed = new JdbcFeed(new Database(counting, Duration.ofSeconds(20)), dialect(), 10);
    Feed.Change change = node().put(RULES, "k", "v", NEVER);
    assertThat(feed.after(0, 10).changes()).containsExactly(change);
    assertThat(feed.after(change.number(), 10).changes()).isEmpty();
    assertThat(connections).hasValue(2);
    assertThat(statements).hasValue(2);
  }
}
