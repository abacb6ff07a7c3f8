package io.mcpauth.servlet;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One daemon thread, which is there from the first task to the close. */
final class DaemonTimer implements StreamTimer {
  private @Nullable ScheduledThreadPoolExecutor executor;
  private boolean closed;

  @Override
  public synchronized Runnable after(Duration delay, Runnable task) {
    if (closed) {
      return () -> {};
    }
    if (executor == null) {
      executor = new ScheduledThreadPoolExecutor(1, DaemonTimer::thread);
      executor.setRemoveOnCancelPolicy(true); // an answer of a moment leaves nothing for an hour
    }
    Future<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (executor != null) {
      executor.shutdownNow();
      executor = null;
    }
  }

  /** Nothing of the request that starts it: its thread-locals would outlive a redeploy. */
  private static Thread thread(Runnable work) {
    Thread thread = new Thread(null, work, "mcp-auth-streams", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(DaemonTimer.class.getClassLoader());
    return thread;
  }
}
