package io.mcpauth.session;

import io.mcpauth.internal.net.RepeatedLook;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node tells the others of sessions that were claimed, by the feed: one change in 250
 * milliseconds at most, whoever claims how many. Each change of the feed has a lock that the others
 * wait for, and those of an administrator must not wait for strangers.
 */
final class ClaimWord implements AutoCloseable {
  /** Of no key: it may have been any. */
  static final String ANY = "any";

  /** So many wait for the ones before, which is less than a second. */
  static final int MOST_APART = 3;

  private static final Logger LOG = LoggerFactory.getLogger(SessionOwners.class);
  private static final int BEGINNING = 2;
  private static final long PAUSE_MILLIS = 250;

  private final Consumer<String> write;
  private final RepeatedLook.Pause pause;
  private final Object writing = new Object();
  private final Set<String> beginnings = new LinkedHashSet<>(); // under the lock
  private @Nullable RepeatedLook looks; // under the lock
  private boolean closed; // under the lock
  private boolean written; // of the thread that tells

  /**
   * A word without a thread; one is started when there is something to tell.
   *
   * @param write writes to the feed what the keys of claimed sessions begin with; may block and
   *     throw
   */
  ClaimWord(Consumer<String> write) {
    this(write, () -> TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS));
  }

  /** With a test's own pause after each change. */
  ClaimWord(Consumer<String> write, RepeatedLook.Pause pause) {
    this.write = write;
    this.pause = pause;
  }

  /** A session was claimed on this node. Waits for nobody. */
  synchronized void claimed(String key) {
    if (closed) {
      return;
    }
    beginnings.add(key.substring(0, Math.min(BEGINNING, key.length())));
    notifyAll();
    if (looks == null) {
      looks =
          RepeatedLook.start(
              "session-claims",
              this::tell,
              this::await,
              e -> LOG.error("Claims could not be told: {}", e.getClass().getName()));
    }
  }

  private void await() throws InterruptedException {
    if (written) {
      pause.await();
    }
    synchronized (this) {
      while (beginnings.isEmpty()) {
        wait();
      }
    }
  }

  private void tell() {
    written = true;
    tellNext(MOST_APART);
  }

  /** One after the other, so that nothing is written any more when this is closed. */
  private void tellNext(int apart) {
    synchronized (writing) {
      String next = next(apart);
      if (next != null) {
        tell(next);
      }
    }
  }

  private synchronized @Nullable String next(int apart) {
    if (beginnings.isEmpty()) {
      return null;
    }
    if (beginnings.size() > apart) {
      beginnings.clear();
      return ANY;
    }
    String first = beginnings.iterator().next();
    beginnings.remove(first);
    return first;
  }

  /** The claims stand: where this fails, streams on other nodes end some minutes later. */
  private void tell(String beginning) {
    try {
      write.accept(beginning);
    } catch (RuntimeException e) {
      LOG.warn(
          "other nodes were not told that a session was claimed; streams without a login that they"
              + " have of it end within minutes: {}",
          e.getClass().getName());
    }
  }

  /** Tells what it has not told yet, in one change. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      RepeatedLook running = looks;
      if (running != null) {
        running.close();
      }
    }
    tellNext(1);
  }
}
