package io.mcpauth.policy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at regular intervals, on one thread of its own, whether a policy file has changed. By its
 * content: neither the time of a file nor the events of a file system tell of a link that was
 * swapped above it, which is how Kubernetes updates a mounted volume.
 */
final class PolicyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LivePolicy.class);

  private final Runnable look;
  private final Pause pause;
  private final Thread thread;
  private volatile boolean closed;

  /** Waits for the next look; for tests. */
  @FunctionalInterface
  interface Pause {
    void await() throws InterruptedException;
  }

  private PolicyWatch(Runnable look, Pause pause) {
    this.look = look;
    this.pause = pause;
    // No thread-locals of the thread that starts the server: they would outlive a redeploy.
    thread = new Thread(null, this::run, "mcp-auth-policy", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(PolicyWatch.class.getClassLoader());
  }

  static PolicyWatch start(Runnable look, Duration interval) {
    return start(look, () -> TimeUnit.NANOSECONDS.sleep(interval.toNanos()));
  }

  static PolicyWatch start(Runnable look, Pause pause) {
    PolicyWatch watch = new PolicyWatch(look, pause);
    watch.thread.start();
    return watch;
  }

  /** Ends the thread. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    while (!closed) {
      try {
        pause.await();
        if (!closed) {
          look();
        }
      } catch (InterruptedException e) {
        return; // only close() interrupts it
      }
    }
  }

  /** One look that fails must not be the last. */
  private void look() {
    try {
      look.run();
    } catch (Exception | Error e) {
      if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
        throw fatal;
      }
      LOG.error("The policy file could not be looked at: {}", e.getClass().getName());
    }
  }
}
