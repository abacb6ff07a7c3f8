package io.mcpauth.servlet;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A timer and a clock that stand still until the test moves them. */
final class HandTimer extends Clock implements StreamTimer {
  /** No record: two of one moment are two. */
  private static final class Task {
    private final Instant at;
    private final Runnable work;

    Task(Instant at, Runnable work) {
      this.at = at;
      this.work = work;
    }
  }

  private final List<Task> waiting = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private boolean closed;

  @Override
  public synchronized Runnable after(Duration delay, Runnable work) {
    Task task = new Task(now.plus(delay), work);
    if (!closed) {
      waiting.add(task);
    }
    return () -> remove(task);
  }

  private synchronized boolean remove(Task task) {
    return waiting.remove(task);
  }

  /** Lets time pass, and does what is due, here and now. */
  void pass(Duration time) {
    setForward(time);
    runDue();
  }

  /** Moves the clock alone, as an operator does. */
  synchronized void setForward(Duration time) {
    now = now.plus(time);
  }

  void runDue() {
    List<Task> due;
    synchronized (this) {
      due = waiting.stream().filter(task -> !task.at.isAfter(now)).toList();
    }
    for (Task task : due) {
      if (remove(task)) {
        task.work.run();
      }
    }
  }

  synchronized int waiting() {
    return waiting.size();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("No test needs another zone");
  }
}
