package io.mcpauth.scaling;

import io.mcpauth.store.Feed;
import io.mcpauth.store.StoreException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A feed in the database of a simulation: it answers in no time, counts who asks, and can be down.
 * Each key is written once.
 */
final class FeedDatabase implements Feed {
  /** How it fails. */
  enum Condition {
    ANSWERS,
    /** No connection: every question has its answer at once. */
    REFUSES,
    /** Nothing comes back, so that time-outs end each question. */
    SILENT
  }

  private final Clock clock;
  private final List<Change> changes = new ArrayList<>();
  private Condition condition = Condition.ANSWERS;
  private long questions;
  private long rows;

  FeedDatabase(Clock clock) {
    this.clock = clock;
  }

  Condition condition() {
    return condition;
  }

  void become(Condition next) {
    condition = next;
  }

  /** How many questions it has answered. */
  long questions() {
    return questions;
  }

  /** How many changes its answers had. */
  long rows() {
    return rows;
  }

  @Override
  public Change put(String collection, String key, String value, Instant expiresAt) {
    Change change =
        new Change(changes.size() + 1L, collection, key, value, clock.instant(), expiresAt);
    changes.add(change);
    return change;
  }

  @Override
  public @Nullable Change replace(
      String collection, String key, long seen, String value, Instant expiresAt) {
    throw new UnsupportedOperationException("No simulation replaces anything");
  }

  @Override
  public @Nullable Change remove(String collection, String key) {
    throw new UnsupportedOperationException("No simulation removes anything");
  }

  @Override
  public @Nullable Change find(String collection, String key) {
    throw new UnsupportedOperationException("No simulation looks for an entry");
  }

  @Override
  public Page after(long number, int most) {
    if (condition != Condition.ANSWERS) {
      throw new StoreException("The database of the simulation is down");
    }
    int from = Math.toIntExact(Math.min(number, changes.size()));
    List<Change> found = changes.subList(from, Math.min(from + most, changes.size()));
    questions++;
    rows += found.size();
    return new Page(found, changes.size(), clock.instant());
  }
}
