package io.mcpauth.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.mcpauth.session.SessionLimits;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.store.Feed;
import io.mcpauth.store.JdbcStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What the shared store asks of PostgreSQL, beside {@code SELECT 1} on the same connections in the
 * same round. The server runs on the same machine, and its work is in the figures.
 */
@State(Scope.Benchmark)
public class StoreOnce {
  private static final int ROUNDS = Integer.getInteger("bench.store.rounds", 12);
  private static final long SLICE_MILLIS = Long.getLong("bench.store.slice.ms", 500);
  private static final int MANY = Integer.getInteger("bench.store.entries", 100_000);
  private static final int FEW = 1_000;
  private static final int PAGE = 1_000;
  private static final int CROWD = 8;
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");
  private static final String RULE = "{\"kind\":\"CUT_OFF\",\"value\":\"" + "r".repeat(180) + "\"}";

  private final Map<String, Crowd.Work> works = new LinkedHashMap<>();
  private final AtomicLong keys = new AtomicLong();

  @Benchmark
  public void run() throws Exception {
    try (DatabaseServer server = new DatabaseServer();
        HikariDataSource empty = server.schema("empty", CROWD);
        HikariDataSource few = server.schema("few", CROWD);
        HikariDataSource many = server.schema("many", CROWD)) {
      fill(few, FEW);
      fill(many, MANY);
      Feed emptyFeed = JdbcStore.of(empty).feed();
      Feed fewFeed = JdbcStore.of(few).feed();
      Feed manyFeed = JdbcStore.of(many).feed();
      works.put("SELECT 1", () -> one(empty));
      works.put("poll at rest, 0 entries", poll(emptyFeed));
      works.put("poll at rest, 1,000 entries", poll(fewFeed));
      works.put("poll at rest, 100,000 entries", poll(manyFeed));
      works.put("1,000 changes of 100,000", () -> Slice.last = manyFeed.after(0, PAGE));
      works.put("change of an entry, 1,000 entries", () -> change(fewFeed, FEW));
      works.put("change of an entry, 100,000 entries", () -> change(manyFeed, MANY));
      JdbcStore store = JdbcStore.of(few);
      SessionOwners sessions = SessionOwners.in(store, SessionLimits.defaults(), Clock.systemUTC());
      works.put("session read", () -> Slice.last = store.find("session", "none"));
      works.put("session opened", () -> open(sessions));
      measure(server, "store, 1 thread", 1);
      measure(server, "store, 8 threads", CROWD);
      Results.measure("all of 100,000 entries", readAll(manyFeed), "ms");
      works.keySet().removeIf(name -> !name.equals("SELECT 1"));
      works.put("new entry, 1,000 entries", () -> add(fewFeed));
      works.put("new entry, 100,000 entries", () -> add(manyFeed));
      measure(server, "store, new entries, 8 threads", CROWD);
    }
  }

  private void measure(DatabaseServer server, String comparison, int threads) throws Exception {
    Figures figures = new Figures(comparison);
    works.keySet().forEach(figures::of);
    Map<String, Spent> spent = new LinkedHashMap<>();
    List<String> order = new ArrayList<>(works.keySet());
    Random random = new Random();
    Crowd crowd = new Crowd(threads);
    for (int round = -2; round < ROUNDS; round++) { // two to warm up
      Collections.shuffle(order, random);
      for (String name : order) {
        Duration before = server.cpu();
        double perSecond = crowd.perSecond(SLICE_MILLIS, works.get(name));
        if (round >= 0) {
          figures.of(name).add(new Slice(1e9 / perSecond, 0));
          Spent slice = new Spent(server.cpu().minus(before), perSecond * SLICE_MILLIS / 1_000);
          spent.merge(name, slice, Spent::and);
        }
      }
    }
    figures.report();
    spent.forEach(
        (name, sum) ->
            Results.measure(comparison + ", CPU of the server: " + name, sum.of(), "us"));
  }

  /**
   * What the server used for so many runs: unlike time on the wall, that of others is not in it.
   */
  private record Spent(Duration cpu, double runs) {
    Spent and(Spent more) {
      return new Spent(cpu.plus(more.cpu), runs + more.runs);
    }

    double of() {
      return cpu.toNanos() / 1e3 / runs;
    }
  }

  private static void one(HikariDataSource pool) throws Exception {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT 1");
        ResultSet row = statement.executeQuery()) {
      Slice.last = row.next();
    }
  }

  private static Crowd.Work poll(Feed feed) {
    return () -> Slice.last = feed.after(Long.MAX_VALUE, PAGE);
  }

  private void change(Feed feed, int entries) {
    String key = "rule-" + keys.incrementAndGet() % entries;
    Slice.last = feed.put("rule", key, RULE, NEVER);
  }

  /** Of somebody who has none yet: for each caller there is a bound. */
  private void open(SessionOwners sessions) {
    String name = "user-" + keys.incrementAndGet();
    sessions.anew(() -> name).opened("session-" + name);
  }

  private void add(Feed feed) {
    Slice.last = feed.put("rule", "new-" + keys.incrementAndGet(), RULE, NEVER);
  }

  private static double readAll(Feed feed) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      long seen = 0;
      List<Feed.Change> page;
      do {
        page = feed.after(seen, PAGE).changes();
        seen = page.isEmpty() ? seen : page.get(page.size() - 1).number();
      } while (page.size() == PAGE);
      least = Math.min(least, (System.nanoTime() - start) / 1e6);
    }
    return least;
  }

  /** By SQL: to add so many one by one takes longer than all the rest. */
  private static void fill(HikariDataSource pool, int entries) throws Exception {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      Slice.last =
          statement.executeUpdate(
              "INSERT INTO mcp_auth_feed"
                  + " (collection, entry_key, entry_value, number, changed_at, expires_at)"
                  + " SELECT 'rule', 'rule-' || n, '"
                  + RULE
                  + "', n + 1, 0, "
                  + NEVER.toEpochMilli()
                  + " FROM generate_series(0, "
                  + (entries - 1)
                  + ") AS n");
      Slice.last = statement.executeUpdate("UPDATE mcp_auth_feed_last SET number = " + entries);
      Slice.last = statement.execute("VACUUM ANALYZE");
    }
  }
}
