package io.mcpauth.examples.ownusers;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/** The login that the application has: alice and bob, each with a password. */
final class LoginPage extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private static final Map<String, String> PASSWORDS =
      Map.of("alice", "alice's password", "bob", "bob's password");

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/html; charset=utf-8");
    response.getWriter().write("<form method=\"post\">User and password</form>");
  }

  /** With another id of the session than before, and back to this server alone. */
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String user = Objects.requireNonNullElse(request.getParameter("user"), "");
    String back = Objects.requireNonNullElse(request.getParameter("back"), "");
    boolean known =
        Objects.equals(PASSWORDS.get(user), request.getParameter("password"))
            && back.startsWith("https://mcp.example.com/");
    if (!known) {
      response.sendError(HttpServletResponse.SC_FORBIDDEN);
      return;
    }
    request.getSession().setAttribute("user", user);
    String unused = request.changeSessionId();
    response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    response.setHeader("Location", back);
  }
}
