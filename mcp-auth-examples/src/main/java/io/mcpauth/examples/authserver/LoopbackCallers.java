package io.mcpauth.examples.authserver;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers who is on this machine alone. A page whose name was rebound to 127.0.0.1 still sends its
 * own name as {@code Host}. Any page may ask what the server says of itself, and only one of this
 * machine may register a client here.
 */
final class LoopbackCallers extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!HOSTS.contains(request.getServerName())) {
      response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
    } else if (path(request).equals(Endpoints.REGISTER)
        && isElsewhere(request.getHeader("Origin"))) {
      response.setStatus(HttpServletResponse.SC_FORBIDDEN);
    } else {
      chain.doFilter(request, response);
    }
  }

  /** As the endpoints are found: a path has more than one spelling. */
  private static String path(HttpServletRequest request) {
    String below = request.getPathInfo();
    return below == null ? request.getServletPath() : request.getServletPath() + below;
  }

  private static boolean isElsewhere(@Nullable String origin) {
    if (origin == null) {
      return false; // programs other than browsers send none
    }
    try {
      String host = new URI(origin).getHost();
      return host == null || !HOSTS.contains(host);
    } catch (URISyntaxException e) {
      return true;
    }
  }
}
