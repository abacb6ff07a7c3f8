package io.mcpauth.session;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is room for one more, among very many that other nodes open and end too: to count
 * them each time would cost more than to open one. So they are counted now and then, and what this
 * node does is added.
 */
final class Room {
  private static final long RECOUNT_MILLIS = 10_000;

  /** Where it seems full, so that what was ended elsewhere makes room soon. */
  private static final long RECOUNT_FULL_MILLIS = 1_000;

  private final long most;
  private final LongSupplier counter;
  private final Clock clock;
  private final AtomicReference<@Nullable Count> last = new AtomicReference<>();

  /**
   * About how many there are.
   *
   * @param at when they were counted
   */
  private record Count(long number, long at) {
    Count and(int more) {
      return new Count(number + more, at);
    }
  }

  Room(long most, LongSupplier counter, Clock clock) {
    this.most = most;
    this.counter = counter;
    this.clock = clock;
  }

  boolean isFull() {
    Count known = last.get();
    long now = clock.millis();
    long trusted = known != null && known.number >= most ? RECOUNT_FULL_MILLIS : RECOUNT_MILLIS;
    if (known == null || Math.abs(now - known.at) >= trusted) {
      known = new Count(counter.getAsLong(), now);
      last.set(known); // what others added meanwhile is lost until the next time
    }
    return known.number >= most;
  }

  /** One more, or one less. */
  void changed(int by) {
    Count unused = last.updateAndGet(known -> known == null ? null : known.and(by));
  }
}
