package io.mcpauth.containers.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;

/**
 * What must not be reached without a token. Tells that it was, and what it saw; the header {@code
 * X-Mode} asks for another way to answer.
 */
public final class McpLikeServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int CHUNKS = 8;

  /** A servlet; containers make one by reflection. */
  public McpLikeServlet() {}

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String mode = String.valueOf(request.getHeader("X-Mode"));
    boolean first = request.getDispatcherType() == DispatcherType.REQUEST;
    switch (first ? mode : "null") {
      case "events" -> Events.open(request, response);
      case "release" -> {
        Events.release(request);
        answer(request, response);
      }
      case "dispatch" -> request.startAsync().dispatch();
      case "complete" -> answerFromAnotherThread(request, response);
      case "time-out" -> request.startAsync().setTimeout(100);
      case "chunks" -> chunks(response);
      case "error" -> response.sendError(HttpServletResponse.SC_CONFLICT);
      case "throw" -> throw new ServletException("as asked");
      default -> answer(request, response);
    }
  }

  private void answerFromAnotherThread(HttpServletRequest request, HttpServletResponse response) {
    AsyncContext async = request.startAsync();
    async.start(
        () -> {
          try {
            answer(request, response);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          } finally {
            async.complete();
          }
        });
  }

  private static void chunks(HttpServletResponse response) throws IOException {
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      response.getOutputStream().write("0123456789".repeat(1000).getBytes(UTF_8));
      response.flushBuffer();
    }
  }

  private static String parameters(HttpServletRequest request) {
    return request.getParameterMap().entrySet().stream()
        .map(one -> "\"" + one.getKey() + "=" + String.join("|", one.getValue()) + "\"")
        .toList()
        .toString();
  }

  private static boolean hasParts(HttpServletRequest request) throws IOException {
    try {
      return !request.getParts().isEmpty();
    } catch (ServletException | IllegalStateException e) {
      return false;
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    int length = request.getInputStream().readAllBytes().length;
    Principal principal = request.getUserPrincipal();
    response.setHeader("X-Reached", getServletName());
    response.setContentType("application/json");
    String seen =
        "{\"reached\":\"%s\",\"principal\":\"%s\",\"attribute\":%s,\"credential\":%s,"
            + "\"parameters\":%s,\"trailers\":%d,\"parts\":%s,"
            + "\"uri\":\"%s\",\"dispatcher\":\"%s\",\"length\":%d}";
    byte[] body =
        seen.formatted(
                getServletName(),
                principal == null ? "" : principal.getName(),
                request.getAttribute("io.mcpauth.principal") != null,
                request.getHeader("Authorization") != null,
                parameters(request),
                request.isTrailerFieldsReady() ? request.getTrailerFields().size() : -1,
                hasParts(request),
                request.getRequestURI(),
                request.getDispatcherType(),
                length)
            .getBytes(UTF_8);
    response.getOutputStream().write(body);
  }
}
