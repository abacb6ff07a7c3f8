package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.store.Store;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** When open answers end, on a container. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class StreamEndTest {
  private final HandTimer timer = new HandTimer();
  private final Store store = Store.inMemory(timer);
  private final AccessControl access = AccessControl.on(store);
  private final Streaming servlet = new Streaming();
  private GuardedJetty jetty;

  /** Sends one event and leaves the stream open, for the test to go on with it. */
  private static final class Streaming extends HttpServlet {
    private static final long serialVersionUID = 1L;

    final transient BlockingQueue<AsyncContext> opened = new LinkedBlockingQueue<>();
    final transient BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    final transient Semaphore completed = new Semaphore(0);
    final transient Semaphore goOn = new Semaphore(0);

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/event-stream");
      response.getWriter().write("data: one\n\n");
      response.flushBuffer();
      if ("yes".equals(request.getHeader("X-Sync"))) {
        synchronous(response);
        return;
      }
      AsyncContext async = request.startAsync(request, response);
      async.setTimeout(0);
      async.addListener(new Counting());
      opened.add(async);
    }

    /** Writes in the request's own thread, whenever the test allows the next one. */
    private void synchronous(HttpServletResponse response) throws IOException {
      try {
        while (true) {
          assertThat(goOn.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
          response.getWriter().write("data: more\n\n");
          response.flushBuffer();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        failures.add(String.valueOf(e.getMessage()));
        throw e;
      }
    }

    private final class Counting implements AsyncListener {
      @Override
      public void onComplete(AsyncEvent event) {
        completed.release();
      }

      @Override
      public void onTimeout(AsyncEvent event) {}

      @Override
      public void onError(AsyncEvent event) {}

      @Override
      public void onStartAsync(AsyncEvent event) {}
    }
  }

  @BeforeEach
  void start() throws Exception {
    jetty = GuardedJetty.inFrontOf(servlet, timer, timer, store);
  }

  @AfterEach
  void stop() {
    jetty.close();
  }

  private HttpRequest.Builder get() {
    return jetty
        .request("/mcp")
        .header("Authorization", "Bearer " + jetty.token().expiresIn(Duration.ofMinutes(5)).mint());
  }

  private HttpRequest post() {
    return get()
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(GuardedJetty.toolCall("read_file")))
        .build();
  }

  private AsyncContext opened() throws InterruptedException {
    AsyncContext async = servlet.opened.poll(60, TimeUnit.SECONDS);
    assertThat(async).isNotNull();
    return async;
  }

  /** A client may see the end before the servlet hears of it. */
  private void assertCompletedOnce() throws InterruptedException {
    assertThat(servlet.completed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    assertThat(servlet.completed.availablePermits()).isZero();
  }

  private static boolean writes(AsyncContext async) throws IOException {
    HttpServletResponse response = (HttpServletResponse) async.getResponse();
    try {
      response.getWriter().write("data: late\n\n");
      response.flushBuffer();
      return true;
    } catch (StreamEndedException e) {
      return false;
    }
  }

  private static String text(HttpResponse<InputStream> response) throws IOException {
    return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void stream_endsWithTheTokenAndTheClockSkew() throws Exception {
    HttpResponse<InputStream> response = jetty.stream(get().build());
    AsyncContext async = opened();
    timer.pass(Duration.ofSeconds(359));
    assertThat(writes(async)).isTrue();
    timer.pass(Duration.ofSeconds(1));

    assertThat(text(response)).isEqualTo("data: one\n\ndata: late\n\n");
    assertThat(writes(async)).isFalse();
    async.complete();
    assertCompletedOnce();
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void clockThatIsSetForward_isNoticedWithinAMinute() throws Exception {
    HttpResponse<InputStream> response = jetty.stream(get().build());
    AsyncContext async = opened();
    timer.setForward(Duration.ofHours(1));
    assertThat(writes(async)).isTrue();
    timer.runDue();

    assertThat(text(response)).endsWith("data: late\n\n");
    assertThat(writes(async)).isFalse();
  }

  @Test
  void runningCall_outlastsTheTokenAndNotACutOff() throws Exception {
    HttpResponse<InputStream> response = jetty.stream(post());
    AsyncContext async = opened();
    timer.pass(Duration.ofHours(1));
    assertThat(writes(async)).isTrue();
    access.cutOff(AccessTarget.subject(jetty.issuer(), "alice"));
    timer.runDue();

    assertThat(text(response)).isEqualTo("data: one\n\ndata: late\n\n");
    assertThat(writes(async)).isFalse();
  }

  @Test
  void closedAccess_endsStreamsAndLeavesTheMetadata() throws Exception {
    HttpResponse<InputStream> response = jetty.stream(get().build());
    AsyncContext async = opened();
    access.close("Back at noon.", Duration.ofMinutes(20));
    timer.runDue();

    assertThat(text(response)).isEqualTo("data: one\n\n");
    assertThat(writes(async)).isFalse();
    HttpResponse<String> refused = jetty.send(post());
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1200");
    assertThat(refused.body()).contains("Back at noon.");
    HttpRequest metadata = jetty.request("/.well-known/oauth-protected-resource/mcp").GET().build();
    assertThat(jetty.send(metadata).statusCode()).isEqualTo(200);
  }

  @Test
  void cutOffOfAnother_leavesTheStreamOpen() throws Exception {
    HttpResponse<InputStream> response = jetty.stream(get().build());
    AsyncContext async = opened();
    access.cutOff(AccessTarget.subject(jetty.issuer(), "bob"));
    timer.runDue();
    assertThat(writes(async)).isTrue();
    async.complete();

    assertThat(text(response)).endsWith("late\n\n");
  }

  @Test
  void synchronousStream_getsAnExceptionAndEndsCleanly() throws Exception {
    HttpResponse<InputStream> response = jetty.stream(get().header("X-Sync", "yes").build());
    access.cutOff(AccessTarget.issuer(jetty.issuer()));
    timer.runDue();
    servlet.goOn.release();

    assertThat(text(response)).isEqualTo("data: one\n\n"); // a broken end would throw
    assertThat(servlet.failures.poll(60, TimeUnit.SECONDS)).contains("The response has ended");
  }

  @Test
  void streamThatTheServletCompletes_leavesNoTimer() throws Exception {
    HttpResponse<InputStream> response = jetty.stream(get().build());
    AsyncContext async = opened();
    assertThat(timer.waiting()).isEqualTo(1);
    async.complete();

    assertThat(text(response)).isEqualTo("data: one\n\n");
    assertCompletedOnce();
    assertThat(timer.waiting()).isZero();
    assertThat(writes(async)).isFalse();
  }

  @Test
  void stoppedFilter_endsWhatIsOpen() throws Exception {
    HttpResponse<InputStream> response = jetty.stream(get().build());
    AsyncContext async = opened();
    jetty.stop();

    assertThat(writes(async)).isFalse();
    assertThat(timer.isClosed()).isTrue();
    response.body().close();
  }
}
