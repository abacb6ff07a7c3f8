package io.mcpauth.examples.filetools;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of the MCP SDK, reached by the three methods of the Streamable HTTP transport only.
 *
 * <p>The servlet classes behind it would also answer TRACE, which sends the {@code Authorization}
 * header back, and HEAD, which opens a stream that nobody reads.
 */
final class McpEndpoint extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private static final Set<String> METHODS = Set.of("GET", "POST", "DELETE");

  static final String SESSION = "Mcp-Session-Id";

  private final HttpServlet transport;
  private final transient OpenSessions sessions;

  McpEndpoint(HttpServlet transport, OpenSessions sessions) {
    this.transport = transport;
    this.sessions = sessions;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String method = request.getMethod();
    if (METHODS.contains(method)) {
      String session = request.getHeader(SESSION);
      Principal principal = request.getUserPrincipal();
      String caller = principal == null ? null : principal.getName();
      if (session != null && method.equals("DELETE")) {
        sessions.ended(session, caller);
      } else if (session != null) {
        end(sessions.used(session, caller), request, response);
      }
      transport.service(request, method.equals("GET") ? new PromptStream(response) : response);
      String begun = response.getHeader(SESSION); // of an initialize, whatever session it named
      if (begun != null && !begun.equals(session)) {
        end(sessions.opened(begun, caller), request, response);
      }
    } else {
      // RFC 9110 section 15.5.6: a 405 names the methods that work.
      response.setHeader("Allow", "GET, POST, DELETE");
      response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }
  }

  private void end(
      @Nullable String session, HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (session != null) {
      SessionEnd.of(session, transport, request, response);
    }
  }
}
