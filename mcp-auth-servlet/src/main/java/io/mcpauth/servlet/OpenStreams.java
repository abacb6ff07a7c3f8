package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The granted requests that are being answered: ends long streams when their token is over, and
 * whatever belongs to a caller that is cut off, and everything at last.
 */
final class OpenStreams {
  /** The longest that a timer is trusted alone: the clock may be set forward meanwhile. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final Function<Runnable, ResourceServer.Registration> cutOffs;
  private final Clock clock;
  private final StreamTimer timer;
  private final Set<OpenStream> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean recheckWaits = new AtomicBoolean();
  private volatile ResourceServer.@Nullable Registration registration;
  private volatile boolean closed;

  OpenStreams(
      Function<Runnable, ResourceServer.Registration> cutOffs, Clock clock, StreamTimer timer) {
    this.cutOffs = cutOffs;
    this.clock = clock;
    this.timer = timer;
  }

  /** Takes note of an answer that begins, or ends it where it must not. */
  void add(OpenStream stream) {
    if (registration == null) {
      listen();
    }
    open.add(stream);
    // After the adding: whatever was changed before it told nobody of this one.
    watch(stream);
  }

  void remove(OpenStream stream) {
    open.remove(stream);
    stream.granted().ended();
    stream.alarm(() -> {});
  }

  int size() {
    return open.size();
  }

  /** Ends everything; answers that begin later end at once. */
  void close() {
    synchronized (this) {
      closed = true;
      ResourceServer.Registration last = registration;
      if (last != null) {
        last.close();
      }
    }
    end(stream -> true);
    timer.close();
  }

  private synchronized void listen() {
    if (registration == null && !closed) {
      registration = cutOffs.apply(this::recheckSoon);
    }
  }

  /** Not on the thread of whoever cuts somebody off: completing may run application code. */
  private void recheckSoon() {
    if (recheckWaits.compareAndSet(false, true)) {
      Runnable unused =
          timer.after(
              Duration.ZERO,
              () -> {
                recheckWaits.set(false);
                end(stream -> stream.isOver(clock.instant())); // which waits for no store
              });
    }
  }

  private void watch(OpenStream stream) {
    if (!open.contains(stream)) {
      return;
    }
    Instant end = stream.granted().streamEndsAt();
    if (end == null) {
      if (closed || stream.granted().cutOff()) {
        stream.end();
      }
      return; // a running call is never over for its time alone
    }
    Instant now = clock.instant();
    if (closed || stream.isOver(now)) {
      stream.end();
    } else {
      Duration left = Duration.between(now, end);
      stream.alarm(
          timer.after(left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left, () -> watch(stream)));
      if (closed || !open.contains(stream)) {
        stream.alarm(() -> {}); // ended while the alarm was set
      }
    }
    if (closed) {
      stream.end();
    }
  }

  /** All gates first: no completion may hold up that the next caller is silenced. */
  private void end(Predicate<OpenStream> which) {
    List<OpenStream> over = new ArrayList<>();
    for (OpenStream stream : open) {
      if (which.test(stream)) {
        stream.gate().hold();
        stream.gate().close();
        over.add(stream);
      }
    }
    over.forEach(stream -> stream.gate().leave());
  }
}
