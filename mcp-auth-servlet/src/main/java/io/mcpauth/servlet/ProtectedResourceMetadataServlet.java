package io.mcpauth.servlet;

import io.mcpauth.metadata.ProtectedResourceMetadata;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Serves the protected-resource metadata document (RFC 9728 section 3) to everybody, browsers of
 * any origin included. It is the same for every request: nothing in one can change it.
 */
public final class ProtectedResourceMetadataServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final String METHODS = "GET, HEAD, OPTIONS";

  private final transient byte[] document;

  /** An endpoint for a document. */
  public ProtectedResourceMetadataServlet(ProtectedResourceMetadata metadata) {
    this.document = metadata.toJson();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // Public data without credentials: any origin may read it (design of RFC 9728 section 3.2).
    response.setHeader("Access-Control-Allow-Origin", "*");
    switch (request.getMethod()) {
      case "GET", "HEAD" -> write(response);
      case "OPTIONS" -> preflight(response);
      default -> {
        response.setHeader("Allow", METHODS);
        response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      }
    }
  }

  private void write(HttpServletResponse response) throws IOException {
    response.setHeader("Cache-Control", "public, max-age=300");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentType("application/json");
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
  }

  private static void preflight(HttpServletResponse response) {
    response.setHeader("Allow", METHODS);
    response.setHeader("Access-Control-Allow-Methods", METHODS);
    // The TypeScript clients send the protocol version with this request too.
    response.setHeader(
        "Access-Control-Allow-Headers",
        "MCP-Protocol-Version, Accept, Content-Type, Authorization");
    response.setHeader("Access-Control-Max-Age", "600");
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }
}
