package io.mcpauth.examples.filetools;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * The servlet of the MCP SDK, reached by the three methods of the Streamable HTTP transport only.
 *
 * <p>The servlet classes behind it would also answer TRACE, which sends the {@code Authorization}
 * header back, and HEAD, which opens a stream that nobody reads.
 */
final class McpEndpoint extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private static final Set<String> METHODS = Set.of("GET", "POST", "DELETE");

  private final HttpServlet transport;

  McpEndpoint(HttpServlet transport) {
    this.transport = transport;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String method = request.getMethod();
    if (METHODS.contains(method)) {
      transport.service(request, method.equals("GET") ? new PromptStream(response) : response);
    } else {
      // RFC 9110 section 15.5.6: a 405 names the methods that work.
      response.setHeader("Allow", "GET, POST, DELETE");
      response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }
  }
}
