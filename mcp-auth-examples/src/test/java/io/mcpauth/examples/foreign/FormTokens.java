package io.mcpauth.examples.foreign;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository;

/**
 * What ties a form to the browser that got it: a cookie of its own before the login, so that
 * nothing is kept here for whoever opens the page, and the session afterwards. A cookie can be set
 * by any server on this machine, and would not do for the consent.
 */
final class FormTokens implements CsrfTokenRepository {
  private final HttpSessionCsrfTokenRepository loggedIn = new HttpSessionCsrfTokenRepository();
  private final CookieCsrfTokenRepository before = new CookieCsrfTokenRepository();

  FormTokens() {
    before.setCookieName("foreign_provider_login");
    before.setCookieCustomizer(cookie -> cookie.httpOnly(true).sameSite("Lax"));
  }

  private CsrfTokenRepository of(HttpServletRequest request) {
    return request.getSession(false) == null ? before : loggedIn;
  }

  @Override
  public CsrfToken generateToken(HttpServletRequest request) {
    return of(request).generateToken(request);
  }

  @Override
  public void saveToken(
      @Nullable CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
    of(request).saveToken(token, request, response);
  }

  @Override
  public @Nullable CsrfToken loadToken(HttpServletRequest request) {
    return of(request).loadToken(request);
  }
}
