package io.mcpauth.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do the same at the same time. Time is that on the wall: most of it is waiting. */
final class Crowd {
  /** What each does again and again. */
  interface Work {
    void run() throws Exception;
  }

  private final int threads;

  Crowd(int threads) {
    this.threads = threads;
  }

  /** How often all together do it in a second. */
  double perSecond(long millis, Work work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      long end = System.nanoTime() + millis * 1_000_000;
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(() -> until(end, work)));
      }
      long runs = 0;
      for (Future<Long> thread : running) {
        runs += thread.get();
      }
      return runs * 1_000.0 / millis;
    } finally {
      pool.shutdownNow();
    }
  }

  private static long until(long end, Work work) throws Exception {
    long runs = 0;
    while (System.nanoTime() - end < 0) {
      work.run();
      runs++;
    }
    return runs;
  }
}
