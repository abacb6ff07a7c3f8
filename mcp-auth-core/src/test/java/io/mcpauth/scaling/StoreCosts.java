package io.mcpauth.scaling;

import static io.mcpauth.scaling.VirtualTime.SECOND;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.session.SessionLimits;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.store.JdbcStore;
import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/**
 * How often the database is asked for one thing, counted: real sessions of two nodes and real rules
 * in a real store, on an H2 in memory, which gets the same statements in the same number as
 * PostgreSQL does.
 */
final class StoreCosts implements AutoCloseable {
  private static final Principal ALICE = () -> "alice";

  private static final String ISSUER = "https://login.example.com";

  private final CountedTrips trips = new CountedTrips();
  private final VirtualTime time = new VirtualTime();
  private final Store store;
  private final SessionOwners one;
  private final SessionOwners other;
  private final AccessControl access;
  private final Map<String, Long> costs = new LinkedHashMap<>();

  StoreCosts() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=60");
    JdbcStore.createSchema(source);
    time.passTo(Duration.between(time.instant(), Instant.now()).toMillis() * 1_000);
    store = LastingStore.over(JdbcStore.of(trips.of(source)).withClock(time)).node();
    one = SessionOwners.in(store, SessionLimits.defaults(), time);
    other = SessionOwners.in(store, SessionLimits.defaults(), time);
    access = AccessControl.on(store);
  }

  /** By what is done. What is counted now and then in the database is counted before. */
  Map<String, Long> count() {
    AccessRule first = access.cutOff(AccessTarget.client(ISSUER, "first"));
    open(one, ALICE, "first");
    open(one, null, "second");
    cost("look at the feed", () -> store.feed().after(0, 1_000));
    cost("cut-off", () -> access.cutOff(AccessTarget.client(ISSUER, "next")));
    cost("undoing it", () -> access.undo(first.id()));
    cost("session opened by a caller with a login", () -> open(one, ALICE, "hers"));
    cost("request in it on the same node, for 30 seconds", () -> use(one, ALICE, "hers"));
    cost("the first on another node", () -> use(other, ALICE, "hers"));
    cost("the next ones there, for 30 seconds", () -> use(other, ALICE, "hers"));
    cost("session opened without a login", () -> open(one, null, "nobodys"));
    cost("each request in it", () -> use(one, null, "nobodys"));
    time.passTo(time.micros() + 31 * SECOND);
    cost("request in a session 30 seconds later", () -> use(other, ALICE, "hers"));
    cost("session ended", () -> one.bound(List.of("hers"), ALICE).ended());
    cost(
        "the first one with a login in one that was opened without, which claims it",
        () -> {
          use(one, ALICE, "nobodys");
          one.close(); // has told the others by then
        });
    return costs;
  }

  private void cost(String what, Runnable work) {
    long before = trips.soFar();
    work.run();
    costs.put(what, trips.soFar() - before);
  }

  private static void open(SessionOwners node, @Nullable Principal caller, String id) {
    node.anew(caller).opened(id);
  }

  private static void use(SessionOwners node, @Nullable Principal caller, String id) {
    if (node.bound(List.of(id), caller).refusal() != null) {
      throw new IllegalStateException("The session " + id + " is not the caller's");
    }
  }

  @Override
  public void close() {
    one.close();
    other.close();
  }
}
