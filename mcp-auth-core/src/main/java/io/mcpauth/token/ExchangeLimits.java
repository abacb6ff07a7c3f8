package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much those who bring an id and a secret may have an authorization server asked. Who has
 * proven the same before has a part of his own, so that strangers who try passwords keep nobody out
 * who is known here.
 */
final class ExchangeLimits {
  /** Strangers that may wait for an answer, and so the threads that they may hold. */
  static final int STRANGERS = 32;

  /** Questions for strangers that may run at once. */
  static final int STRANGERS_AT_ONCE = 4;

  /** Questions for those who are known that may run at once. */
  static final int KNOWN_AT_ONCE = 8;

  private static final long WAIT_MILLIS = 1_000;

  private final Semaphore strangers = new Semaphore(STRANGERS);
  private final Semaphore ofStrangers = new Semaphore(STRANGERS_AT_ONCE);
  private final Semaphore ofKnown = new Semaphore(KNOWN_AT_ONCE, true);
  private final AskedLately asked = new AskedLately();
  private final Clock clock;

  ExchangeLimits(Clock clock) {
    this.clock = clock;
  }

  /**
   * Lets a request wait for an answer.
   *
   * @return gives the place back
   * @throws AuthException OVER_LIMIT
   */
  Runnable toWait(boolean known) {
    if (known) {
      return () -> {};
    }
    if (!strangers.tryAcquire()) {
      throw overLimit();
    }
    return strangers::release;
  }

  /**
   * Lets a question be asked about an account.
   *
   * @return gives the place back
   * @throws AuthException OVER_LIMIT
   */
  Runnable toAsk(String id, boolean known) {
    if (known) {
      awaitTurn();
      return ofKnown::release;
    }
    if (!ofStrangers.tryAcquire()) {
      throw overLimit();
    }
    if (!asked.mayAsk(id, clock.instant())) {
      ofStrangers.release();
      throw overLimit();
    }
    return ofStrangers::release;
  }

  private void awaitTurn() {
    try {
      if (!ofKnown.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw overLimit();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw overLimit();
    }
  }

  private static AuthException overLimit() {
    return new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", "exchanges"));
  }
}
