package io.mcpauth.examples.authserver;

import io.mcpauth.edge.PageStyle;
import io.mcpauth.issuer.OAuthPages;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page where users log in, on the way of an authorization request, which stays with the browser
 * meanwhile: in the address of the page and in a field of its form, so that nothing is kept here
 * for anybody who has not logged in. Who writes it anew has written another request, no more; it is
 * judged afterwards.
 */
final class LoginForm extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /** A query as it came: nothing that could end a header line. */
  private static final Pattern QUERY = Pattern.compile("[\\x21-\\x7e]{1,8192}");

  private static final String STALE = "This form is no longer valid. Try again, please.";
  private static final String WRONG = "Wrong user name or password.";
  private static final String BUSY = "Too many people log in at the moment. Try again, please.";

  private final transient OAuthPages pages;
  private final transient Passwords passwords;
  private final transient LoginThrottle throttle;
  private final transient LoginSessions sessions;
  private final transient FormTokens tokens;
  private final String issuer;

  LoginForm(
      OAuthPages pages,
      Passwords passwords,
      LoginThrottle throttle,
      LoginSessions sessions,
      FormTokens tokens,
      String issuer) {
    this.pages = pages;
    this.passwords = passwords;
    this.throttle = throttle;
    this.sessions = sessions;
    this.tokens = tokens;
    this.issuer = issuer;
  }

  /** Where a browser logs in that comes back to that address of this server. */
  static URI before(URI returnTo) {
    String query = returnTo.getRawQuery();
    return URI.create(query == null ? Endpoints.LOGIN : Endpoints.LOGIN + "?" + query);
  }

  /** Where it goes on: to the request that waits for it, or to what the user has connected. */
  private static String after(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return Endpoints.APPLICATIONS;
    }
    return QUERY.matcher(query).matches()
        ? Endpoints.AUTHORIZE + "?" + query
        : Endpoints.AUTHORIZE; // which says what is missing
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    show(request, response, request.getQueryString(), 200, null);
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String query = request.getParameter("back");
    // What stands in an address is in logs and histories, so no password is taken from there.
    boolean inTheAddress = request.getQueryString() != null;
    if (inTheAddress
        || isForeign(request)
        || !tokens.isOwn(cookies(request), request.getParameter("_csrf"))) {
      show(request, response, query, 403, STALE);
      return;
    }
    String user = text(request, "username");
    String address = request.getRemoteAddr();
    long wait = throttle.admit(user, address);
    if (wait > 0) {
      response.setHeader("Retry-After", Long.toString(wait));
      show(request, response, query, 429, "Too many tries. Wait " + wait + " seconds, please.");
      return;
    }
    switch (passwords.check(user, text(request, "password"))) {
      case RIGHT -> {
        throttle.takeBack(user, address, true);
        loggedIn(request, response, user, query);
      }
      case WRONG -> show(request, response, query, 403, WRONG);
      case BUSY -> {
        throttle.takeBack(user, address, false);
        response.setHeader("Retry-After", "1");
        show(request, response, query, 503, BUSY);
      }
    }
  }

  private void loggedIn(
      HttpServletRequest request,
      HttpServletResponse response,
      String user,
      @Nullable String query) {
    response.addHeader("Set-Cookie", sessions.open(cookies(request), user));
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setStatus(303);
    response.setHeader("Location", after(query));
  }

  private void show(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable String query,
      int status,
      @Nullable String problem)
      throws IOException {
    FormTokens.Mark mark = tokens.of(cookies(request));
    if (mark.line() != null) {
      response.addHeader("Set-Cookie", mark.line());
    }
    String html =
        (problem == null
                ? ""
                : "<p class=\"warning\" role=\"alert\">" + PageStyle.escape(problem) + "</p>\n")
            + """
            <p>This is the development authorization server. User name and password are in the
            terminal where it was started.</p>
            <form id="login" method="post" action="%s">
            <label>User name <input name="username" autocomplete="username" required autofocus>
            </label>
            <label>Password <input name="password" type="password"
             autocomplete="current-password" required></label>
            <input type="hidden" name="back" value="%s">
            <input type="hidden" name="_csrf" value="%s">
            <p class="actions"><button class="primary">Log in</button></p>
            </form>
            """
                .formatted(
                    Endpoints.LOGIN,
                    PageStyle.escape(query == null ? "" : query),
                    PageStyle.escape(mark.token()));
    byte[] page = pages.page("Log in", html).getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("text/html; charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Security-Policy", OAuthPages.CONTENT_SECURITY_POLICY);
    response.setHeader("Referrer-Policy", "same-origin"); // "no-referrer" makes the Origin "null"
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setContentLength(page.length);
    response.getOutputStream().write(page);
  }

  /** A form of another site is none of ours, whatever cookies the browser sends with it. */
  private boolean isForeign(HttpServletRequest request) {
    List<String> origins = Collections.list(request.getHeaders("Origin"));
    List<String> sites = Collections.list(request.getHeaders("Sec-Fetch-Site"));
    return origins.stream().anyMatch(origin -> !origin.equals(issuer))
        || sites.stream().anyMatch(site -> !site.equals("same-origin"));
  }

  private static List<String> cookies(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Cookie"));
  }

  private static String text(HttpServletRequest request, String name) {
    String value = request.getParameter(name);
    return value == null ? "" : value;
  }
}
