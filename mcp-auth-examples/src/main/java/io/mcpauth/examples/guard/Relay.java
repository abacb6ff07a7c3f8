package io.mcpauth.examples.guard;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
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
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a client and the target's answer to it.
 *
 * <p>Ends once: with the target's answer, with a fault, or with a broken connection where half an
 * answer is out. Whichever side goes away first, the other is told.
 */
final class Relay implements Response.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final int UNAUTHORIZED = 401;

  private final TargetProxy proxy;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final byte[] body;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable String authorization;
  private volatile @Nullable AsyncContext async;
  private volatile @Nullable Request upstream;
  private volatile @Nullable ClientWatch watch;
  private volatile Scheduler.@Nullable Task deadline;
  private volatile @Nullable TargetFault fault;
  private volatile boolean begun;
  private volatile boolean askedTwice;

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

  @Nullable String authorization() {
    return authorization;
  }

  byte[] body() {
    return body;
  }

  /** Calls the target. The request is asynchronous by now. */
  void start(Request first) {
    AsyncContext started = request.getAsyncContext();
    async = started;
    started.addListener(new Ending());
    upstream = first;
    watch = ClientWatch.over(request, this::clientGone);
    send(first);
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
    try {
      if (answer.getHeaders().getLongField("Content-Length") < 0
          && !request.getMethod().equals("HEAD")) {
        response.flushBuffer(); // a stream that is open, though nothing has happened yet
      }
    } catch (IOException e) {
      abort(answer.getRequest(), e);
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
    } else {
      proxy.write(
          request,
          response,
          answer,
          bytes,
          Callback.from(demander, failure -> abort(answer.getRequest(), failure)));
    }
  }

  @Override
  public void onComplete(Result result) {
    stopDeadline();
    if (ended.get()) {
      return;
    }
    TargetFault known = fault;
    if (begun) {
      end(result.isFailed());
    } else if (known == TargetFault.TARGET_REFUSED && mayAskAgain(result.getResponse())) {
      askedTwice = true;
      proxy.execute(this::askAgain); // fetching a token may block
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
        send(proxy.again(request));
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
