package io.mcpauth.config;

import io.mcpauth.store.OpenStore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store that several servers share: the first of them opens it, and the last closes it. */
final class SharedStore {
  private final Supplier<OpenStore> opening;
  private @Nullable OpenStore opened;
  private int servers;

  SharedStore(Supplier<OpenStore> opening) {
    this.opening = opening;
  }

  /** The store, which is open for one more server until that closes it. */
  synchronized OpenStore open() {
    OpenStore one = opened;
    if (one == null) {
      one = opening.get();
      opened = one;
    }
    servers++;
    AtomicBoolean closed = new AtomicBoolean(); // by the same server twice
    return OpenStore.of(
        one.store(),
        () -> {
          if (closed.compareAndSet(false, true)) {
            release();
          }
        });
  }

  private synchronized void release() {
    servers--;
    OpenStore last = opened;
    if (servers == 0 && last != null) {
      opened = null;
      last.close();
    }
  }
}
