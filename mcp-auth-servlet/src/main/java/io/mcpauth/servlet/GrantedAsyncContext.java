package io.mcpauth.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The asynchronous processing of a granted request, which both the application and the filter may
 * complete: the container hears of it once.
 *
 * <p>No lock is held while the container completes: it may run the application's listeners, which
 * may wait for a writer that wants to complete too.
 */
final class GrantedAsyncContext implements AsyncContext {
  private enum Phase {
    STARTED,
    DISPATCHED,
    COMPLETED
  }

  private final AsyncContext container;
  private final OpenStream stream;
  private final ServletRequest request;
  private final ServletResponse response;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTED);

  GrantedAsyncContext(
      AsyncContext container, OpenStream stream, ServletRequest request, ServletResponse response) {
    this.container = container;
    this.stream = stream;
    this.request = request;
    this.response = response;
  }

  boolean isOf(OpenStream other) {
    return stream == other;
  }

  /** Has itself told what becomes of the request, before anybody else. */
  void listen() {
    container.addListener(new Own());
  }

  /**
   * Completes; nothing where it is completed already. While the servlet runs the container is told
   * at once, as it would be without a filter; later, when no write is in flight.
   */
  @Override
  public void complete() {
    if (phase.get() == Phase.DISPATCHED) {
      throw new IllegalStateException("The request was dispatched");
    }
    if (stream.isDispatched() && !stream.gate().isClosed()) {
      completeOnce();
    } else {
      stream.end();
    }
  }

  /** Without a complaint where the container was quicker: a client that went, a time-out. */
  void completeQuietly() {
    try {
      completeOnce();
    } catch (RuntimeException e) {
      // What is completed cannot be completed: the listener hears of it, or has heard. And whatever
      // else a container may throw must not keep the next stream from its end.
    }
  }

  /** Whether it is completed, or the container was told so. */
  boolean isOver() {
    return phase.get() == Phase.COMPLETED;
  }

  private void completeOnce() {
    if (phase.compareAndSet(Phase.STARTED, Phase.COMPLETED)) {
      int status = OpenStream.status(response); // Tomcat takes the response back when it completes
      try {
        container.complete();
      } finally {
        if (!stream.isDispatched()) {
          aborted(status);
        }
      }
    }
  }

  /** No listener hears of it where the answer was aborted. */
  private void aborted(int status) {
    try {
      stream.ended(response, status);
    } finally {
      stream.completed();
    }
  }

  @Override
  public void dispatch() {
    dispatch(container::dispatch);
  }

  @Override
  public void dispatch(String path) {
    dispatch(() -> container.dispatch(path));
  }

  @Override
  public void dispatch(ServletContext context, String path) {
    dispatch(() -> container.dispatch(context, path));
  }

  /** Held, so that nobody completes meanwhile; does nothing where the answer has ended. */
  private void dispatch(Runnable dispatch) {
    stream.gate().hold();
    try {
      if (stream.gate().isClosed()) {
        return;
      }
      if (!phase.compareAndSet(Phase.STARTED, Phase.DISPATCHED)) {
        throw new IllegalStateException("The request was dispatched or completed");
      }
      boolean accepted = false;
      try {
        dispatch.run();
        accepted = true;
      } finally {
        if (!accepted) {
          phase.compareAndSet(Phase.DISPATCHED, Phase.STARTED);
        }
      }
    } finally {
      stream.gate().leave();
    }
  }

  @Override
  public ServletRequest getRequest() {
    return request;
  }

  @Override
  public ServletResponse getResponse() {
    return response;
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return container.hasOriginalRequestAndResponse();
  }

  @Override
  public void start(Runnable run) {
    container.start(run);
  }

  @Override
  public void addListener(AsyncListener listener) {
    container.addListener(new Relay(listener));
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest supplied, ServletResponse suppliedToo) {
    container.addListener(new Relay(listener), supplied, suppliedToo);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return container.createListener(type);
  }

  @Override
  public void setTimeout(long milliseconds) {
    container.setTimeout(milliseconds);
  }

  @Override
  public long getTimeout() {
    return container.getTimeout();
  }

  /** After a time-out or an error the container goes on to complete by itself. */
  private final class Own implements AsyncListener {
    private volatile boolean failed;

    @Override
    public void onComplete(AsyncEvent event) {
      phase.set(Phase.COMPLETED);
      try {
        if (failed) {
          stream.failed(response);
        } else {
          stream.answered(response);
        }
      } finally {
        stream.completed();
      }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      failed = true;
    }

    @Override
    public void onError(AsyncEvent event) {
      failed = true;
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }

  /** An application's listener, which gets this context instead of the container's. */
  private final class Relay implements AsyncListener {
    private final AsyncListener listener;

    Relay(AsyncListener listener) {
      this.listener = listener;
    }

    private AsyncEvent own(AsyncEvent event, AsyncContext context) {
      return new AsyncEvent(
          context, event.getSuppliedRequest(), event.getSuppliedResponse(), event.getThrowable());
    }

    @Override
    public void onComplete(AsyncEvent event) throws IOException {
      listener.onComplete(own(event, GrantedAsyncContext.this));
    }

    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
      listener.onTimeout(own(event, GrantedAsyncContext.this));
    }

    @Override
    public void onError(AsyncEvent event) throws IOException {
      listener.onError(own(event, GrantedAsyncContext.this));
    }

    /** Some containers tell while the new context is still being made. */
    @Override
    public void onStartAsync(AsyncEvent event) throws IOException {
      AsyncContext next = stream.async();
      listener.onStartAsync(own(event, next == null ? event.getAsyncContext() : next));
    }
  }
}
