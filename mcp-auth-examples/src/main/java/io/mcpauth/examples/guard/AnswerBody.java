package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer on its way to the client: its pieces one after another, and in an event
 * stream that is silent a comment now and then, because proxies and clients give up what says
 * nothing. A comment comes only between two events, and while nothing else is being written.
 */
final class AnswerBody implements AutoCloseable {
  /** A line that begins with a colon means nothing (HTML, "Server-sent events"). */
  private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);

  private final ClientWriter writer;
  private final Consumer<Throwable> failed;
  private final EventBoundary boundary = new EventBoundary();
  private @Nullable Scheduler scheduler;
  private Duration silence = Duration.ZERO;
  private Scheduler.@Nullable Task task;
  private long lastNanos;
  private boolean writing;
  private boolean closed;

  /** A few at most: the target is asked for one piece after another. */
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  /**
   * The body of an answer.
   *
   * @param failed told when a piece could not be made
   */
  AnswerBody(ClientWriter writer, Consumer<Throwable> failed) {
    this.writer = writer;
    this.failed = failed;
  }

  /** Sends what is there, the head at least. */
  void flush() {
    writer.flush();
  }

  /** From now on a comment for each time of silence; the answer is an event stream. */
  synchronized void keepAlive(Scheduler timer, Duration interval) {
    scheduler = timer;
    silence = interval;
    lastNanos = System.nanoTime();
    next(interval.toNanos());
  }

  /**
   * Writes a piece, after a comment that is under way.
   *
   * @param whole whether the answer is complete with it
   * @param then what is done when it is on its way
   */
  void write(byte[] bytes, boolean whole, Runnable then) {
    inTurn(() -> send(bytes, whole, then));
  }

  /**
   * Writes what is made of a piece, by a thread that may take its time.
   *
   * @param piece empty where there is nothing to write yet
   * @param then what is done when it is on its way
   */
  void write(Executor executor, Supplier<byte[]> piece, Runnable then) {
    inTurn(() -> executor.execute(() -> send(piece, then)));
  }

  private void send(Supplier<byte[]> piece, Runnable then) {
    byte[] bytes;
    try {
      bytes = piece.get();
    } catch (RuntimeException e) {
      failed.accept(e);
      return;
    }
    if (bytes.length == 0) {
      done();
      then.run();
    } else {
      send(bytes, false, then);
    }
  }

  private void send(byte[] bytes, boolean whole, Runnable then) {
    synchronized (this) {
      boundary.after(bytes);
    }
    writer.write(
        bytes,
        whole,
        () -> {
          done();
          then.run();
        });
  }

  /** Does what ends the answer, after a comment that is under way. */
  void end(Runnable last) {
    close();
    inTurn(last);
  }

  /** No comments any more. */
  @Override
  public synchronized void close() {
    closed = true;
    Scheduler.Task next = task;
    if (next != null) {
      next.cancel();
    }
  }

  /** One at a time, in the order in which they come. */
  private void inTurn(Runnable work) {
    synchronized (this) {
      if (writing) {
        waiting.add(work);
        return;
      }
      writing = true;
    }
    work.run();
  }

  private void done() {
    Runnable next;
    synchronized (this) {
      lastNanos = System.nanoTime();
      next = waiting.poll();
      writing = next != null;
    }
    if (next != null) {
      next.run();
    }
  }

  private void silent() {
    synchronized (this) {
      if (closed) {
        return;
      }
      long left = silence.toNanos() - (System.nanoTime() - lastNanos);
      if (left > 0 || writing || !boundary.isBetweenEvents()) {
        next(left > 0 ? left : silence.toNanos());
        return;
      }
      writing = true;
      next(silence.toNanos());
    }
    writer.write(COMMENT, false, this::done);
  }

  private void next(long nanos) {
    Scheduler timer = scheduler;
    if (timer != null && !closed) {
      task = timer.schedule(this::silent, nanos, TimeUnit.NANOSECONDS);
    }
  }
}
