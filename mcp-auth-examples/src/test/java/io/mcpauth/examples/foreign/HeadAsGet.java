package io.mcpauth.examples.foreign;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers HEAD for what programs look up as GET without the body (RFC 9110 section 9.3.2), which
 * the container leaves out.
 */
final class HeadAsGet extends OncePerRequestFilter {
  private static final Set<String> DOCUMENTS = Set.of(Endpoints.METADATA, Endpoints.JWKS);

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean head =
        request.getMethod().equals("HEAD") && DOCUMENTS.contains(request.getRequestURI());
    chain.doFilter(
        head
            ? new HttpServletRequestWrapper(request) {
              @Override
              public String getMethod() {
                return "GET";
              }
            }
            : request,
        response);
  }
}
