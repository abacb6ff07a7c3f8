package io.mcpauth;

import io.mcpauth.edge.RequestLimits;
import io.mcpauth.internal.budget.Budget;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The event streams that are open: so many in all, and so many for one caller. */
final class StreamPlaces {
  /** No principal has this name, so all without a credential share one place. */
  private static final String NOBODY = "";

  private final Budget places;
  private final int perCaller;

  StreamPlaces(RequestLimits limits) {
    this.places = new Budget(limits.streams());
    this.perCaller = limits.streamsPerCaller();
  }

  /**
   * Takes a place.
   *
   * @param caller the name of the principal, or null
   * @return gives it back, once however often it is called; null where none is left
   */
  @Nullable Runnable take(@Nullable String caller) {
    String owner = caller == null ? NOBODY : caller;
    if (!places.take(owner, 1, perCaller)) {
      return null;
    }
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        places.giveBack(owner, 1);
      }
    };
  }

  long taken() {
    return places.taken();
  }

  long refusals() {
    return places.refusals();
  }
}
