package io.mcpauth.internal.http;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A thread that keeps neither the process nor an application that was redeployed alive. */
public final class DaemonThread {
  private DaemonThread() {}

  /**
   * A daemon, not yet started. Nothing of the caller is inherited, neither its thread-locals nor
   * its class loader: either would keep a redeployed application in memory.
   */
  public static Thread of(String name, Runnable work) {
    Thread thread = new Thread(null, work, name, 0, false);
    thread.setContextClassLoader(DaemonThread.class.getClassLoader());
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Up to so many of them, started as work comes, and none when idle.
   *
   * @param name that of the first, second and so on
   * @param waiting how much work may wait for a thread
   */
  public static ThreadPoolExecutor pool(
      IntFunction<String> name, int threads, int waiting, int idleSeconds) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            idleSeconds,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(waiting),
            work -> of(name.apply(number.incrementAndGet()), work));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
