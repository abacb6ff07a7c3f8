package io.mcpauth.examples.guard;

import io.mcpauth.policy.ListAnswers;
import io.mcpauth.servlet.McpAuthFilter;
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
import org.eclipse.jetty.http.HttpFields;
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
  private static final String SESSION = "Mcp-Session-Id";

  /**
   * Pieces after which another thread goes on: the first has the answers of other calls to pass on,
   * and would not come to them while a stream has no pause.
   */
  private static final int IN_A_ROW = 16;

  private final TargetProxy proxy;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final byte[] body;

  /** Asked here: the container may have cleared an aborted request when it is over. */
  private final boolean deletes;

  private final @Nullable ListAnswers lists;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Held by whoever begins an answer that opens a session, and by whoever fails instead of it. */
  private final Object beginning = new Object();

  private volatile @Nullable String authorization;
  private volatile @Nullable AsyncContext async;
  private volatile @Nullable AnswerBody out;
  private volatile @Nullable Request upstream;
  private volatile @Nullable ClientWatch watch;
  private volatile Scheduler.@Nullable Task deadline;
  private volatile @Nullable TargetFault fault;
  private volatile @Nullable Reduction reduction;
  private volatile boolean begun;

  /** Whether the answer opens a session, and has not begun for it. */
  private volatile boolean opens;

  /** The status of an answer that could not be read. */
  private volatile int unreadable;

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
    this.deletes = request.getMethod().equals("DELETE");
    this.lists = proxy.lists(request, body);
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
    out = new AnswerBody(writing, this::writeFailed);
    writing.start();
  }

  private void begin() {
    try {
      Request first = proxy.call(request, body, authorization);
      upstream = first;
      watch = ClientWatch.over(request, this::clientGone);
      send(first);
    } catch (RuntimeException e) {
      proxy.say(TargetFault.TARGET_BROKEN, "could not be called", e);
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
    Reduction reducing = reducing(answer);
    reduction = reducing;
    if (ended.get() && reducing != null) {
      reducing.close(); // the client went meanwhile
    }
    opens = opensSession(answer);
    if (!opens && isPassed(reducing)) {
      begin(answer, reducing == null);
    }
  }

  /** Whether what comes goes on at once, reduced or not. */
  private static boolean isPassed(@Nullable Reduction reducing) {
    return reducing == null || reducing.kind() == Reduction.Kind.EVENTS;
  }

  /** Many targets repeat the id that the request has, which opens nothing. */
  private boolean opensSession(Response answer) {
    String id = answer.getHeaders().get(SESSION);
    return id != null && !id.equals(request.getHeader(SESSION));
  }

  /**
   * The filter tells a store of a session that is opened, and waits for it: not on this thread, and
   * nothing of the answer is read before.
   */
  @Override
  public void onContentSource(Response answer, Content.Source source) {
    if (opens) {
      proxy.execute(
          () -> {
            open(answer);
            Response.Listener.super.onContentSource(answer, source);
          });
    } else {
      Response.Listener.super.onContentSource(answer, source);
    }
  }

  private void open(Response answer) {
    Reduction reducing = reduction;
    synchronized (beginning) {
      if (opens && isPassed(reducing) && !ended.get()) {
        begin(answer, reducing == null);
      }
    }
  }

  /** Null where the answer passes as it is. */
  private @Nullable Reduction reducing(Response answer) {
    ListAnswers known = lists;
    if (known == null) {
      return null;
    }
    Reduction reducing =
        Reduction.of(
            known,
            proxy.listRoom(request),
            answer.getStatus(),
            answer.getHeaders(),
            request.getAttribute(McpAuthFilter.MESSAGE_ENDPOINT_ATTRIBUTE) != null,
            () -> TargetFault.TARGET_LIST_UNREADABLE.message(body));
    return reducing.kind() == Reduction.Kind.NONE ? null : reducing;
  }

  private void unreadable(Response answer) {
    fault = TargetFault.TARGET_LIST_UNREADABLE;
    unreadable = answer.getStatus();
    abort(answer.getRequest(), new IOException("A list that cannot be read"));
  }

  /** The head goes out; bytes are to come. */
  private void begin(Response answer, boolean sameBody) {
    HttpFields headers = answer.getHeaders();
    begun = true;
    response.setStatus(answer.getStatus());
    proxy.responseHeaders().copy(headers, response, sameBody);
    remaining = sameBody ? headers.getLongField(HttpHeader.CONTENT_LENGTH) : -1;
    if (remaining < 0 && !request.getMethod().equals("HEAD")) {
      out().flush(); // a stream that is open, though nothing has happened yet
      if (Reduction.mediaType(headers).equals("text/event-stream")
          && !headers.contains(HttpHeader.CONTENT_ENCODING)) {
        proxy.keepAlive(out());
      }
    }
  }

  @Override
  public void onContent(Response answer, Content.Chunk chunk, Runnable demander) {
    Reduction reducing = reduction;
    boolean kept = reducing != null && reducing.kind() != Reduction.Kind.EVENTS;
    if (ended.get() || fault != null || (!begun && !kept)) {
      return; // it is being aborted
    }
    byte[] bytes = new byte[chunk.remaining()];
    chunk.getByteBuffer().get(bytes);
    if (bytes.length == 0) {
      demander.run();
      return;
    }
    if (reducing == null) {
      remaining -= bytes.length;
      pieces++;
      boolean enough = pieces % IN_A_ROW == 0;
      out().write(bytes, remaining == 0, enough ? () -> proxy.execute(demander) : demander);
    } else if (!kept) {
      out().write(proxy::execute, () -> reducing.next(bytes), () -> goOn(reducing, demander));
    } else {
      keep(answer, reducing, bytes, demander);
    }
  }

  private void goOn(Reduction reducing, Runnable demander) {
    if (reducing.isBroken()) {
      proxy.say(TargetFault.TARGET_LIST_UNREADABLE, "stream");
      end(true);
    } else {
      reducing.written();
      demander.run();
    }
  }

  private void keep(Response answer, Reduction reducing, byte[] bytes, Runnable demander) {
    try {
      if (reducing.kind() == Reduction.Kind.UNREADABLE || !reducing.keep(bytes)) {
        unreadable(answer);
        return;
      }
    } catch (ListRoom.NoRoomException e) {
      fault = TargetFault.NO_ROOM;
      abort(answer.getRequest(), e);
      return;
    }
    demander.run();
  }

  @Override
  public void onComplete(Result result) {
    stopDeadline();
    if (ended.get()) {
      return;
    }
    Reduction reducing = reduction;
    if (begun && result.isFailed()) {
      end(true);
    } else if (begun && reducing != null) {
      out().write(proxy::execute, reducing::end, () -> end(reducing.isBroken()));
    } else if (begun) {
      out().end(() -> end(false));
    } else if (reducing != null && !result.isFailed()) {
      proxy.execute(() -> wholeList(result.getResponse(), reducing));
    } else {
      proxy.execute(() -> insteadOfAnswer(result)); // fetching a token may block, and logs may
    }
  }

  /** An answer that was kept until it was whole. */
  private void wholeList(Response answer, Reduction reducing) {
    if (reducing.isEmpty()) {
      begin(answer, true);
      out().end(() -> end(false));
      return;
    }
    byte[] shown = reducing.whole();
    if (shown == null) {
      proxy.say(TargetFault.TARGET_LIST_UNREADABLE, "list");
      unreadable = answer.getStatus();
      fail(TargetFault.TARGET_LIST_UNREADABLE);
    } else if (!ended.get()) {
      begun = true;
      response.setStatus(answer.getStatus());
      proxy.responseHeaders().copy(answer.getHeaders(), response, false);
      response.setContentLength(shown.length);
      out().write(shown, true, () -> end(false));
    }
  }

  private void insteadOfAnswer(Result result) {
    synchronized (beginning) {
      if (begun) { // meanwhile, for the session that it opens
        end(true);
        return;
      }
      opens = false;
    }
    TargetFault known = fault;
    if (known == TargetFault.TARGET_REFUSED && mayAskAgain(result.getResponse())) {
      askedTwice = true;
      askAgain();
    } else {
      TargetFault reason = known == null ? TargetFault.of(result.getFailure()) : known;
      proxy.say(reason, words(result));
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
        proxy.say(TargetFault.TARGET_REFUSED, "with the newest token");
        fail(TargetFault.TARGET_REFUSED);
      } else {
        authorization = next;
        fault = null;
        send(proxy.call(request, body, next));
      }
    } catch (NoCredentialException e) {
      proxy.say(e.fault(), String.valueOf(e.getMessage()));
      fail(e.fault());
    } catch (RuntimeException e) {
      proxy.say(TargetFault.CREDENTIAL_REFUSED, "could not be asked again", e);
      fail(TargetFault.CREDENTIAL_REFUSED);
    }
  }

  /** Instead of an answer. */
  private void fail(TargetFault reason) {
    if (takeOver()) {
      try {
        if (unreadable > 299) {
          reason.write(response, body, unreadable);
        } else {
          reason.write(response, body);
        }
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
        completeAside();
      }
    }
  }

  private AnswerBody out() {
    return Objects.requireNonNull(out);
  }

  /** Ends it here, not where the target is aborted: it may not have been called yet. */
  private void writeFailed(Throwable cause) {
    if (cause instanceof ListRoom.NoRoomException && !ended.get()) { // ended: it holds no part
      proxy.say(TargetFault.NO_ROOM, "stream");
    }
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
        completeAside();
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

  /** Where the filter tells a store that the session is over, which may take its time. */
  private void completeAside() {
    if (deletes) {
      proxy.execute(this::complete);
    } else {
      complete();
    }
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
    AnswerBody writing = out;
    if (writing != null) {
      writing.close();
    }
    Reduction reducing = reduction;
    if (reducing != null) {
      reducing.close();
    }
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
