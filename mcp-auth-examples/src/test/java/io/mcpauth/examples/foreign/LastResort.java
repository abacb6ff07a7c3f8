package io.mcpauth.examples.foreign;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.web.filter.OncePerRequestFilter;

/** Answers what no endpoint answered: the wrong method on a known path, or an unknown path. */
final class LastResort extends OncePerRequestFilter {
  private static final Map<String, String> METHODS =
      Map.of(
          Endpoints.METADATA, "GET, HEAD, OPTIONS",
          Endpoints.JWKS, "GET, HEAD, OPTIONS",
          Endpoints.TOKEN, "POST, OPTIONS",
          Endpoints.REVOKE, "POST, OPTIONS",
          Endpoints.REGISTER, "POST, OPTIONS",
          Endpoints.AUTHORIZE, "GET, POST",
          Endpoints.LOGIN, "GET, POST",
          Endpoints.CONSENT, "GET");

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException {
    if (request.getRequestURI().equals("/")) {
      Pages.send(
          response,
          200,
          Pages.message(
              "Development authorization server", "Start in the client: it opens this server."));
      return;
    }
    String methods = METHODS.get(request.getRequestURI());
    if (methods == null) {
      Pages.send(response, 404, Pages.message("Not found", "There is nothing here."));
      return;
    }
    response.setHeader("Allow", methods);
    boolean asked = request.getMethod().equals("OPTIONS");
    response.setStatus(asked ? 204 : 405);
  }
}
