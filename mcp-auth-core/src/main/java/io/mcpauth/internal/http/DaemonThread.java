package io.mcpauth.internal.http;

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
}
