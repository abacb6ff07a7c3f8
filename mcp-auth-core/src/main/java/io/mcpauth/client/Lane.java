package io.mcpauth.client;

import io.mcpauth.error.ClientException;
import java.io.Serial;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Lets one thread at a time register, and tells those who waited how that failed. */
final class Lane extends ReentrantLock {
  @Serial private static final long serialVersionUID = 1L;

  private volatile long runs;
  private @Nullable String tried;
  private @Nullable ClientException problem;

  /** How many attempts have ended. */
  long runs() {
    return runs;
  }

  /** Throws what came of the same attempt if it has ended since; under the lock. */
  void rethrow(String attempt, long before) throws ClientException {
    if (runs != before && problem != null && attempt.equals(tried)) {
      throw problem;
    }
  }

  /** An attempt has ended; under the lock. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock alone.
  void ended(String attempt, @Nullable ClientException how) {
    tried = attempt;
    problem = how;
    runs = runs + 1;
  }
}
