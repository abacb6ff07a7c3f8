package io.mcpauth.examples.foreign;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The login on the way of an authorization request, which stays with the browser meanwhile: in the
 * address of the page and in a field of its form, and so nothing is kept here for anybody who has
 * not logged in. Who writes it anew has written another request, no more; it is judged afterwards.
 * The posted form is handled by the framework.
 */
final class LoginPage extends OncePerRequestFilter
    implements AuthenticationEntryPoint,
        AuthenticationSuccessHandler,
        AuthenticationFailureHandler {
  /** A query as it came: nothing that could end a header line. */
  private static final Pattern QUERY = Pattern.compile("[\\x21-\\x7e]{1,8192}");

  private final RequestMatcher requests =
      PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, Endpoints.LOGIN);

  /** Nobody is logged in: the browser is sent to the page. */
  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException nobody) {
    redirect(response, Endpoints.LOGIN, request.getQueryString());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!requests.matches(request)) {
      chain.doFilter(request, response);
      return;
    }
    String query = request.getQueryString();
    show(request, response, query == null ? "" : query, false);
  }

  /**
   * Whether the form of this page was posted by somebody who has logged in meanwhile, in another
   * tab: that made this form invalid, and its request still waits in it. Not where the form names
   * another user, who would otherwise go on as somebody else without a word.
   */
  boolean isAnsweredByAnotherTab(HttpServletRequest request) {
    Authentication user = SecurityContextHolder.getContext().getAuthentication();
    return request.getMethod().equals("POST")
        && request.getRequestURI().equals(Endpoints.LOGIN)
        && user != null
        && user.isAuthenticated()
        && user.getName().equals(request.getParameter("username"));
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication user) {
    goOn(request, response);
  }

  /** On to the request that the form brings, which is judged there, whoever wrote it. */
  void goOn(HttpServletRequest request, HttpServletResponse response) {
    String query = request.getParameter("request");
    redirect(response, query == null || query.isEmpty() ? "/" : Endpoints.AUTHORIZE, query);
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    if (failure instanceof AuthenticationServiceException) {
      response.setHeader("Retry-After", "1");
      Pages.send(response, 503, Pages.message("Too many logins", "Try again in a moment, please."));
      return;
    }
    String query = request.getParameter("request");
    show(request, response, query == null ? "" : query, true);
  }

  private static void show(
      HttpServletRequest request, HttpServletResponse response, String query, boolean failed)
      throws IOException {
    if (!(request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken csrf)) {
      throw new IllegalStateException("the login page is behind the filter of the form tokens");
    }
    Pages.send(response, 200, Pages.login(csrf, query, failed));
  }

  private static void redirect(HttpServletResponse response, String path, @Nullable String query) {
    response.setStatus(302);
    boolean fit = query != null && QUERY.matcher(query).matches();
    response.setHeader("Location", fit ? path + "?" + query : path);
  }
}
