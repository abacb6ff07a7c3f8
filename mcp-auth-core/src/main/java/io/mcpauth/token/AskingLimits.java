package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What strangers may cost by tokens that nobody has seen: how many callers ask or wait, and how
 * often a provider is asked. Nobody waits here; what is beyond is refused.
 */
final class AskingLimits {
  /** How many are asking; the others wait for one of them to come back. */
  static final int MOST_AT_ONCE = 16;

  /** Of these: a provider that is slow would else be slow for those alone who make tokens up. */
  static final int STRANGERS_AT_ONCE = 12;

  /** With those that wait: a part of a container's threads, so that others are left. */
  static final int MOST_CALLERS = 48;

  /** Of these, with tokens that were not good before. */
  static final int MOST_STRANGERS = 36;

  /**
   * One question in so many is for tokens that were good before: during a flood of made-up ones,
   * callers whose kept answer ends could not be asked about again.
   */
  private static final int PART_OF_THE_KNOWN = 5;

  private final Semaphore callers = new Semaphore(MOST_CALLERS);
  private final Semaphore strangersThatWait = new Semaphore(MOST_STRANGERS);
  private final Semaphore strangersThatAsk = new Semaphore(STRANGERS_AT_ONCE);
  private final Clock clock;
  private final LastSecond all;
  private final LastSecond strangers;

  /**
   * Limits for one authorization server.
   *
   * @param mostASecond how often it is asked in any second
   */
  AskingLimits(int mostASecond, Clock clock) {
    this.clock = clock;
    all = new LastSecond(mostASecond);
    strangers = new LastSecond(mostASecond - mostASecond / PART_OF_THE_KNOWN);
  }

  /**
   * Does something for which a caller may have to wait.
   *
   * @param known whether the token is none that a stranger made up
   * @throws AuthException OVER_LIMIT where too many do
   */
  <T> T asCaller(boolean known, Supplier<T> work) {
    if (known) {
      return inPlace(callers, work);
    }
    return inPlace(strangersThatWait, () -> inPlace(callers, work));
  }

  private static <T> T inPlace(Semaphore places, Supplier<T> work) {
    if (!places.tryAcquire()) {
      throw over("callers that wait for introspection");
    }
    try {
      return work.get();
    } finally {
      places.release();
    }
  }

  /**
   * Asks, once there is a place for it.
   *
   * @param known as above
   * @param most how long to wait for one
   * @throws AuthException INTROSPECTION_FAILED where none was left in that time
   */
  <T> T asking(boolean known, Duration most, Supplier<T> question) {
    if (known) {
      return question.get(); // the connections have room for some beside all strangers
    }
    try {
      if (!strangersThatAsk.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
        throw Introspector.failed("too many are asking", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Introspector.failed("the caller was interrupted", null);
    }
    try {
      return question.get();
    } finally {
      strangersThatAsk.release();
    }
  }

  /**
   * Takes the turn to ask.
   *
   * @param known whether the token is none that a stranger made up
   * @throws AuthException OVER_LIMIT where it was asked too often in the last second
   */
  synchronized void takeTurn(boolean known) {
    long now = clock.millis();
    if (all.isFull(now) || (!known && strangers.isFull(now))) {
      throw over("introspections a second");
    }
    all.take(now);
    if (!known) {
      strangers.take(now);
    }
  }

  private static AuthException over(String what) {
    return new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", what));
  }
}
