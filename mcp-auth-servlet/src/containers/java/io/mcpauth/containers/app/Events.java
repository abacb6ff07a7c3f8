package io.mcpauth.containers.app;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Event streams of which the client asks for each event by a request of its own. */
final class Events {
  private static final int COUNT = 3;
  private static final Map<String, Semaphore> ASKED = new ConcurrentHashMap<>();

  private Events() {}

  static void open(HttpServletRequest request, HttpServletResponse response) {
    Semaphore asked = asked(request);
    response.setContentType("text/event-stream");
    response.setHeader("X-Reached", "events");
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    async.start(
        () -> {
          try {
            write(response, asked);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            async.complete();
          }
        });
  }

  static void release(HttpServletRequest request) {
    asked(request).release();
  }

  private static Semaphore asked(HttpServletRequest request) {
    String stream = String.valueOf(request.getHeader("X-Stream"));
    return ASKED.computeIfAbsent(stream, key -> new Semaphore(1)); // the first event is free
  }

  private static void write(HttpServletResponse response, Semaphore asked)
      throws IOException, InterruptedException {
    for (int event = 0; event < COUNT; event++) {
      if (!asked.tryAcquire(10, TimeUnit.SECONDS)) {
        return;
      }
      response.getWriter().write("data: " + event + "\n\n");
      response.flushBuffer();
    }
  }
}
