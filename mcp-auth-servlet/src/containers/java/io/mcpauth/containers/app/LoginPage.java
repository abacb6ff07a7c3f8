package io.mcpauth.containers.app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The page of a container's login, and the one for those who fail. */
public final class LoginPage extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /** A servlet; containers make one by reflection. */
  public LoginPage() {}

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/html");
    response
        .getWriter()
        .write(
            getServletName()
                + ": <form method=\"post\" action=\"j_security_check\">"
                + "<input name=\"j_username\"><input name=\"j_password\" type=\"password\">"
                + "</form>");
  }
}
