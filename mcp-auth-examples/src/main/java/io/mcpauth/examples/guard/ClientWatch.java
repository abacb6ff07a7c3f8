package io.mcpauth.examples.guard;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the client of a request has gone while its answer is silent.
 *
 * <p>A server that has read a request over HTTP/1.1 reads on only after the answer, and learns of a
 * closed connection when a write fails: on a silent stream, never. So this reads in its place. The
 * end of the input is the end of the client, as nginx and Node see it too: who closes only its own
 * half gets no answer. Bytes that are no end belong to a next request that did not wait; they are
 * handed to the connection, and the rest of the answer is not watched.
 *
 * <p>To be closed before the answer is completed, when the connection reads by itself again.
 */
final class ClientWatch implements Callback, AutoCloseable {
  private static final int LOOK = 1024;

  private final AbstractEndPoint endPoint;
  private final Runnable gone;
  private boolean waiting;
  private boolean closed;

  private ClientWatch(AbstractEndPoint endPoint, Runnable gone) {
    this.endPoint = endPoint;
    this.gone = gone;
  }

  /** A watch that has begun, or null where the connection cannot be watched. */
  static @Nullable ClientWatch over(HttpServletRequest request, Runnable gone) {
    Connection connection =
        ServletContextRequest.getServletContextRequest(request)
            .getConnectionMetaData()
            .getConnection();
    if (!(connection.getEndPoint() instanceof AbstractEndPoint endPoint)
        || !(connection instanceof Connection.UpgradeTo)) {
      return null;
    }
    ClientWatch watch = new ClientWatch(endPoint, gone);
    synchronized (watch) {
      watch.await();
    }
    return watch;
  }

  private void await() {
    waiting = true; // before the call, which may fail at once
    waiting = endPoint.tryFillInterested(this) && waiting;
  }

  /** Something can be read, the end perhaps. */
  @Override
  public void succeeded() {
    boolean ended;
    synchronized (this) {
      waiting = false;
      ended = !closed && hasEnded();
      closed |= ended;
    }
    if (ended) {
      gone.run();
    }
  }

  /** The connection was closed under the watch, or the watch was closed. */
  @Override
  public void failed(Throwable cause) {
    boolean ended;
    synchronized (this) {
      waiting = false;
      ended = !closed;
      closed = true;
    }
    if (ended) {
      gone.run();
    }
  }

  private boolean hasEnded() {
    ByteBuffer bytes = BufferUtil.allocate(LOOK);
    int count;
    try {
      count = endPoint.fill(bytes);
    } catch (IOException e) {
      return true; // reset
    }
    if (count < 0) {
      return true;
    }
    if (count == 0) {
      await();
    } else if (endPoint.getConnection() instanceof Connection.UpgradeTo connection) {
      closed = true;
      try {
        connection.onUpgradeTo(bytes);
      } catch (RuntimeException e) {
        return true; // no room: a next request, and the one after it
      }
    }
    return false;
  }

  /** Stops; when this returns, nothing of it touches the connection any more. */
  @Override
  public synchronized void close() {
    closed = true;
    if (waiting) {
      waiting = false;
      endPoint.getFillInterest().onFail(new Complete());
    }
  }

  /** Without a stack, which is dear and of no use: each answer has one of these. */
  private static final class Complete extends Exception {
    private static final long serialVersionUID = 1L;

    Complete() {
      super("The answer is complete", null, false, false);
    }
  }
}
