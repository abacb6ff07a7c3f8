package io.mcpauth.examples.guard;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Tells the operator of faults, of each once a second at most: a caller, or a target, can bring
 * about any number of them, and disks fill up.
 */
final class FaultLog {
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final Logger log;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<TargetFault, Long> last = new ConcurrentHashMap<>();

  /**
   * A log of faults.
   *
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  FaultLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /**
   * Says it, unless the same fault was said within the last second.
   *
   * @param target for logs
   * @param failure what went wrong in the guard itself, or null
   */
  void say(TargetFault fault, String target, String words, @Nullable Throwable failure) {
    long now = nanoTime.getAsLong();
    Long before = last.putIfAbsent(fault, now);
    if (before == null || (now - before >= PAUSE && last.replace(fault, before, now))) {
      log.warn("{} {}: {}", fault, target, words, failure);
    }
  }

  /** What has been said; for tests. */
  Set<TargetFault> said() {
    return Set.copyOf(last.keySet());
  }
}
