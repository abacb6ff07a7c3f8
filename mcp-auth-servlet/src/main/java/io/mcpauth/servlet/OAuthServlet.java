package io.mcpauth.servlet;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Serves the endpoints of an authorization server where the filter in front does not, and ends it
 * with the context.
 */
final class OAuthServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient OAuthEndpoints endpoints;

  OAuthServlet(OAuthEndpoints endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!endpoints.serve(request, response)) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }

  @Override
  public void destroy() {
    endpoints.close();
  }
}
