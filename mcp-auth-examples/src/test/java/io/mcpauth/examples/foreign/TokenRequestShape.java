package io.mcpauth.examples.foreign;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses token and revocation requests with a repeated parameter (RFC 6749 section 3.2) or with
 * anything in the query, where it would end up in logs. The framework would fail on the former.
 */
final class TokenRequestShape extends OncePerRequestFilter {
  private final RequestMatcher requests;
  private final JsonErrors errors;

  TokenRequestShape(RequestMatcher requests, JsonErrors errors) {
    this.requests = requests;
    this.errors = errors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (requests.matches(request) && !isWellFormed(request)) {
      errors.onAuthenticationFailure(
          request, response, new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_REQUEST));
      return;
    }
    chain.doFilter(request, response);
  }

  private static boolean isWellFormed(HttpServletRequest request) {
    // RFC 8707 allows a repeated resource; it is answered with invalid_target later.
    return request.getQueryString() == null
        && request.getParameterMap().entrySet().stream()
            .filter(parameter -> !parameter.getKey().equals("resource"))
            .map(Map.Entry::getValue)
            .allMatch(values -> values.length == 1);
  }
}
