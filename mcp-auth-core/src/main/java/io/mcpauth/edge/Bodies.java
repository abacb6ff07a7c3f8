package io.mcpauth.edge;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.budget.Budget;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The bodies that are being read or judged, together. */
final class Bodies {
  private final RequestLimits limits;
  private final LongSupplier nanoTime;
  private final Budget bytes;
  private final Budget reads = new Budget(Long.MAX_VALUE);

  Bodies(RequestLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.bytes = new Budget(limits.bodyBytes());
  }

  /** One name for all that have none; no principal's name is empty. */
  static String owner(@Nullable String caller) {
    return caller == null ? "" : caller;
  }

  RequestLimits limits() {
    return limits;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** A thread may wait in a read, so there is a limit to how many do for one owner. */
  void beginRead(String owner, boolean anonymous) {
    require(
        reads.take(owner, 1, anonymous ? limits.anonymousReads() : 2L * limits.anonymousReads()),
        "reads");
  }

  void endRead(String owner) {
    reads.giveBack(owner, 1);
  }

  void take(String owner, boolean anonymous, long amount) {
    require(bytes.take(owner, amount, limits.bodyBytes() / (anonymous ? 4 : 2)), "bytes");
  }

  void release(String owner, long amount) {
    if (amount > 0) {
      bytes.giveBack(owner, amount);
    }
  }

  long bytesTaken() {
    return bytes.taken();
  }

  long readsTaken() {
    return reads.taken();
  }

  long refusals() {
    return bytes.refusals() + reads.refusals();
  }

  private static void require(boolean taken, String what) {
    if (!taken) {
      throw new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", what));
    }
  }
}
