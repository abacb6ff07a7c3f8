package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is not there, whoever asks: documents below {@code /.well-known/} that nobody serves, and
 * the MCP endpoint with a slash at its end. A 401 would have clients log in for nothing, and those
 * of revision 2025-03-26 take it for the answer of an authorization server.
 *
 * @param withSlash the path of the endpoint with a slash at its end, from the root of the host;
 *     null where a request for it is judged as any other
 * @param endpoint the URL of the endpoint
 */
record NotServed(@Nullable String withSlash, String endpoint) {
  private static final String WELL_KNOWN = "/.well-known/";

  /**
   * What a context does not serve.
   *
   * @param trailingSlash whether something serves the endpoint with a slash at its end
   */
  static NotServed of(ResourceServer server, boolean trailingSlash) {
    String path = URI.create(server.endpointPath()).getPath();
    boolean asOther = trailingSlash || path.endsWith("/") || path.isEmpty();
    return new NotServed(asOther ? null : path + "/", server.endpointUrl());
  }

  /** Whether a request is for something that is not there. */
  boolean isFor(HttpServletRequest request) {
    String path = WellKnownDocuments.pathOf(request);
    return path.startsWith(WELL_KNOWN)
        || (withSlash != null && withSlash.equals(request.getContextPath() + path));
  }

  /** Answers such a request with 404. */
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!WellKnownDocuments.pathOf(request).startsWith(WELL_KNOWN)) {
      write(response, "The MCP endpoint is " + endpoint + " without a slash at its end");
      return;
    }
    // As the documents that are there: pages of any origin may read that there is none.
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (request.getMethod().equals("OPTIONS")) {
      WellKnownDocuments.preflight(response);
    } else {
      write(response, "There is no such document here");
    }
  }

  /** The endpoint is configured, and a resource identifier has neither quote nor backslash. */
  private static void write(HttpServletResponse response, String message) throws IOException {
    byte[] body =
        ("{\"error\":\"not_found\",\"message\":\"" + message + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(HttpServletResponse.SC_NOT_FOUND);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
