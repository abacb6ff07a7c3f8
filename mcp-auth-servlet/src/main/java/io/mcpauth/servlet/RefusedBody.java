package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a body whose request was refused: read and thrown away behind the answer, so that the
 * connection is not reset under it while the client still sends (RFC 9112 section 9.6). A client
 * that writes first and reads then would see a broken pipe instead of the challenge.
 *
 * <p>A second and 1 MiB at most, without a thread that waits. For Jetty: Tomcat and Undertow read
 * on by themselves.
 */
final class RefusedBody implements ReadListener, AsyncListener {
  private static final int MOST_BYTES = 1024 * 1024;
  private static final long MOST_MILLIS = 1_000;

  private final ServletInputStream in;
  private final Runnable place;
  private final AtomicBoolean over = new AtomicBoolean();
  private final byte[] scratch = new byte[8 * 1024];
  private @Nullable AsyncContext async;
  private int read;

  private RefusedBody(ServletInputStream in, Runnable place) {
    this.in = in;
    this.place = place;
  }

  /** Writes the answer to a request that goes no further. */
  interface Answer {
    void write() throws IOException;
  }

  /** Writes the answer to a refused request, and reads on behind it where that is needed. */
  static void behind(
      HttpServletRequest request,
      HttpServletResponse response,
      ResourceServer server,
      Answer answer)
      throws IOException {
    RefusedBody rest = of(request, server);
    if (rest == null) {
      answer.write();
      return;
    }
    boolean written = false;
    try {
      response.setHeader("Connection", "close"); // RFC 9112 section 9.6
      answer.write();
      response.flushBuffer();
      written = true;
    } finally {
      if (!written) {
        rest.leave(); // whoever resets the connection now must not keep its place
      }
    }
    rest.throwAway(request);
  }

  /** What is still to come of a request; null where that is nothing, or is none of our business. */
  private static @Nullable RefusedBody of(HttpServletRequest request, ResourceServer server)
      throws IOException {
    if (!isExpected(request) || !request.isAsyncSupported() || request.isAsyncStarted()) {
      return null;
    }
    ServletInputStream in = request.getInputStream();
    long announced = request.getContentLengthLong();
    if (in.isFinished() || (announced > 0 && in.available() >= announced)) {
      return null; // it is there, and Jetty throws it away
    }
    Runnable place = server.placeToReadOn();
    return place == null ? null : new RefusedBody(in, place);
  }

  /** Who waits for a 100 sends nothing after another answer (RFC 9110 section 10.1.1). */
  private static boolean isExpected(HttpServletRequest request) {
    String container = request.getServletContext().getServerInfo();
    return request.getProtocol().startsWith("HTTP/1.")
        && request.getHeader("Expect") == null
        && (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null)
        && container != null
        && container.startsWith("jetty");
  }

  /** Reads it, after the answer is written. */
  private void throwAway(HttpServletRequest request) {
    try {
      AsyncContext started = request.startAsync();
      async = started;
      started.setTimeout(MOST_MILLIS);
      started.addListener(this);
      in.setReadListener(this);
    } catch (RuntimeException e) {
      leave(); // somebody reads it already, or it is gone
    }
  }

  @Override
  public void onDataAvailable() throws IOException {
    while (!over.get() && in.isReady()) {
      int more = in.read(scratch);
      if (more == -1) {
        return; // the container says that all was read
      }
      read += more;
      if (read > MOST_BYTES) {
        leave();
      }
    }
  }

  @Override
  public void onAllDataRead() {
    leave();
  }

  @Override
  public void onError(Throwable problem) {
    leave();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    leave();
  }

  @Override
  public void onError(AsyncEvent event) {
    leave();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    over.set(true);
    place.run();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}

  /** Leaves the rest where it is, and gives the place back; once or more often. */
  private void leave() {
    if (over.compareAndSet(false, true)) {
      place.run();
      AsyncContext running = async;
      if (running != null) {
        running.complete();
      }
    }
  }
}
