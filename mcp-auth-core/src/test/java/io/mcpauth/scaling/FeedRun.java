package io.mcpauth.scaling;

import static io.mcpauth.scaling.VirtualTime.SECOND;

import io.mcpauth.scaling.FeedDatabase.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongConsumer;

/** What so many nodes ask of the database, when they hear of a change, and an outage of it. */
final class FeedRun {
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");
  private static final long BEGINNING = 10 * SECOND;
  private static final int OUTAGES = 3;
  private static final long LONGER = 3 * SECOND;

  private final int nodes;
  private final Bounds bounds;

  /**
   * What the library bounds.
   *
   * @param maxAgeMicros the longest that a copy may be old
   * @param silenceMicros the longest wait for a database that says nothing
   */
  record Bounds(long maxAgeMicros, long silenceMicros) {}

  FeedRun(int nodes, Bounds bounds) {
    this.nodes = nodes;
    this.bounds = bounds;
  }

  /** A change in each second on average, for two minutes. */
  Propagation propagation(QueryTimes times) {
    Events events = new Events();
    FeedDatabase database = new FeedDatabase(events.time());
    List<Long> committed = new ArrayList<>();
    List<Long> heardLast = new ArrayList<>();
    Spread each = new Spread();
    start(
        events,
        database,
        times,
        number -> {
          int place = Math.toIntExact(number) - 1;
          each.add(events.now() - committed.get(place));
          heardLast.set(place, events.now() - committed.get(place));
        });
    Random random = new Random(7);
    long end = BEGINNING + 120 * SECOND;
    long at = BEGINNING;
    while (at < end) {
      events.at(
          at,
          () -> {
            committed.add(events.now());
            heardLast.add(0L);
            database.put("rule", "rule-" + committed.size(), "{}", NEVER);
          });
      at += Chance.untilNext(random, 1);
    }
    events.runUntil(BEGINNING);
    long before = database.questions();
    events.runUntil(end);
    double perSecond = (database.questions() - before) / ((double) (end - BEGINNING) / SECOND);
    events.runUntil(end + 10 * SECOND);
    Spread last = new Spread();
    heardLast.forEach(last::add);
    return new Propagation(perSecond, nodes, each, last);
  }

  /**
   * How a change spreads.
   *
   * @param perSecond questions to the database
   * @param each from the commit until one node knows it
   * @param last until the last does
   */
  record Propagation(double perSecond, int nodes, Spread each, Spread last) {
    String questions() {
      return String.format(Locale.ROOT, "%.0f", perSecond);
    }

    String questionsOfANode() {
      return String.format(Locale.ROOT, "%.2f", perSecond / nodes);
    }
  }

  /** The database is gone for some time, and each time for longer. */
  Outage outage(Condition how, long atLeast) {
    Outage all = new Outage(new Spread(), new Spread(), new Spread());
    for (int i = 0; i < OUTAGES; i++) {
      outage(how, atLeast + i * LONGER, all);
    }
    return all;
  }

  private void outage(Condition how, long lasts, Outage all) {
    Events events = new Events();
    FeedDatabase database = new FeedDatabase(events.time());
    List<FeedNode> served = start(events, database, QueryTimes.NEAR, number -> {});
    long back = BEGINNING + lasts;
    events.at(BEGINNING, () -> database.become(how));
    events.at(back, () -> database.become(Condition.ANSWERS));
    events.runUntil(back + 10 * SECOND);
    for (FeedNode node : served) {
      FeedNode.Answered last = node.answers().get(0);
      for (FeedNode.Answered next : node.answers()) {
        long refusedFrom = last.asked() + bounds.maxAgeMicros();
        if (refusedFrom < next.known()) {
          all.refusedFrom().add(refusedFrom - BEGINNING);
          all.refused().add(next.known() - Math.max(refusedFrom, back));
        }
        if (last.known() < back && next.known() >= back) {
          all.answered().add(next.known() - back);
        }
        last = next;
      }
    }
  }

  /**
   * What became of requests.
   *
   * @param refusedFrom when nodes began to refuse, from the beginning of the outage
   * @param refused how long they went on with it after its end
   * @param answered when nodes had their first answer again, from its end
   */
  record Outage(Spread refusedFrom, Spread refused, Spread answered) {
    String refusal() {
      return refused.isEmpty()
          ? "none"
          : String.format(
              Locale.ROOT,
              "from %.1f s on, until %.1f s after",
              seconds(refusedFrom.at(0)),
              seconds(refused.most()));
    }

    String answers() {
      return String.format(
          Locale.ROOT, "%.1f / %.1f", seconds(answered.at(0.5)), seconds(answered.most()));
    }

    private static double seconds(long micros) {
      return micros / (double) SECOND;
    }
  }

  /** Nodes that have been running for a while, each in its own step. */
  private List<FeedNode> start(
      Events events, FeedDatabase database, QueryTimes times, LongConsumer heard) {
    List<FeedNode> all = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < nodes; i++) {
      FeedNode node =
          new FeedNode(events, database, times, bounds.silenceMicros(), 1_000 + i, heard);
      events.at(random.nextInt(Math.toIntExact(SECOND)), node::look);
      all.add(node);
    }
    return all;
  }
}
