package io.mcpauth.examples.authserver;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/** Shows the login page; the posted form is handled by the framework. */
final class LoginPage extends OncePerRequestFilter {
  private final RequestMatcher requests =
      PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, Endpoints.LOGIN);

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (requests.matches(request)
        && request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken csrf) {
      Pages.send(response, 200, Pages.login(csrf, request.getParameter("error") != null));
      return;
    }
    chain.doFilter(request, response);
  }
}
