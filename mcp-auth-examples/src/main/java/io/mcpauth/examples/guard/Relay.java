package io.mcpauth.examples.guard;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a client and the target's answer to it, passed on without blocking: the thread that
 * tells of the answer looks after others.
 *
 * <p>Ends once: with the target's answer, with a fault, or with a broken connection where half an
 * answer is out. Whichever side goes away first, the other is told.
 */
final class Relay implements Response.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final int UNAUTHORIZED = 401;

  /**
   * Pieces after which another thread goes on: the first has the answers of other calls to pass on,
   * and would not come to them while a stream has no pause.
   */
  private static final int IN_A_ROW = 16;

  private final TargetProxy proxy;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final byte[] body;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable String authorization;
  private volatile @Nullable AsyncContext async;
  private volatile @Nullable ClientWriter writer;
  private volatile @Nullable Request upstream;
  private volatile @Nullable ClientWatch watch;
  private volatile Scheduler.@Nullable Task deadline;
  private volatile @Nullable TargetFault fault;
  private volatile boolean begun;
  private volatile boolean askedTwice;

  /** Bytes of the answer that are still to come, negative where nobody knows. */
  private long remaining;

  private int pieces;

  Relay(
      TargetProxy proxy,
      HttpServletRequest request,
      HttpServletResponse response,
      byte[] body,
      @Nullable String authorization) {
    this.proxy = proxy;
    this.request = request;
    this.response = response;
    this.body = body;
    this.authorization = authorization;
  }

  /** Calls the target as soon as there can be an answer, and makes the request asynchronous. */
  void start() throws IOException {
    ServletOutputStream output = response.getOutputStream();
    AsyncContext started = request.startAsync();
    started.setTimeout(0);
    async = started;
    started.addListener(new Ending());
    ClientWriter writing = new ClientWriter(output, this::begin, this::writeFailed);
    writer = writing;
    writing.start();
  }

  private void begin() {
    try {
      Request first = proxy.call(request, body, authorization);
      upstream = first;
      watch = ClientWatch.over(request, this::clientGone);
      send(first);
    } catch (RuntimeException e) {
      LOG.warn("{} {}: could not be called", TargetFault.TARGET_BROKEN, proxy.targetForLog(), e);
      fail(TargetFault.TARGET_BROKEN);
    }
  }

  private void send(Request next) {
    upstream = next;
    deadline =
        proxy.atTimeout(
            () -> {
              fault = TargetFault.TARGET_TIMEOUT;
              abort(next, new TimeoutException("No answer of the target in time"));
            });
    if (ended.get()) {
      stopDeadline(); // the client went meanwhile
    } else {
      next.send(this);
    }
  }

  @Override
  public void onHeaders(Response answer) {
    stopDeadline();
    TargetFault verdict = TargetFault.ofStatus(answer.getStatus());
    if (verdict != null) {
      fault = verdict;
      abort(answer.getRequest(), new IOException("Status " + answer.getStatus()));
      return;
    }
    if (ended.get()) {
      return;
    }
    begun = true;
    response.setStatus(answer.getStatus());
    proxy.responseHeaders().copy(answer.getHeaders(), response);
    remaining = answer.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
    if (remaining < 0 && !request.getMethod().equals("HEAD")) {
      writer().flush(); // a stream that is open, though nothing has happened yet
    }
  }

  @Override
  public void onContent(Response answer, Content.Chunk chunk, Runnable demander) {
    if (!begun || ended.get()) {
      return; // it is being aborted
    }
    byte[] bytes = new byte[chunk.remaining()];
    chunk.getByteBuffer().get(bytes);
    if (bytes.length == 0) {
      demander.run();
      return;
    }
    remaining -= bytes.length;
    pieces++;
    boolean enough = pieces % IN_A_ROW == 0;
    writer().write(bytes, remaining == 0, enough ? () -> proxy.execute(demander) : demander);
  }

  @Override
  public void onComplete(Result result) {
    stopDeadline();
    if (ended.get()) {
      return;
    }
    if (begun) {
      end(result.isFailed());
    } else {
      proxy.execute(() -> insteadOfAnswer(result)); // fetching a token may block, and logs may
    }
  }

  private void insteadOfAnswer(Result result) {
    TargetFault known = fault;
    if (known == TargetFault.TARGET_REFUSED && mayAskAgain(result.getResponse())) {
      askedTwice = true;
      askAgain();
    } else {
      TargetFault reason = known == null ? TargetFault.of(result.getFailure()) : known;
      LOG.warn("{} {}: {}", reason, proxy.targetForLog(), words(result));
      fail(reason);
    }
  }

  /** Status or kind of exception: messages may quote what was sent. */
  private static String words(Result result) {
    Response answer = result.getResponse();
    return answer != null && answer.getStatus() > 0
        ? "status " + answer.getStatus()
        : String.valueOf(result.getFailure().getClass().getSimpleName());
  }

  /** A 403 is none: whoever knows the token and says no will say so to the next one. */
  private boolean mayAskAgain(Response answer) {
    String refused = authorization;
    return answer.getStatus() == UNAUTHORIZED
        && !askedTwice
        && refused != null
        && proxy.credential().refused(refused);
  }

  private void askAgain() {
    try {
      String next = proxy.credential().authorizationFor(request);
      if (Objects.equals(next, authorization)) {
        LOG.warn("{} {}: with the newest token", TargetFault.TARGET_REFUSED, proxy.targetForLog());
        fail(TargetFault.TARGET_REFUSED);
      } else {
        authorization = next;
        fault = null;
        send(proxy.call(request, body, next));
      }
    } catch (NoCredentialException e) {
      LOG.warn("no credential for the target: {}", e.getMessage());
      fail(e.fault());
    } catch (RuntimeException e) {
      LOG.warn("the target could not be asked again", e);
      fail(TargetFault.CREDENTIAL_REFUSED);
    }
  }

  /** Instead of an answer. */
  private void fail(TargetFault reason) {
    if (takeOver()) {
      try {
        reason.write(response, body);
      } catch (IOException | RuntimeException e) {
        LOG.debug("a fault could not be written: {}", e.getClass().getSimpleName());
      } finally {
        complete();
      }
    }
  }

  /**
   * Ends what has begun.
   *
   * @param broken whether the target did not come to the end: then the client must not take for the
   *     whole what is only a part, so that its connection is broken off too
   */
  private void end(boolean broken) {
    if (takeOver()) {
      try {
        if (broken) {
          response.sendError(-1); // Jetty: abort
        }
      } catch (IOException | RuntimeException e) {
        LOG.debug("an answer could not be broken off: {}", e.getClass().getSimpleName());
      } finally {
        complete();
      }
    }
  }

  private ClientWriter writer() {
    return Objects.requireNonNull(writer);
  }

  /** Ends it here, not where the target is aborted: it may not have been called yet. */
  private void writeFailed(Throwable cause) {
    LOG.debug("the answer cannot be written: {}", cause.getClass().getSimpleName());
    clientGone();
  }

  private void clientGone() {
    if (takeOver()) {
      try {
        response.sendError(-1);
      } catch (IOException | RuntimeException e) {
        LOG.debug("the client has gone: {}", e.getClass().getSimpleName());
      } finally {
        abort();
        complete();
      }
    }
  }

  /** True for the one who ends it. */
  private boolean takeOver() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    unwatch();
    return true;
  }

  private void complete() {
    AsyncContext running = async;
    if (running != null) {
      try {
        running.complete();
      } catch (IllegalStateException e) {
        LOG.debug("completed by the container already");
      }
    }
  }

  private void unwatch() {
    ClientWatch running = watch;
    if (running != null) {
      running.close();
    }
  }

  private void stopDeadline() {
    Scheduler.Task task = deadline;
    if (task != null) {
      task.cancel();
    }
  }

  private void abort() {
    stopDeadline();
    Request running = upstream;
    if (running != null) {
      abort(running, new IOException("Nobody waits for the answer any more"));
    }
  }

  /** {@link #onComplete} tells when it is done. */
  private static void abort(Request call, Throwable cause) {
    Future<?> unused = call.abort(cause);
  }

  /** However the request ends (the filter ends streams, too), the target is told. */
  private final class Ending implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      ended.set(true);
      unwatch();
      abort();
    }

    @Override
    public void onError(AsyncEvent event) {
      onComplete(event);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      onComplete(event);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
