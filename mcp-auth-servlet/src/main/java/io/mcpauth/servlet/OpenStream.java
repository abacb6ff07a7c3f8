package io.mcpauth.servlet;

import io.mcpauth.AccessDecision;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one granted request, through every dispatch of it.
 *
 * <p>It can be ended from outside at any moment: writes are gated first; then, once no write is in
 * flight and the servlet has returned, whoever is out last completes the request where it is
 * asynchronous.
 */
final class OpenStream {
  private final AccessDecision.Granted granted;
  private final OpenStreams streams;
  private final WriteGate gate = new WriteGate(this::complete);
  private final AtomicReference<Runnable> alarm = new AtomicReference<>(() -> {});

  /** The dispatches that run, one within the other. */
  private final AtomicInteger depth = new AtomicInteger();

  private volatile @Nullable GrantedAsyncContext async;
  private volatile boolean sessionEnds;

  /**
   * An answer.
   *
   * @param method of the request: a DELETE ends a session (Streamable HTTP up to 2025-11-25)
   */
  OpenStream(AccessDecision.Granted granted, OpenStreams streams, String method) {
    this.granted = granted;
    this.streams = streams;
    this.sessionEnds = method.equals("DELETE");
  }

  AccessDecision.Granted granted() {
    return granted;
  }

  WriteGate gate() {
    return gate;
  }

  /** The asynchronous processing that runs, or null. */
  @Nullable AsyncContext async() {
    return async;
  }

  /** Whether the answer must not go on: a running call is never over for its time alone. */
  boolean isOver(Instant now) {
    Instant end = granted.streamEndsAt();
    return (end != null && !now.isBefore(end)) || granted.cutOff();
  }

  /** What will end it in time; the one before is called off. */
  void alarm(Runnable next) {
    alarm.getAndSet(next).run();
  }

  void end() {
    gate.close();
  }

  /** A dispatch begins; false where the answer has ended. Followed by {@link #leave} either way. */
  boolean enter(DispatcherType type) {
    gate.hold();
    if (isOwn(type) && depth.getAndIncrement() == 0) {
      async = null; // the one before has led to this dispatch
      streams.add(this);
    }
    return !gate.isClosed();
  }

  /** A dispatch is over, and with it the answer, unless it goes on asynchronously. */
  void leave(DispatcherType type) {
    if (isOwn(type) && depth.decrementAndGet() == 0) {
      GrantedAsyncContext running = async;
      if (running == null || running.isOver()) {
        streams.remove(this);
      }
    }
    gate.leave();
  }

  /** Of the container: any thread may forward and include. */
  private static boolean isOwn(DispatcherType type) {
    return type != DispatcherType.FORWARD && type != DispatcherType.INCLUDE;
  }

  /** Whether the servlet has not returned yet. */
  boolean isDispatched() {
    return depth.get() > 0;
  }

  /** Hands over an asynchronous context of the container, wrapped once. */
  AsyncContext wrap(AsyncContext container, ServletRequest request, ServletResponse response) {
    if (container instanceof GrantedAsyncContext own && own.isOf(this)) {
      return own; // of the same request further out
    }
    GrantedAsyncContext wrapped = new GrantedAsyncContext(container, this, request, response);
    async = wrapped;
    wrapped.listen();
    return wrapped;
  }

  /** The container has completed the request, whoever asked for it. */
  void completed() {
    gate.close();
    streams.remove(this);
  }

  /** The answer is complete, for all that the servlet did; called where nothing failed. */
  void answered(ServletResponse response) {
    if (sessionEnds
        && response instanceof HttpServletResponse http
        && http.getStatus() / 100 == 2) {
      sessionEnds = false;
      granted.sessionEnded();
    }
  }

  /**
   * The answer has failed, mostly because the client has gone, as some do once they have read the
   * status: one that says that the session is over says so all the same.
   */
  void failed(ServletResponse response) {
    ServletResponse container = unwrapped(response);
    if (container.isCommitted()) { // else the status is one that nobody has chosen
      answered(container);
    }
  }

  /**
   * As {@link #failed}, of a response that the container may have taken back already.
   *
   * @param status what {@link #status} said before
   */
  void ended(ServletResponse response, int status) {
    boolean committed;
    try {
      committed = unwrapped(response).isCommitted();
    } catch (RuntimeException e) {
      committed = true; // it was sent, or it would not be taken back
    }
    if (sessionEnds && committed && status / 100 == 2) {
      sessionEnds = false;
      granted.sessionEnded();
    }
  }

  /** The status of a response; 0 where the container has taken it back. */
  static int status(ServletResponse response) {
    try {
      return unwrapped(response) instanceof HttpServletResponse http ? http.getStatus() : 0;
    } catch (RuntimeException e) {
      return 0;
    }
  }

  private static ServletResponse unwrapped(ServletResponse response) {
    ServletResponse container = response;
    while (container instanceof ServletResponseWrapper wrapper) {
      container = wrapper.getResponse();
    }
    return container;
  }

  private void complete() {
    GrantedAsyncContext running = async;
    if (running != null) {
      running.completeQuietly();
    }
  }
}
