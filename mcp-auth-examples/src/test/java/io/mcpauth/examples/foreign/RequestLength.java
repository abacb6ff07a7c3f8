package io.mcpauth.examples.foreign;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses authorization requests with a parameter that no client needs so long, before anything is
 * done for them: {@code state} comes back to the client, and is kept until the user has decided.
 */
final class RequestLength extends OncePerRequestFilter {
  /** Clients send some hundred at most; those that sign what they remember, a thousand. */
  static final int MAX_CHARS = 2048;

  private static final int MAX_PARAMETERS = 32;

  private final RequestMatcher requests =
      PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, Endpoints.AUTHORIZE);

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (requests.matches(request) && isTooLong(request.getParameterMap())) {
      Pages.send(
          response,
          400,
          Pages.message(
              "This request cannot be answered",
              "It is too long: the client may send 32 parameters of 2048 characters each."));
      return;
    }
    chain.doFilter(request, response);
  }

  private static boolean isTooLong(Map<String, String[]> parameters) {
    return parameters.values().stream().mapToInt(values -> values.length).sum() > MAX_PARAMETERS
        || parameters.entrySet().stream()
            .anyMatch(
                parameter ->
                    parameter.getKey().length() > MAX_CHARS
                        || Arrays.stream(parameter.getValue())
                            .anyMatch(value -> value.length() > MAX_CHARS));
  }
}
