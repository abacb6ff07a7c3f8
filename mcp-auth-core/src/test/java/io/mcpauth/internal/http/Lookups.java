package io.mcpauth.internal.http;

import java.util.concurrent.CountDownLatch;

/** What the tests need to play a resolver. */
final class Lookups {
  private Lookups() {}

  /** Waits as the system's resolver does: an interrupt changes nothing. */
  static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
