package io.mcpauth.scaling;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What will happen in a simulation, in the order of its times; at one time in that of adding. */
final class Events {
  private final VirtualTime time = new VirtualTime();
  private final PriorityQueue<Event> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long added;

  private record Event(long at, long number, Runnable action) {}

  VirtualTime time() {
    return time;
  }

  long now() {
    return time.micros();
  }

  void at(long micros, Runnable action) {
    waiting.add(new Event(micros, ++added, action));
  }

  void in(long micros, Runnable action) {
    at(now() + micros, action);
  }

  /** Has everything happen that is to happen before a time. */
  void runUntil(long end) {
    Event next = waiting.peek();
    while (next != null && next.at() < end) {
      happen(waiting.remove());
      next = waiting.peek();
    }
    time.passTo(end);
  }

  /** Has everything happen, and tells when the last did. */
  long runOut() {
    Event next = waiting.poll();
    while (next != null) {
      happen(next);
      next = waiting.poll();
    }
    return now();
  }

  private void happen(Event event) {
    time.passTo(event.at());
    event.action().run();
  }
}
