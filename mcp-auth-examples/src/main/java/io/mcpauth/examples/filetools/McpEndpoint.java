package io.mcpauth.examples.filetools;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
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
  private final transient SdkSessions sdk;
  private final transient SessionsFromElsewhere elsewhere;
  private final boolean shared;

  /**
   * An endpoint.
   *
   * @param shared whether a filter in front lets nobody name a session that is not open and his
   *     own, so that one that is not known here was opened elsewhere
   */
  McpEndpoint(HttpServlet transport, OpenSessions sessions, boolean shared) {
    this.transport = transport;
    this.sessions = sessions;
    this.sdk = new SdkSessions(transport);
    this.elsewhere = new SessionsFromElsewhere(sdk);
    this.shared = shared;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String method = request.getMethod();
    if (!METHODS.contains(method)) {
      // RFC 9110 section 15.5.6: a 405 names the methods that work.
      response.setHeader("Allow", "GET, POST, DELETE");
      response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    String session = request.getHeader(SESSION);
    Principal principal = request.getUserPrincipal();
    String caller = principal == null ? null : principal.getName();
    HttpServletRequest asked = request;
    if (session != null && method.equals("DELETE")) {
      if (shared && !sessions.isOpen(session, caller)) {
        response.setStatus(HttpServletResponse.SC_OK); // so that it is over on all nodes
        return;
      }
      sessions.ended(session, caller);
      asked = new RequestIn(elsewhere.forget(session), request);
    } else if (session != null) {
      end(used(session, caller, request, response), request, response);
      asked = new RequestIn(elsewhere.known(session), request);
    }
    transport.service(asked, method.equals("GET") ? new PromptStream(response) : response);
    String begun = response.getHeader(SESSION); // of an initialize, whatever session it named
    if (begun != null && !begun.equals(session)) {
      end(sessions.opened(begun, caller), request, response);
    }
  }

  /** Takes note of a session that is used; gives the one that has to end for it, or null. */
  private @Nullable String used(
      String session,
      @Nullable String caller,
      HttpServletRequest request,
      HttpServletResponse response)
      throws ServletException, IOException {
    if (!shared || sessions.isOpen(session, caller)) {
      return sessions.used(session, caller);
    }
    return elsewhere.take(session, request, response) ? sessions.opened(session, caller) : null;
  }

  private void end(
      @Nullable String session, HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (session != null) {
      sdk.end(elsewhere.forget(session), request, response);
    }
  }

  /** A request that names a session as the SDK knows it. */
  private static final class RequestIn extends HttpServletRequestWrapper {
    private final String session;

    RequestIn(String session, HttpServletRequest request) {
      super(request);
      this.session = session;
    }

    @Override
    public @Nullable String getHeader(String name) {
      return name.equalsIgnoreCase(SESSION) ? session : super.getHeader(name);
    }
  }
}
