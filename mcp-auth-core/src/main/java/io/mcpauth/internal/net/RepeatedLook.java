package io.mcpauth.internal.net;

import java.util.function.Consumer;

/**
 * Looks at something again and again, on a thread of its own, until it is closed: for what nobody
 * tells of its changes.
 */
public final class RepeatedLook implements AutoCloseable {
  private final Runnable look;
  private final Pause pause;
  private final Consumer<Throwable> failed;
  private final Thread thread;
  private final Object lock = new Object();
  private boolean pausing; // under the lock
  private volatile boolean closed;

  /** Waits for the next look. */
  @FunctionalInterface
  public interface Pause {
    /** Returns when it is time. */
    void await() throws InterruptedException;
  }

  private RepeatedLook(String name, Runnable look, Pause pause, Consumer<Throwable> failed) {
    this.look = look;
    this.pause = pause;
    this.failed = failed;
    // No thread-locals of the thread that starts the server: they would outlive a redeploy.
    thread = new Thread(null, this::run, "mcp-auth-" + name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(RepeatedLook.class.getClassLoader());
  }

  /**
   * Starts with a pause.
   *
   * @param name of the thread, behind {@code mcp-auth-}
   * @param failed told of a look that threw, which is not the last
   */
  public static RepeatedLook start(
      String name, Runnable look, Pause pause, Consumer<Throwable> failed) {
    RepeatedLook looks = new RepeatedLook(name, look, pause, failed);
    looks.thread.start();
    return looks;
  }

  /**
   * Ends the thread, after the look where it is at one: that is not interrupted, since what it
   * reads, such as a database in a file, may be closed by it for others too.
   */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (pausing) {
        thread.interrupt();
      }
    }
  }

  private void run() {
    try {
      while (isPausing(true)) {
        pause.await();
        if (isPausing(false)) {
          look();
        }
      }
    } catch (InterruptedException e) {
      return; // only close() interrupts it
    }
  }

  /** False where it is closed. */
  private boolean isPausing(boolean now) {
    synchronized (lock) {
      pausing = now;
      return !closed;
    }
  }

  /**
   * No look that throws is the last, one without memory neither: what ends with the thread, such as
   * that cut-offs are heard of, would be gone without a word, where the next look may well do.
   */
  private void look() {
    try {
      look.run();
    } catch (Throwable e) {
      tell(e);
    }
  }

  private void tell(Throwable problem) {
    try {
      failed.accept(problem);
    } catch (Throwable e) {
      return; // nor is one that could not be told of
    }
  }
}
