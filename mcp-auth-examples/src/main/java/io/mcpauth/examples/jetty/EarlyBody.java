package io.mcpauth.examples.jetty;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Reads the beginning of one body without a thread. The bytes are copied: Jetty's own loader keeps
 * its buffers of 8 KB, of which a sender who drips would fill one with each byte.
 */
final class EarlyBody extends EagerContentHandler.ContentLoader implements Invocable.Task {
  private static final long DEADLINE_NANOS = 10_000_000_000L;

  private final Runnable arrived;
  private final long start = System.nanoTime();
  private byte[] beginning = new byte[1024];
  private int count;

  /**
   * A body.
   *
   * @param arrived called once, when nothing more is read beforehand
   */
  EarlyBody(
      Handler handler, Request request, Response response, Callback callback, Runnable arrived) {
    super(handler, request, response, callback);
    this.arrived = arrived;
  }

  @Override
  protected void load() {
    read(false);
  }

  @Override
  public void run() {
    read(true);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  /**
   * Reads what is there.
   *
   * @param lent whether the thread is one that must not block
   */
  private void read(boolean lent) {
    while (true) {
      Content.Chunk chunk = getRequest().read();
      if (chunk == null) {
        getRequest().demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) { // gone, or silent for longer than the idle time-out
        end(chunk.getFailure());
        return;
      }
      append(chunk.getByteBuffer());
      boolean last = chunk.isLast();
      chunk.release();
      if (last || count >= EarlyBodies.BEGINNING) {
        handOver(last, lent);
        return;
      }
      if (System.nanoTime() - start > DEADLINE_NANOS) {
        end(null);
        return;
      }
    }
  }

  private void append(ByteBuffer bytes) {
    int length = bytes.remaining();
    if (count + length > beginning.length) {
      beginning = Arrays.copyOf(beginning, Math.max(count + length, 2 * beginning.length));
    }
    bytes.get(beginning, count, length);
    count += length;
  }

  private void handOver(boolean whole, boolean lent) {
    Replayed request = new Replayed(getRequest(), ByteBuffer.wrap(beginning, 0, count), whole);
    beginning = new byte[0];
    if (lent) {
      getRequest().getContext().execute(() -> handle(request));
    } else {
      handle(request);
    }
  }

  /** What was read counts until a thread has taken it: requests may wait for one. */
  private void handle(Request request) {
    try {
      handle(request, getResponse(), getCallback());
    } finally {
      arrived.run();
    }
  }

  private void end(@Nullable Throwable failure) {
    arrived.run();
    Response.writeError(
        getRequest(),
        getResponse(),
        getCallback(),
        HttpStatus.REQUEST_TIMEOUT_408,
        HttpStatus.getMessage(HttpStatus.REQUEST_TIMEOUT_408),
        failure);
  }

  /** The request with what was read of it, and then with the rest. */
  private static final class Replayed extends Request.Wrapper {
    private Content.@Nullable Chunk first;
    private final boolean whole;

    Replayed(Request request, ByteBuffer beginning, boolean whole) {
      super(request);
      this.first = Content.Chunk.from(beginning, whole);
      this.whole = whole;
    }

    @Override
    public Content.Chunk read() {
      Content.Chunk next = first;
      if (next == null) {
        return whole ? Content.Chunk.EOF : super.read();
      }
      first = null;
      return next;
    }

    @Override
    public void demand(Runnable task) {
      if (first == null && !whole) {
        super.demand(task);
      } else {
        getContext().execute(task);
      }
    }
  }
}
