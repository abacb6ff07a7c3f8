package io.mcpauth.servlet;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Serves the documents below {@code /.well-known/} where the filter in front does not: a container
 * without a default servlet runs no filter for a path that nothing is mapped to.
 */
final class WellKnownServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient WellKnownDocuments documents;

  WellKnownServlet(WellKnownDocuments documents) {
    this.documents = documents;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!documents.serve(request, response)) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }
}
