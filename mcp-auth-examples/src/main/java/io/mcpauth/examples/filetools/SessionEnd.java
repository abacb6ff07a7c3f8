package io.mcpauth.examples.filetools;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** Has the MCP SDK end a session, in the one way that it offers: the DELETE of a client. */
final class SessionEnd {
  private SessionEnd() {}

  /**
   * Ends a session.
   *
   * @param id of the session
   * @param request of somebody else, whose other headers stand for those of the client
   */
  static void of(
      String id, HttpServlet transport, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    transport.service(new Delete(request, id), new Unheard(response));
  }

  private static final class Delete extends HttpServletRequestWrapper {
    private final String session;

    Delete(HttpServletRequest request, String session) {
      super(request);
      this.session = session;
    }

    @Override
    public String getMethod() {
      return "DELETE";
    }

    @Override
    public @Nullable String getHeader(String name) {
      return name.equalsIgnoreCase(McpEndpoint.SESSION) ? session : super.getHeader(name);
    }
  }

  /** Takes what the SDK answers, and keeps it from the client of the request. */
  private static final class Unheard extends HttpServletResponseWrapper {
    private final PrintWriter nowhere = new PrintWriter(Writer.nullWriter());

    Unheard(HttpServletResponse response) {
      super(response);
    }

    @Override
    public PrintWriter getWriter() {
      return nowhere;
    }

    @Override
    public void setStatus(int status) {}

    @Override
    public void sendError(int status) {}

    @Override
    public void sendError(int status, String message) {}

    @Override
    public void setContentType(String type) {}

    @Override
    public void setCharacterEncoding(String encoding) {}

    @Override
    public void setHeader(String name, String value) {}
  }
}
