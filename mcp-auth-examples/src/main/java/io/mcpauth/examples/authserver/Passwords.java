package io.mcpauth.examples.authserver;

import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer.Account;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks passwords, on half of the processors: a wrong one is the dearest thing that a stranger can
 * send here, and meant to be. It takes as long for a name that nobody has.
 */
final class Passwords {
  /** Who waits longer, or behind more, is told to come again. */
  private static final int MOST_WAITING = 8;

  private static final int LONGEST_SECONDS = 5;

  private final FutureTask<Map<String, PasswordHash>> hashes;
  private final Semaphore running;

  private Passwords(FutureTask<Map<String, PasswordHash>> hashes, Semaphore running) {
    this.hashes = hashes;
    this.running = running;
  }

  /** Those of accounts. They are hashed with the first that is checked, and not at the start. */
  static Passwords of(List<Account> accounts) {
    int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return of(accounts, new Semaphore(half));
  }

  static Passwords of(List<Account> accounts, Semaphore running) {
    return new Passwords(new FutureTask<>(() -> hashed(accounts)), running);
  }

  private static Map<String, PasswordHash> hashed(List<Account> accounts) {
    Map<String, PasswordHash> hashes = new HashMap<>();
    accounts.forEach(account -> hashes.put(account.user(), PasswordHash.of(account.password())));
    return hashes;
  }

  /** What became of a check. */
  enum Outcome {
    RIGHT,
    WRONG,
    /** Too many others are checked; nothing is said about this one. */
    BUSY
  }

  Outcome check(String user, String password) {
    if (running.getQueueLength() > MOST_WAITING) {
      return Outcome.BUSY;
    }
    try {
      if (!running.tryAcquire(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        return Outcome.BUSY;
      }
      try {
        return isRight(user, password) ? Outcome.RIGHT : Outcome.WRONG;
      } finally {
        running.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.BUSY;
    }
  }

  private boolean isRight(String user, String password) throws InterruptedException {
    hashes.run(); // by whoever is first; nobody else does it again
    Map<String, PasswordHash> known;
    try {
      known = hashes.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The passwords could not be hashed", e);
    }
    @Nullable PasswordHash own = known.get(user);
    PasswordHash compared = own == null ? known.values().iterator().next() : own;
    boolean same = compared.matches(password);
    return same && own != null;
  }
}
