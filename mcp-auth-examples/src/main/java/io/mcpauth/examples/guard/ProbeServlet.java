package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Answers whoever looks after the process: 200, or 503 where something is missing. It says what is
 * known already and asks nobody, so that a stranger gets nothing done by it.
 */
final class ProbeServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient BooleanSupplier good;

  ProbeServlet(BooleanSupplier good) {
    this.good = good;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean fine = good.getAsBoolean();
    byte[] text = (fine ? "ok\n" : "not ready\n").getBytes(UTF_8);
    response.setStatus(
        fine ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("text/plain;charset=utf-8");
    response.setContentLength(text.length);
    response.getOutputStream().write(text);
  }
}
