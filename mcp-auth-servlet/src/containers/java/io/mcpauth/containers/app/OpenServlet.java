package io.mcpauth.containers.app;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * A page that nothing guards, and the ways that lead from it to the MCP servlet: the header {@code
 * X-Passage} names one.
 */
public final class OpenServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final String MCP = "/mcp";

  /** A servlet; containers make one by reflection. */
  public OpenServlet() {}

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    switch (String.valueOf(request.getHeader("X-Passage"))) {
      case "forward" -> request.getRequestDispatcher(MCP).forward(request, response);
      case "include" -> request.getRequestDispatcher(MCP).include(request, response);
      case "named forward" -> named().forward(request, response);
      case "named include" -> named().include(request, response);
      case "async dispatch" -> request.startAsync().dispatch(MCP);
      case "error page" -> response.sendError(HttpServletResponse.SC_CONFLICT);
      case "throw" -> throw new ServletException("as asked");
      default -> response.getWriter().write("open");
    }
  }

  private RequestDispatcher named() throws ServletException {
    RequestDispatcher named = getServletContext().getNamedDispatcher("mcp");
    if (named == null) {
      throw new ServletException("no servlet 'mcp'");
    }
    return named;
  }
}
