package io.mcpauth.servlet;

import io.mcpauth.error.AuthException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The response as the MCP server behind the filter sees it: the container's own, until it ends.
 * From then on nothing that is done to it reaches the container, which may have given its object to
 * another request; writes throw. Buffers nothing.
 *
 * <p>Does not gate: the redirects with a status that Servlet 6.1 added; containers refuse them once
 * a response is committed.
 */
final class GrantedResponse extends HttpServletResponseWrapper {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthFilter.class);
  private static final String SESSION = "Mcp-Session-Id";
  private static final String CORS = "Access-Control-";
  private static final String VARY = "Vary";

  private interface Write {
    void run() throws IOException;
  }

  private final OpenStream stream;
  private final WriteGate gate;
  private final AnswerBeginning beginning;
  private @Nullable GatedOutputStream output;
  private @Nullable GatedWriter writer;

  GrantedResponse(HttpServletResponse response, OpenStream stream) {
    super(response);
    this.stream = stream;
    this.gate = stream.gate();
    this.beginning = new AnswerBeginning(stream.granted(), this, this::end);
  }

  /** The one that is within an application's wrappers, as it is after a forward; or null. */
  static @Nullable GrantedResponse within(ServletResponse response, OpenStream stream) {
    ServletResponse inner = response;
    while (inner instanceof ServletResponseWrapper wrapper) {
      if (wrapper instanceof GrantedResponse granted && granted.stream == stream) {
        return granted;
      }
      inner = wrapper.getResponse();
    }
    return null;
  }

  private void change(Runnable change) {
    if (gate.enter()) {
      try {
        change.run();
      } finally {
        gate.leave();
      }
    }
  }

  private void write(Write write) throws IOException {
    if (!gate.enter()) {
      throw new StreamEndedException();
    }
    try {
      write.run();
    } finally {
      gate.leave();
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    write(
        () -> {
          ServletOutputStream container = super.getOutputStream();
          if (output == null || !output.isOver(container)) {
            output = new GatedOutputStream(container, gate, beginning);
          }
        });
    return Objects.requireNonNull(output);
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    write(
        () -> {
          PrintWriter container = super.getWriter();
          if (writer == null || !writer.isOver(container)) {
            writer = new GatedWriter(container, gate, beginning);
          }
        });
    return Objects.requireNonNull(writer);
  }

  @Override
  public void flushBuffer() throws IOException {
    write(super::flushBuffer);
  }

  @Override
  public void sendError(int status) throws IOException {
    write(() -> super.sendError(status));
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    write(() -> super.sendError(status, message));
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    write(() -> super.sendRedirect(location));
  }

  /** A session is told of before the client can use it; CORS is decided in front. */
  private void header(String name, @Nullable String value, Runnable change) {
    if (name.regionMatches(true, 0, CORS, 0, CORS.length())) {
      return;
    }
    change(
        () -> {
          if (!SESSION.equalsIgnoreCase(name) || value == null) {
            change.run();
          } else if (bound(value)) {
            change.run();
          } else {
            end();
          }
        });
  }

  private boolean bound(String sessionId) {
    try {
      stream.granted().sessionOpened(sessionId);
      return true;
    } catch (AuthException e) {
      LOG.warn("a session could not be bound to its caller: {} {}", e.reason(), e.facts());
      return false;
    }
  }

  /**
   * A session that belongs to nobody must not be used: a 503, whatever the servlet goes on with.
   */
  private void end() {
    if (!super.isCommitted()) {
      super.reset();
      super.setStatus(SC_SERVICE_UNAVAILABLE);
      super.setHeader("Retry-After", "1");
      super.setContentLength(0);
    }
    stream.end();
  }

  @Override
  public void setHeader(String name, String value) {
    header(
        name,
        value,
        () -> {
          super.setHeader(name, value);
          if (name.equalsIgnoreCase(VARY)) {
            addVary(); // what was set in front has just been replaced
          }
        });
  }

  @Override
  public void addHeader(String name, String value) {
    header(name, value, () -> super.addHeader(name, value));
  }

  @Override
  public void setIntHeader(String name, int value) {
    header(name, Integer.toString(value), () -> super.setIntHeader(name, value));
  }

  @Override
  public void addIntHeader(String name, int value) {
    header(name, Integer.toString(value), () -> super.addIntHeader(name, value));
  }

  @Override
  public void setDateHeader(String name, long date) {
    change(() -> super.setDateHeader(name, date));
  }

  @Override
  public void addDateHeader(String name, long date) {
    change(() -> super.addDateHeader(name, date));
  }

  @Override
  public void addCookie(Cookie cookie) {
    change(() -> super.addCookie(cookie));
  }

  @Override
  public void setTrailerFields(Supplier<Map<String, String>> supplier) {
    change(() -> super.setTrailerFields(supplier));
  }

  @Override
  public void setStatus(int status) {
    change(() -> super.setStatus(status));
  }

  @Override
  public void setContentType(String type) {
    change(() -> super.setContentType(type));
  }

  @Override
  public void setCharacterEncoding(String encoding) {
    change(() -> super.setCharacterEncoding(encoding));
  }

  @Override
  public void setContentLength(int length) {
    change(() -> super.setContentLength(length));
  }

  @Override
  public void setContentLengthLong(long length) {
    change(() -> super.setContentLengthLong(length));
  }

  @Override
  public void setLocale(Locale locale) {
    change(() -> super.setLocale(locale));
  }

  @Override
  public void setBufferSize(int size) {
    change(() -> super.setBufferSize(size));
  }

  /** Without what was set in front: a page could not read the answer that follows. */
  @Override
  public void reset() {
    change(
        () -> {
          super.reset();
          stream.granted().answerHeaders().forEach(super::setHeader);
        });
  }

  private void addVary() {
    String vary = stream.granted().answerHeaders().get(VARY);
    if (vary != null) {
      super.addHeader(VARY, vary);
    }
  }

  @Override
  public void resetBuffer() {
    change(super::resetBuffer);
  }

  /** An ended response cannot be changed any more, which is what those who ask want to know. */
  @Override
  public boolean isCommitted() {
    return gate.isClosed() || super.isCommitted();
  }
}
