package io.mcpauth.internal.http;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that run exchanges: few, named, daemons, and none when idle. */
final class Workers implements ThreadFactory {
  private static final int IDLE_SECONDS = 1;

  private final AtomicInteger number = new AtomicInteger();

  private Workers() {}

  static ThreadPoolExecutor upTo(int threads) {
    // The queue holds an exchange only while a thread is on its way back from its last one: the
    // places handed out bound both.
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(threads),
            new Workers());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public Thread newThread(Runnable work) {
    return DaemonThread.of("mcp-auth-http-" + number.incrementAndGet(), work);
  }
}
