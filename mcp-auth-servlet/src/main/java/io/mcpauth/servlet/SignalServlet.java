package io.mcpauth.servlet;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Receives signals where the filter in front does not: one that guards some servlets only, or a
 * container without a default servlet.
 */
final class SignalServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient SignalEndpoints endpoints;

  SignalServlet(SignalEndpoints endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!endpoints.serve(request, response)) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
