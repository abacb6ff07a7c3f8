package io.mcpauth.examples.streams;

import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Writes events that name their caller, as fast as it can, until it is stopped: through the writer,
 * the output stream, or in the request's own thread. A probe gets one short answer.
 */
final class WritingServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient ExecutorService threads = Executors.newCachedThreadPool();

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    McpPrincipal caller = (McpPrincipal) Objects.requireNonNull(request.getUserPrincipal());
    String mode = Objects.requireNonNull(request.getHeader("X-Mode"));
    if (mode.equals("probe")) {
      response.setContentType("text/plain");
      response.getWriter().print("answer to " + caller.subject());
      return;
    }
    response.setContentType("text/event-stream");
    String event = "data: " + caller.subject() + "-" + "x".repeat(300) + "\n\n";
    if (mode.equals("sync")) {
      stream(response.getOutputStream(), event);
    }
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    PrintWriter writer = mode.equals("writer") ? response.getWriter() : null;
    OutputStream out = writer == null ? response.getOutputStream() : null;
    threads.execute(
        () -> {
          if (writer != null) {
            write(writer, event);
          } else if (out != null) {
            streamQuietly(out, event);
          }
          async.complete();
        });
  }

  private static void write(PrintWriter writer, String event) {
    while (!writer.checkError()) {
      writer.write(event, 0, 100);
      writer.write(event, 100, event.length() - 100);
      writer.flush();
    }
  }

  private static void streamQuietly(OutputStream out, String event) {
    try {
      stream(out, event);
    } catch (IOException e) {
      // the end
    }
  }

  private static void stream(OutputStream out, String event) throws IOException {
    byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
    while (true) {
      out.write(bytes);
      out.flush();
    }
  }

  @Override
  public void destroy() {
    threads.shutdown();
  }
}
