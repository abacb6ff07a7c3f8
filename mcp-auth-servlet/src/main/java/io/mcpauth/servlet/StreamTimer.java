package io.mcpauth.servlet;

import java.time.Duration;

/** Runs a task later. A test has one that it fires by hand. */
interface StreamTimer {
  /**
   * Runs a task once, after a delay; never where the timer is closed.
   *
   * @return calls it off
   */
  Runnable after(Duration delay, Runnable task);

  /** Ends its thread; what waits is not run. */
  void close();
}
