package io.mcpauth.signals;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * What the operator reads of signals: each good one, and of the bad ones, whose number strangers
 * choose, one a second.
 */
final class SignalLog {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_NOTES = 100;

  private final Logger log;
  private final Line refusals;

  /** Of their own: whoever is refused all the time must hide neither a lost signal nor a fault. */
  private final Line outages;

  private final Line faults;
  private final Set<String> notes = ConcurrentHashMap.newKeySet();

  SignalLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.refusals = new Line(nanoTime);
    this.outages = new Line(nanoTime);
    this.faults = new Line(nanoTime);
  }

  /** Told of a good one: whose it is and what it did, and not whom it is about. */
  void taken(Signal signal, List<String> rules) {
    String issuer = AuthException.fitForLog(signal.issuer());
    if (!signal.note().isEmpty() && isNew(signal.issuer() + ' ' + signal.note())) {
      log.info(
          "Signal {} of {} names its subject as '{}', or of another issuer: nobody here has such a"
              + " name, so it changes nothing. Have the transmitter write iss_sub. Said once.",
          signal.name(),
          issuer,
          AuthException.fitForLog(signal.note()));
    }
    if (signal.targets().isEmpty()) {
      log.debug("Signal {} of {}: nothing to do.", signal.name(), issuer);
    } else if (rules.isEmpty()) {
      log.debug("Signal {} of {}: received before.", signal.name(), issuer);
    } else {
      log.info(
          "Signal {} of {}: cut off what was issued before {} (rules {}).",
          signal.name(),
          issuer,
          signal.before(),
          rules);
    }
  }

  private boolean isNew(String note) {
    return notes.size() < MOST_NOTES && notes.add(note);
  }

  /** Told of a bad one. */
  void refused(String path, AuthException problem) {
    if (isOutage(problem)) {
      if (outages.isDue()) {
        log.warn(
            "Could not take a signal at {}: {} {}{}",
            path,
            problem.reason(),
            problem.facts(),
            outages.others());
      }
    } else if (refusals.isDue()) {
      log.info(
          "Refused a signal at {}: {} {}{}",
          path,
          problem.reason(),
          problem.facts(),
          refusals.others());
    }
  }

  /** What strangers can have when they like is none. */
  private static boolean isOutage(AuthException problem) {
    ReasonCode reason = problem.reason();
    return reason.status() == 503
        && reason != ReasonCode.KEY_NOT_KNOWN_YET
        && (reason != ReasonCode.OVER_LIMIT
            || SignalEffect.RULES.equals(problem.facts().get("limit")));
  }

  /** Told of something that no check foresaw: its class, since its message may be anything. */
  void fault(String path, Throwable fault) {
    if (faults.isDue()) {
      StackTraceElement[] trace = fault.getStackTrace();
      log.error(
          "A signal at {} met a fault: {} at {}{}",
          path,
          fault.getClass().getName(),
          trace.length == 0 ? "?" : trace[0],
          faults.others());
    }
  }

  /** A line that comes once a second at most. */
  private static final class Line {
    private final LongSupplier nanoTime;
    private final AtomicLong nextAt;
    private final LongAdder left = new LongAdder();

    Line(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
      this.nextAt = new AtomicLong(nanoTime.getAsLong());
    }

    boolean isDue() {
      long now = nanoTime.getAsLong();
      long next = nextAt.get();
      if (now - next >= 0 && nextAt.compareAndSet(next, now + SECOND)) {
        return true;
      }
      left.increment();
      return false;
    }

    String others() {
      long others = left.sumThenReset();
      return others == 0 ? "" : " (and " + others + " not shown)";
    }
  }
}
