package io.mcpauth.scaling;

import io.mcpauth.scaling.FeedDatabase.Condition;
import io.mcpauth.store.Feed;
import io.mcpauth.store.FollowedByHand;
import io.mcpauth.store.Follower;
import io.mcpauth.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/**
 * One node with a real {@link Follower}. Its thread, which pauses and looks, is modelled, and so is
 * the age of what it has read: that is of real time in the follower.
 */
final class FeedNode implements Follower.Listener {
  private final Events events;
  private final FeedDatabase database;
  private final QueryTimes times;
  private final long silenceMicros;
  private final Random random;
  private final LongConsumer heard;
  private final Follower follower;
  private final List<Feed.Change> arrived = new ArrayList<>();
  private final List<Answered> answers = new ArrayList<>();

  /** A question that was answered: when it was put, and when the answer was there. */
  record Answered(long asked, long known) {}

  /**
   * A node.
   *
   * @param silenceMicros how long it waits for a database that says nothing
   * @param heard told the number of each change as it is known here
   */
  FeedNode(
      Events events,
      FeedDatabase database,
      QueryTimes times,
      long silenceMicros,
      long seed,
      LongConsumer heard) {
    this.events = events;
    this.database = database;
    this.times = times;
    this.silenceMicros = silenceMicros;
    this.heard = heard;
    random = new Random(seed);
    follower = FollowedByHand.of(database, this);
  }

  @Override
  public void changed(List<Feed.Change> changes) {
    arrived.addAll(changes);
  }

  @Override
  public void readAnew(List<Feed.Change> entries) {
    arrived.addAll(entries);
  }

  void look() {
    long asked = events.now();
    if (database.condition() == Condition.SILENT) {
      events.in(silenceMicros, this::pause);
      return;
    }
    long takes = times.draw(random);
    events.in(takes / 2, () -> answer(asked, takes - takes / 2));
  }

  /** What the database has at this instant is what the answer says. */
  private void answer(long asked, long back) {
    arrived.clear();
    try {
      follower.catchUp();
    } catch (StoreException e) {
      events.in(back, this::pause);
      return;
    }
    List<Feed.Change> news = List.copyOf(arrived);
    events.in(back, () -> know(asked, news));
  }

  private void know(long asked, List<Feed.Change> news) {
    answers.add(new Answered(asked, events.now()));
    news.forEach(change -> heard.accept(change.number()));
    pause();
  }

  private void pause() {
    events.in(FollowedByHand.pauseMicros(random), this::look);
  }

  /** All questions that were answered, in order. */
  List<Answered> answers() {
    return answers;
  }
}
