package io.mcpauth.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one operation of a slice cost.
 *
 * @param nanos of CPU time of this thread
 * @param bytes that it allocated
 */
record Slice(double nanos, double bytes) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The clock is asked about ten times in a millisecond: it costs a third of a microsecond. */
  private static final long NANOS_BETWEEN_LOOKS = 100_000;

  /** Written and never read, so that no operation is optimised away. */
  static volatile @Nullable Object last;

  /**
   * Runs a contender for so much CPU time of this thread: unlike time on the wall, that of others
   * on the machine is not in it.
   */
  static Slice of(Contender contender, long cpuNanos) throws Exception {
    contender.prepare();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long start = THREADS.getCurrentThreadCpuTime();
    long used = 0;
    long runs = 0;
    long batch = 1;
    while (used < cpuNanos && runs < contender.most()) {
      long end = Math.min(runs + batch, contender.most());
      for (; runs < end; runs++) {
        last = contender.run();
      }
      used = THREADS.getCurrentThreadCpuTime() - start;
      batch = Math.max(1, runs * NANOS_BETWEEN_LOOKS / Math.max(1, used));
    }
    double operations = (double) runs * contender.operations();
    return new Slice(
        used / operations, (THREADS.getCurrentThreadAllocatedBytes() - bytes) / operations);
  }
}
