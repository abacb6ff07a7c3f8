package io.mcpauth.examples.foreign;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Treats a parameter without a value as if it was not sent (RFC 6749 sections 3.1 and 3.2), and
 * reads {@code scope} as a list of words: surplus blanks mean nothing, and neither does {@code
 * offline_access}, which is not a scope of a resource (whoever registered the refresh grant gets
 * refresh tokens anyway).
 *
 * <p>A parameter that came more than once stays as it came, with its empty values: whoever reads it
 * next refuses it.
 */
final class ParametersWithoutValue extends OncePerRequestFilter {
  private final RequestMatcher requests;

  ParametersWithoutValue(RequestMatcher requests) {
    this.requests = requests;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    chain.doFilter(requests.matches(request) ? new Read(request) : request, response);
  }

  private static final class Read extends HttpServletRequestWrapper {
    private final Map<String, String[]> parameters = new LinkedHashMap<>();

    Read(HttpServletRequest request) {
      super(request);
      request
          .getParameterMap()
          .forEach(
              (name, values) -> {
                String[] read = read(name, values);
                if (read.length > 1 || !read[0].isEmpty()) {
                  parameters.put(name, read);
                }
              });
    }

    private static String[] read(String name, String[] values) {
      return name.equals("scope") && values.length == 1
          ? new String[] {words(values[0])}
          : values.clone();
    }

    /** RFC 6749 section 3.3: words that blanks separate. */
    private static String words(String scope) {
      return Arrays.stream(scope.split(" ", -1))
          .filter(word -> !word.isEmpty() && !word.equals("offline_access"))
          .collect(Collectors.joining(" "));
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      return Collections.unmodifiableMap(parameters);
    }

    @Override
    public Enumeration<String> getParameterNames() {
      return Collections.enumeration(parameters.keySet());
    }

    @Override
    @SuppressWarnings("NullAway") // as the servlet API has it
    public String @Nullable [] getParameterValues(String name) {
      String[] values = parameters.get(name);
      return values == null ? null : values.clone();
    }

    @Override
    public @Nullable String getParameter(String name) {
      String[] values = parameters.get(name);
      return values == null ? null : values[0];
    }
  }
}
