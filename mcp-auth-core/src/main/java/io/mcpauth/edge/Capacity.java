package io.mcpauth.edge;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.budget.Budget;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What requests take together, and what is left for the next one. */
final class Capacity {
  private static final Object NOBODY = new Object();

  /** Bodies of most calls are smaller. */
  private static final int SMALL = 8 * 1024;

  private final RequestLimits limits;
  private final LongSupplier nanoTime;
  private final Budget bytes;
  private final Budget requests;
  private final Budget streams;
  private final Budget remainders;

  Capacity(RequestLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.requests = new Budget(Long.MAX_VALUE, limits.anonymousRequests() / 2);
    this.bytes = new Budget(limits.bodyBytes(), limits.bodyBytes() / 16);
    this.streams = new Budget(limits.streams());
    this.remainders = new Budget(limits.anonymousRequests());
  }

  /**
   * What signals take together, apart from all other requests: as many places as callers without a
   * credential have, each with the bytes of the largest.
   */
  static Capacity ofSignals(RequestLimits limits, LongSupplier nanoTime) {
    int places = limits.anonymousRequests();
    long bytes = 4L * places * Edge.MOST_SIGNAL_BYTES; // who is not proven may have a quarter
    return new Capacity(new RequestLimits(bytes, Edge.MOST_SIGNAL_BYTES, places, 1, 1), nanoTime);
  }

  /**
   * Takes the place of one refused request whose sender has not come to its end; null where there
   * is none left. They hold no thread, so they are as many as strangers may have bodies read, and
   * take none of those places.
   *
   * @return gives it back, once however often it is called
   */
  @Nullable Runnable remainder() {
    return remainders.take(NOBODY, 1, limits.anonymousRequests())
        ? once(() -> remainders.giveBack(NOBODY, 1))
        : null;
  }

  /** One for all that nobody knows. */
  static Object owner(@Nullable Principal caller) {
    return caller == null ? NOBODY : caller;
  }

  RequestLimits limits() {
    return limits;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /**
   * A thread may wait in a read, so there is a limit to how many do for one owner.
   *
   * @return the place of one that is not counted by owners, for {@link #endRead}; else negative
   */
  int beginRead(Object owner, boolean anonymous) {
    int place = anonymous ? -1 : requests.takeBeside(1);
    if (place >= 0) {
      return place;
    }
    int most = limits.anonymousRequests();
    // What is not counted by owners may all be this one's.
    require(requests.take(owner, 1, anonymous ? most : 2L * most - most / 2), "requests");
    return place;
  }

  void endRead(Object owner, int place) {
    if (place >= 0) {
      requests.giveBackBeside(place, 1);
    } else {
      requests.giveBack(owner, 1);
    }
  }

  /** Takes the room of a small body of a proven caller; negative where it has to be counted. */
  int takeSmall(boolean anonymous, int amount) {
    return anonymous || amount > SMALL ? -1 : bytes.takeBeside(amount);
  }

  void releaseSmall(int place, int amount) {
    if (place >= 0) {
      bytes.giveBackBeside(place, amount);
    }
  }

  void take(Object owner, boolean anonymous, long amount) {
    require(bytes.take(owner, amount, limits.bodyBytes() / (anonymous ? 4 : 2)), "bytes");
  }

  void release(Object owner, long amount) {
    if (amount > 0) {
      bytes.giveBack(owner, amount);
    }
  }

  /**
   * Takes what the answer to a granted request needs: the place of a stream, or that of a call
   * without a credential, which has a thread or a connection behind for as long as it runs.
   *
   * @param caller the principal, or null where nobody was proven
   * @return gives it back, once however often it is called
   * @throws AuthException OVER_LIMIT where there is none left
   */
  Runnable place(@Nullable Principal caller, boolean longStream) {
    Object owner = owner(caller);
    if (longStream) {
      int most = Math.min(limits.streamsPerCaller(), Math.max(1, limits.streams() / 2));
      require(streams.take(owner, 1, most), "streams");
      return once(() -> streams.giveBack(owner, 1));
    }
    if (caller != null) {
      return Capacity::nothing;
    }
    require(requests.take(owner, 1, limits.anonymousRequests()), "requests");
    return once(() -> requests.giveBack(owner, 1));
  }

  RequestLimits.InUse inUse() {
    return new RequestLimits.InUse(
        bytes.taken(),
        requests.taken(),
        streams.taken(),
        bytes.refusals() + requests.refusals() + streams.refusals());
  }

  private static void nothing() {}

  private static Runnable once(Runnable back) {
    AtomicBoolean taken = new AtomicBoolean(true);
    return () -> {
      if (taken.compareAndSet(true, false)) {
        back.run();
      }
    };
  }

  private static void require(boolean taken, String what) {
    if (!taken) {
      throw new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", what));
    }
  }
}
