package io.mcpauth.internal.jose;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A few objects that are dear to make and are for one thread at a time, such as a prepared {@code
 * Signature}. No thread waits for another: who finds none makes one. Not thread-locals, of which a
 * server on virtual threads would have one for each request.
 */
final class Spares<T> {
  /** References between two places, so that no two share a line of a processor's cache. */
  private static final int APART = 16;

  private final AtomicReferenceArray<@Nullable T> spares;
  private final int places;

  /**
   * Nothing at hand yet.
   *
   * @param places a power of two: so many are kept; threads that run at once mostly find their own
   */
  Spares(int places) {
    this.places = places;
    this.spares = new AtomicReferenceArray<>(places * APART);
  }

  /** One that nobody else has from now on, or null where there is none at hand. */
  @Nullable T take() {
    int place = place();
    return spares.getPlain(place) == null ? null : spares.getAndSet(place, null);
  }

  /** Leaves one for the next who needs it; it must be as good as new. */
  void giveBack(T spare) {
    spares.setRelease(place(), spare);
  }

  private int place() {
    return ((int) Thread.currentThread().getId() & (places - 1)) * APART;
  }
}
