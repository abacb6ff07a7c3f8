package io.mcpauth.examples.guard;

import java.security.Principal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of lists that the guard holds, of all calls together: JSON until it is whole, an event
 * until it has ended, and what waits for a client to read it. Who asks for many at a time and reads
 * none, or a target that is slow with them, fills this and not the memory; and fills only a part of
 * it: a caller has a half at most, all strangers together a quarter.
 */
final class ListRoom {
  private static final long LEAST = 16L * 1024 * 1024;
  private static final Object NOBODY = new Object();

  private final long most;
  private final AtomicLong taken = new AtomicLong();
  private final ConcurrentMap<Object, Long> shares = new ConcurrentHashMap<>();

  ListRoom(long most) {
    this.most = most;
  }

  /** An eighth of the heap, 16 MiB at least. */
  static ListRoom ofTheHeap() {
    return new ListRoom(Math.max(LEAST, Runtime.getRuntime().maxMemory() / 8));
  }

  /** There is none left, for this caller or for all. */
  static final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoRoomException() {
      super("No room for a list", null, false, false);
    }
  }

  /** The part of one call, nothing yet. */
  Part part(@Nullable Principal caller) {
    return caller == null ? new Part(NOBODY, most / 4) : new Part(caller, most / 2);
  }

  private boolean take(Object owner, long bytes, long share) {
    if (taken.addAndGet(bytes) > most) {
      taken.addAndGet(-bytes);
      return false;
    }
    if (shares.merge(owner, bytes, Long::sum) > share) {
      give(owner, bytes);
      return false;
    }
    return true;
  }

  private void give(Object owner, long bytes) {
    shares.computeIfPresent(owner, (same, had) -> had == bytes ? null : had - bytes);
    taken.addAndGet(-bytes);
  }

  /** What is taken. */
  long taken() {
    return taken.get();
  }

  /** How many have a share now. */
  int owners() {
    return shares.size();
  }

  /** What one call holds. */
  final class Part implements AutoCloseable {
    private final Object owner;
    private final long share;
    private long held;
    private boolean closed;

    private Part(Object owner, long share) {
      this.owner = owner;
      this.share = share;
    }

    /**
     * Says how much the call holds from now on.
     *
     * @throws NoRoomException if it is more than before and there is no room for it, or the call
     *     has ended; it holds what it held then
     */
    synchronized void hold(long bytes) {
      if (bytes > held && (closed || !take(owner, bytes - held, share))) {
        throw new NoRoomException();
      }
      if (bytes < held) {
        give(owner, held - bytes);
      }
      held = closed ? 0 : bytes;
    }

    /** Gives it back, once. */
    @Override
    public synchronized void close() {
      if (held > 0) {
        give(owner, held);
      }
      held = 0;
      closed = true;
    }
  }
}
