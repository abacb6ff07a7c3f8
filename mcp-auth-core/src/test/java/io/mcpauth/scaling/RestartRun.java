package io.mcpauth.scaling;

import io.mcpauth.store.Feed;
import io.mcpauth.store.FollowedByHand;
import io.mcpauth.store.Follower;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;

/**
 * All nodes start at the same instant and read every rule. Real followers say how often they ask;
 * how long it takes is a queue in front of a database that answers a few at a time.
 */
final class RestartRun {
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private final int nodes;

  RestartRun(int nodes) {
    this.nodes = nodes;
  }

  private static final class Copy implements Follower.Listener {
    private int entries;

    @Override
    public void changed(List<Feed.Change> changes) {
      throw new IllegalStateException("Nothing changes in a restart");
    }

    @Override
    public void readAnew(List<Feed.Change> all) {
      entries = all.size();
    }
  }

  /**
   * A restart.
   *
   * @param workers how many questions the database answers at a time
   * @param pageMicros how long an answer takes it that has as many changes as are asked for
   */
  Restart run(int rules, int workers, long pageMicros) {
    FeedDatabase database = new FeedDatabase(new VirtualTime());
    for (int i = 0; i < rules; i++) {
      Feed.Change unused = database.put("rule", "rule-" + i, "{}", NEVER);
    }
    for (int i = 0; i < nodes; i++) {
      Copy copy = new Copy();
      FollowedByHand.of(database, copy).catchUp();
      if (copy.entries != rules) {
        throw new IllegalStateException("A node has read " + copy.entries + " of " + rules);
      }
    }
    Queued queue = new Queued(workers, pageMicros);
    int questionsOfANode = Math.toIntExact(database.questions() / nodes);
    for (int i = 0; i < nodes; i++) {
      queue.asks(questionsOfANode);
    }
    return new Restart(database.questions(), database.rows(), queue.until());
  }

  record Restart(long questions, long rows, long micros) {
    String seconds() {
      return String.format(Locale.ROOT, "%.1f", micros / (double) VirtualTime.SECOND);
    }
  }

  /** First come, first served; who is answered asks again. */
  private static final class Queued {
    private final Events events = new Events();
    private final long serviceMicros;
    private final Queue<Integer> waiting = new ArrayDeque<>();
    private int idle;

    Queued(int workers, long serviceMicros) {
      this.idle = workers;
      this.serviceMicros = serviceMicros;
    }

    void asks(int times) {
      waiting.add(times);
      events.at(0, this::serve);
    }

    private void serve() {
      if (idle > 0 && !waiting.isEmpty()) {
        idle--;
        int left = waiting.remove();
        events.in(serviceMicros, () -> served(left - 1));
      }
    }

    private void served(int left) {
      idle++;
      if (left > 0) {
        waiting.add(left);
      }
      serve();
    }

    long until() {
      return events.runOut();
    }
  }
}
