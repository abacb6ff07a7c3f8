package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryFeedTest extends FeedContract {
  private final MutableClock clock = new MutableClock();
  private final List<InMemoryFeed> nodes = new ArrayList<>(); // one: there are no others in memory

  @Override
  Feed node(int most) {
    if (nodes.isEmpty()) {
      nodes.add(new InMemoryFeed(clock, most));
    }
    return nodes.get(0);
  }

  @Override
  void pass(Duration time) {
    clock.advance(time);
  }

  @Test
  void listeners_hearOfEachChangeUntilTheyEnd() {
    Feed feed = node(10);
    List<String> heard = new ArrayList<>();
    Runnable listener = () -> heard.add("x");
    Runnable end = feed.onChange(listener);
    Runnable other = feed.onChange(listener);
    feed.put(RULES, "k", "v", NEVER);
    assertThat(heard).hasSize(2);
    if (end != null && other != null) {
      end.run();
      feed.remove(RULES, "k");
      assertThat(heard).hasSize(3);
      other.run();
    }
    feed.put(RULES, "k", "v", NEVER);
    assertThat(feed.replace(RULES, "k", 1, "v", NEVER)).isNull();
    assertThat(heard).hasSize(3);
  }

  @Test
  void whatNobodyIsToldOf_makesRoom() {
    Feed feed = node(2);
    feed.put(RULES, "a", "v", clock.instant().plusSeconds(60));
    feed.put(RULES, "b", "v", NEVER);
    feed.remove(RULES, "b");
    pass(Duration.ofHours(3));
    feed.put(RULES, "c", "v", NEVER);
    feed.put(RULES, "d", "v", NEVER);
    assertThat(feed.after(0, 10).changes()).hasSize(2);
  }
}
