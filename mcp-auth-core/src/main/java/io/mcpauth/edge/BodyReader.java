package io.mcpauth.edge;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.io.IOException;
import java.io.InputStream;
import java.security.Principal;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one request, within what its caller may cost: bytes, time, and how many are
 * read at once. The bytes count until the request is decided.
 *
 * <p>An adapter hands it the stream of its server, which may block. What it cannot do is to end a
 * read in which nothing arrives at all: that is up to the idle time-out of the server.
 */
public final class BodyReader implements AutoCloseable {
  /** For the whole body; a server's own time-out starts anew with every byte that drips in. */
  private static final long DEADLINE_NANOS = 30_000_000_000L;

  /** For a signal, which is small and comes from a server. */
  private static final long SIGNAL_NANOS = 2_000_000_000L;

  /** So long a body may be as slow as it likes; after that it has come at a pace on the whole. */
  private static final long GRACE_NANOS = 5_000_000_000L;

  private static final long LEAST_BYTES_PER_SECOND = 1024;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private static final int CHUNK = 8 * 1024;
  private static final int MAX_FIRST = 8 * CHUNK;

  /** Of a body that is not kept, the most that is read: what fits into the usual cap. */
  private static final int MOST_UNKEPT = 1024 * 1024;

  private final Capacity capacity;
  private final Object owner;
  private final boolean anonymous;
  private final boolean signal;
  private boolean inPlace;
  private boolean none;
  private int cap;
  private int most;
  private long start;
  private long held;
  private int smallPlace = -1;
  private int heldSmall;

  /**
   * A reader.
   *
   * @param caller the principal, or null where nobody was proven
   */
  BodyReader(Capacity capacity, @Nullable Principal caller) {
    this.capacity = capacity;
    this.owner = Capacity.owner(caller);
    this.anonymous = caller == null;
    this.signal = false;
  }

  private BodyReader(Capacity capacity) {
    this.capacity = capacity;
    this.owner = Capacity.owner(null);
    this.anonymous = true;
    this.signal = true;
  }

  /**
   * A reader of a signal: it keeps its place until the signal is judged, since who waits for a
   * place would have it in between.
   */
  static BodyReader ofSignal(Capacity capacity) {
    return new BodyReader(capacity);
  }

  /** Of a body that must not be there, the first byte is enough to know. */
  void expectNone() {
    none = true;
  }

  /**
   * Reads a body to its end.
   *
   * @param in the content, without its transfer coding
   * @param announced the length that the request announces, or -1
   * @param most the largest body that the adapter lets anybody send
   * @return the very bytes
   * @throws AuthException BODY_TOO_LARGE (RFC 9110 section 15.5.14), without reading what is
   *     announced; CREDENTIAL_MISSING where it is too large only for callers without one: at once
   *     where that is announced, else up to 1 MiB is read and not kept; BODY_TIMEOUT where it comes
   *     too slowly; OVER_LIMIT where others take what it needs
   * @throws IOException if the stream does
   */
  public byte[] read(InputStream in, long announced, int most) throws IOException {
    this.most = signal ? Math.min(most, capacity.limits().anonymousBodyBytes()) : most;
    this.cap = anonymous ? Math.min(most, capacity.limits().anonymousBodyBytes()) : most;
    if (announced > this.most) {
      throw tooLarge();
    }
    if (announced > cap && !none) {
      throw loginFirst(); // who waits for a 100 gets none (RFC 9110 section 10.1.1)
    }
    int place = capacity.beginRead(owner, anonymous);
    inPlace = signal;
    try {
      this.start = capacity.nanoTime();
      if (none) {
        int first = in.read();
        return first == -1 ? new byte[0] : new byte[] {(byte) first};
      }
      return bytes(in, (int) Math.max(announced, 0));
    } finally {
      if (!inPlace) {
        capacity.endRead(owner, place);
      }
    }
  }

  /** The request is decided. */
  @Override
  public void close() {
    capacity.release(owner, held);
    capacity.releaseSmall(smallPlace, heldSmall);
    held = 0;
    smallPlace = -1;
    if (inPlace) {
      inPlace = false;
      capacity.endRead(owner, -1);
    }
  }

  private byte[] bytes(InputStream in, int announced) throws IOException {
    // Not the announced length at once: whoever sends nothing more would hold that memory.
    byte[] bytes = room(announced == 0 ? CHUNK : Math.min(announced, MAX_FIRST));
    int count = 0;
    while (true) {
      if (count == bytes.length) {
        int next = in.read(); // a body of exactly that length needs no room for more
        if (next == -1) {
          return bytes;
        }
        if (count == cap) {
          return refused(in, bytes, count + 1);
        }
        bytes = larger(bytes, announced);
        bytes[count++] = (byte) next;
      }
      int read = in.read(bytes, count, bytes.length - count);
      if (read == -1) {
        return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
      }
      count += read;
      if (count > cap) {
        return refused(in, bytes, count);
      }
      if (count != announced) {
        requirePace(count);
      }
    }
  }

  /**
   * Refuses a body that turned out too large, for this caller or for anybody. What a login would
   * let pass is read on and not kept: many clients do not see an answer that comes while they still
   * send, and so would not see the challenge.
   *
   * @param scratch takes what is not kept
   * @param count what was read so far
   */
  private byte[] refused(InputStream in, byte[] scratch, long count) throws IOException {
    long read = count;
    while (read <= Math.min(most, MOST_UNKEPT)) {
      int next = in.read(scratch);
      if (next == -1) {
        break;
      }
      read += next;
      requirePace(read);
    }
    if (read > most) {
      throw tooLarge();
    }
    throw loginFirst();
  }

  private byte[] larger(byte[] bytes, int announced) {
    int wanted = (int) Math.min(2L * bytes.length, cap);
    int exact = announced > bytes.length && announced < wanted ? announced : wanted;
    int length = Math.max(exact, bytes.length + 1);
    capacity.take(owner, anonymous, length - bytes.length);
    held += length - bytes.length;
    return Arrays.copyOf(bytes, length);
  }

  private byte[] room(int length) {
    smallPlace = capacity.takeSmall(anonymous, length); // once for each body
    if (smallPlace >= 0) {
      heldSmall = length;
    } else {
      capacity.take(owner, anonymous, length);
      held += length;
    }
    return new byte[length];
  }

  private void requirePace(long count) {
    long elapsed = capacity.nanoTime() - start;
    long counted = Math.max(0, elapsed - GRACE_NANOS);
    if (elapsed > (signal ? SIGNAL_NANOS : DEADLINE_NANOS)
        || count < (double) counted / NANOS_PER_SECOND * LEAST_BYTES_PER_SECOND) {
      throw new AuthException(ReasonCode.BODY_TIMEOUT);
    }
  }

  private AuthException loginFirst() {
    return new AuthException(
        ReasonCode.CREDENTIAL_MISSING, Map.of("max_bytes_without", Integer.toString(cap)));
  }

  private AuthException tooLarge() {
    return new AuthException(
        ReasonCode.BODY_TOO_LARGE, Map.of("max_bytes", Integer.toString(most)));
  }
}
