package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.Grants;
import io.mcpauth.error.AuthException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What reaches the container before the end of a response, and that nothing does after it. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class GrantedResponseTest {
  private final List<String> sessions = new ArrayList<>();
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final StringWriter written = new StringWriter();
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private boolean committed;
  private boolean takenBack;
  private final HandTimer timer = new HandTimer();
  private final OpenStreams streams = new OpenStreams(listener -> () -> {}, timer, timer);
  private final OpenStream stream = new OpenStream(Grants.anonymous(sessions), streams, "DELETE");
  private final HttpServletResponse container = container(HttpServletResponse.class);
  private final GrantedResponse response = new GrantedResponse(container, stream);

  /** Writes down what is called; its output stream blocks on a zero. */
  private <T> T container(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> call(method)));
  }

  private @Nullable Object call(Method method) {
    calls.add(method.getName());
    return switch (method.getName()) {
      case "getWriter" -> writer;
      case "getOutputStream" -> output;
      case "getStatus" -> 204;
      case "isCommitted" -> {
        if (takenBack) {
          throw new IllegalStateException("recycled");
        }
        yield committed;
      }
      default -> null;
    };
  }

  private final PrintWriter writer = new PrintWriter(written);

  private final ServletOutputStream output =
      new ServletOutputStream() {
        @Override
        public boolean isReady() {
          calls.add("isReady");
          return false;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
          calls.add("setWriteListener");
        }

        @Override
        public void write(int octet) throws IOException {
          if (octet == 0) {
            blocked.countDown();
            try {
              assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
          calls.add("write");
        }
      };

  @Test
  void openResponse_passesEverythingAtOnce() throws Exception {
    PrintWriter own = response.getWriter();
    own.print("one");
    assertThat(written.toString()).isEqualTo("one");
    assertThat(own.checkError()).isFalse();
    assertThat(response.getWriter()).isSameAs(own);
    response.getOutputStream().write(1);
    assertThat(response.getOutputStream().isReady()).isFalse();
    response.setStatus(200);
    assertThat(calls).contains("write", "isReady", "setStatus");
  }

  @Test
  void endedResponse_refusesWritesWithAReason() throws Exception {
    PrintWriter ownWriter = response.getWriter();
    ServletOutputStream own = response.getOutputStream();
    stream.end();
    calls.clear();

    ownWriter.print("late");
    ownWriter.close();
    assertThat(ownWriter.checkError()).isTrue();
    assertThat(written.toString()).isEmpty();
    assertRefused(() -> own.write(1));
    assertRefused(() -> own.write(new byte[3]));
    assertRefused(() -> own.print("x"));
    assertRefused(own::flush);
    own.close();
    assertRefused(response::flushBuffer);
    assertRefused(response::getWriter);
    assertRefused(response::getOutputStream);
    assertRefused(() -> response.sendError(500));
    assertRefused(() -> response.sendError(500, "x"));
    assertRefused(() -> response.sendRedirect("/"));
    assertThat(own.isReady()).isTrue();
    assertThat(calls).isEmpty();
  }

  @Test
  void endedResponse_ignoresChanges() {
    stream.end();
    response.setHeader("Mcp-Session-Id", "s");
    response.addHeader("a", "b");
    response.setIntHeader("a", 1);
    response.addIntHeader("a", 1);
    response.setDateHeader("a", 1);
    response.addDateHeader("a", 1);
    response.addCookie(new jakarta.servlet.http.Cookie("a", "b"));
    response.setTrailerFields(() -> java.util.Map.of());
    response.setStatus(500);
    response.setContentType("a/b");
    response.setCharacterEncoding("UTF-8");
    response.setContentLength(1);
    response.setContentLengthLong(1);
    response.setLocale(Locale.ROOT);
    response.setBufferSize(1);
    response.reset();
    response.resetBuffer();
    assertThat(response.isCommitted()).isTrue();
    assertThat(calls).isEmpty();
    assertThat(sessions).isEmpty();
  }

  @Test
  void writeListenerOfAnEndedResponse_hearsOfTheEnd() throws Exception {
    ServletOutputStream own = response.getOutputStream();
    stream.end();
    AtomicReference<Throwable> heard = new AtomicReference<>();
    own.setWriteListener(
        new WriteListener() {
          @Override
          public void onWritePossible() {
            throw new AssertionError("nothing can be written");
          }

          @Override
          public void onError(Throwable failure) {
            heard.set(failure);
          }
        });
    assertThat(heard.get()).isInstanceOf(StreamEndedException.class);
    assertThat(calls).doesNotContain("setWriteListener");
  }

  @Test
  void session_isToldInAnySpellingBeforeTheHeaderIsSet() {
    response.setHeader("mcp-session-id", "one");
    response.addHeader("MCP-SESSION-ID", "two");
    response.setHeader("Mcp-Session-Idx", "three");
    assertThat(sessions)
        .containsExactly("opened " + Grants.key("one"), "opened " + Grants.key("two"));
    assertThat(calls).containsExactly("setHeader", "addHeader", "setHeader");
  }

  @Test
  void sessionThatCannotBeBound_isNotHandedOutAndEndsTheAnswer() {
    OpenStream failing = new OpenStream(Grants.withoutStore(), streams, "POST");
    GrantedResponse answer = new GrantedResponse(container, failing);
    answer.setHeader("Mcp-Session-Id", "one");
    assertThat(calls) // the one header is Retry-After
        .containsExactly("isCommitted", "reset", "setStatus", "setHeader", "setContentLength");
    assertThat(failing.gate().isClosed()).isTrue();
    assertRefused(() -> answer.getOutputStream());
  }

  @Test
  void deletionThatCannotBeTold_leavesNoStreamBehind() throws Exception {
    OpenStream failing = new OpenStream(Grants.withoutStore(), streams, "DELETE");
    AsyncListener[] own = new AsyncListener[1];
    AsyncContext async =
        (AsyncContext)
            Proxy.newProxyInstance(
                AsyncContext.class.getClassLoader(),
                new Class<?>[] {AsyncContext.class},
                (proxy, method, args) -> {
                  if (method.getName().equals("addListener")) {
                    own[0] = (AsyncListener) args[0];
                  }
                  return null;
                });
    AsyncContext unused = failing.wrap(async, container(HttpServletRequest.class), container);
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> own[0].onComplete(new AsyncEvent(async)));
    assertThat(failing.gate().isClosed()).isTrue();
  }

  @Test
  void deletionThatFails_isToldWhereItsStatusHasGoneOut() throws Exception {
    stream.failed(response);
    assertThat(sessions).isEmpty();
    committed = true;
    stream.failed(response);
    assertThat(sessions).containsExactly("ended " + Grants.key("named"));
  }

  @Test
  void deletionWhoseAnswerIsAborted_isToldThoughNoListenerHearsOfIt() throws Exception {
    committed = true;
    AsyncContext async =
        stream.wrap(container(AsyncContext.class), container(HttpServletRequest.class), response);
    async.complete();
    assertThat(sessions).containsExactly("ended " + Grants.key("named"));
  }

  @Test
  void deletedSession_isToldOnce() {
    stream.answered(container);
    stream.answered(container);
    assertThat(sessions).containsExactly("ended " + Grants.key("named"));
    OpenStream post = new OpenStream(Grants.anonymous(sessions), streams, "POST");
    post.answered(container);
    assertThat(sessions).containsExactly("ended " + Grants.key("named"));
  }

  @Test
  void writeInFlight_isNotWaitedForAndCompletesTheRequestAtItsEnd() throws Exception {
    ServletOutputStream own = response.getOutputStream();
    AsyncContext async =
        stream.wrap(container(AsyncContext.class), container(HttpServletRequest.class), response);
    Thread writing =
        new Thread(
            () -> {
              try {
                own.write(0);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    writing.start();
    assertThat(blocked.await(60, TimeUnit.SECONDS)).isTrue();
    stream.end();
    assertRefused(() -> own.write(1));
    async.complete();
    assertThat(calls).doesNotContain("complete", "write");

    release.countDown();
    writing.join(60_000);
    assertThat(calls).containsSubsequence("write", "complete").containsOnlyOnce("complete");
    async.complete();
    assertThat(calls).containsOnlyOnce("complete");
  }

  @Test
  void servletThatStillRuns_isLeftAlone() {
    assertThat(stream.enter(DispatcherType.REQUEST)).isTrue();
    AsyncContext async =
        stream.wrap(container(AsyncContext.class), container(HttpServletRequest.class), response);
    stream.end();
    async.setTimeout(0);
    assertThat(calls).doesNotContain("complete").contains("setTimeout");
    stream.leave(DispatcherType.REQUEST);
    assertThat(calls).containsOnlyOnce("complete");
  }

  @Test
  void dispatchedRequest_isNotCompletedByTheEnd() {
    AsyncContext async =
        stream.wrap(container(AsyncContext.class), container(HttpServletRequest.class), response);
    async.dispatch();
    stream.end();
    assertThat(calls).contains("dispatch").doesNotContain("complete");
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(async::complete);
    assertThat(stream.enter(DispatcherType.ASYNC)).isFalse();
    stream.leave(DispatcherType.ASYNC);
    assertThat(calls).doesNotContain("complete");
  }

  @Test
  void dispatchAfterTheEnd_isNone() {
    AsyncContext async =
        stream.wrap(container(AsyncContext.class), container(HttpServletRequest.class), response);
    stream.end();
    async.dispatch("/other");
    assertThat(calls).containsOnlyOnce("complete").doesNotContain("dispatch");
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable write) {
    assertThatExceptionOfType(StreamEndedException.class)
        .isThrownBy(write)
        .withMessageContaining("ended");
  }

  /** As Tomcat does as soon as it has sent an answer that another thread completed. */
  @Test
  void responseThatTheContainerHasTakenBack_endsTheSessionByTheStatusOfBefore() {
    int status = OpenStream.status(container);
    takenBack = true;
    stream.ended(container, 500);
    assertThat(sessions).isEmpty();
    stream.ended(container, status);
    assertThat(sessions).hasSize(1);
    stream.ended(container, status);
    assertThat(sessions).hasSize(1);
  }

  @Test
  void responseThatWasNotSent_endsNoSession() {
    stream.ended(container, 204);
    assertThat(sessions).isEmpty();
    committed = true;
    stream.ended(container, 204);
    assertThat(sessions).hasSize(1);
  }
}
