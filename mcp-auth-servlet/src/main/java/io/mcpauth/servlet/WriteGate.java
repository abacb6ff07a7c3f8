package io.mcpauth.servlet;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who is inside a response and lets nobody in once it is closed; whoever is out last, the
 * closer included, runs what is to be done then.
 *
 * <p>No lock: a closer never waits for a write that a slow client holds up.
 */
final class WriteGate {
  /** The sign bit says closed; the rest counts. */
  private static final int CLOSED = Integer.MIN_VALUE;

  private final AtomicInteger inside = new AtomicInteger();
  private final Runnable emptied;

  /** A gate that is open. What is done when it is closed and empty may be done more than once. */
  WriteGate(Runnable emptied) {
    this.emptied = emptied;
  }

  /** Enters to write; false where it is closed. Followed by {@link #leave} where it is true. */
  boolean enter() {
    int now = inside.get();
    while (now >= 0) {
      if (inside.compareAndSet(now, now + 1)) {
        return true;
      }
      now = inside.get();
    }
    return false;
  }

  /** Stays inside without writing, closed or not: nothing is done before the {@link #leave}. */
  void hold() {
    inside.incrementAndGet();
  }

  /** Leaves. */
  void leave() {
    if (inside.decrementAndGet() == CLOSED) {
      emptied.run();
    }
  }

  /** Lets nobody in from now on. Does nothing where it is closed. */
  void close() {
    if (inside.getAndUpdate(now -> now | CLOSED) == 0) {
      emptied.run();
    }
  }

  boolean isClosed() {
    return inside.get() < 0;
  }
}
