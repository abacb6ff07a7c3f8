package io.mcpauth.servlet;

import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.LoginRequest;
import io.mcpauth.issuer.User;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The users of the container, as the login of an authorization server of one's own ({@code
 * io.mcpauth.issuer.OAuthServer}): whoever the container has logged in, or has log in by the method
 * of its {@code web.xml} (a form, Basic, a certificate, an OpenID provider).
 *
 * <pre>{@code
 * Login login = ContainerUsers.withRoles("editor", "admin"); // those that tokens may carry
 * }</pre>
 *
 * <p>The id of a user is the name of the container's principal, and so is what the pages show. When
 * somebody logged in is when his session was opened.
 *
 * <p>Whoever has to log in anew ({@code prompt=login}, or {@code max_age} and an older session) has
 * his session ended, and is asked again by the form of the container; so whoever leads a browser to
 * the authorization endpoint can end a session, as a link to a logout page can. By another method
 * than a form a container asks nobody again: the browser answers in the user's place, so the login
 * stays what it is, with its time. With {@code prompt=none} nobody is asked.
 *
 * <p>A container cannot be asked about somebody who is not there: what a user has granted goes on
 * with his roles of then, whatever becomes of him in the container, until it is ended (by {@code
 * GrantControl} or a rule of access) or not used for as long as refresh tokens last. An application
 * that knows better wraps this login and answers {@link Login#now}.
 */
public final class ContainerUsers implements Login {
  private final List<String> roles;
  private final Clock clock;

  ContainerUsers(List<String> roles, Clock clock) {
    this.roles = List.copyOf(roles);
    this.clock = clock;
  }

  /**
   * The login of the container.
   *
   * @param roles those of these that the container says the user has become the claim {@code
   *     roles}; a container cannot list all
   */
  public static ContainerUsers withRoles(String... roles) {
    return new ContainerUsers(List.of(roles), Clock.systemUTC());
  }

  @Override
  public LoginResult who(LoginRequest login) {
    HttpServletRequest request = request(login);
    if (request.isRequestedSessionIdFromURL()) {
      // Whoever wrote the link chose the session: the user would allow a client what is another's.
      return new LoginResult.GoTo(login.returnTo(), List.of());
    }
    Principal principal = request.getUserPrincipal();
    boolean demanded = login.again() || login.maxAge() != null;
    if (principal == null && (login.silent() || demanded)) {
      // The form leads back to the very address that it was shown for: not to one that asks again.
      return elsewhere(login);
    }
    if (principal != null && canAskAgain(request) && isToBeRenewed(request, login)) {
      if (!login.silent()) {
        end(request);
      }
      return elsewhere(login);
    }
    if (principal == null) {
      principal = authenticated(request, login);
    }
    return principal == null
        ? new LoginResult.Answered()
        : new LoginResult.LoggedIn(user(request, principal.getName()));
  }

  private static boolean canAskAgain(HttpServletRequest request) {
    return HttpServletRequest.FORM_AUTH.equals(request.getAuthType());
  }

  private boolean isToBeRenewed(HttpServletRequest request, LoginRequest login) {
    Duration most = login.maxAge();
    Instant since = since(request);
    return login.again()
        || (most != null && since != null && since.plus(most).isBefore(clock.instant()));
  }

  /** Whoever comes back there was asked: once more would be for ever. */
  private static LoginResult elsewhere(LoginRequest login) {
    String address = login.returnTo().toString();
    int query = address.indexOf('?') + 1;
    String left =
        Arrays.stream(address.substring(query).split("&", -1))
            .filter(parameter -> !parameter.startsWith("max_age="))
            .collect(Collectors.joining("&"));
    return new LoginResult.GoTo(URI.create(address.substring(0, query) + left), List.of());
  }

  /** Null where the container has asked. */
  private static @Nullable Principal authenticated(HttpServletRequest request, LoginRequest login) {
    HttpServletResponse response = login.http().unwrap(HttpServletResponse.class);
    try {
      if (response == null || !request.authenticate(response)) {
        return null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ServletException e) {
      throw new IllegalStateException("The container cannot log anybody in", e);
    }
    Principal principal = request.getUserPrincipal();
    if (principal == null) {
      throw new IllegalStateException("The container has logged in nobody");
    }
    return principal;
  }

  private User user(HttpServletRequest request, String name) {
    List<String> held = roles.stream().filter(request::isUserInRole).toList();
    Map<String, Object> claims = held.isEmpty() ? Map.of() : Map.of("roles", held);
    return new User(name, name, claims, since(request));
  }

  private static @Nullable Instant since(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    return session == null ? null : Instant.ofEpochMilli(session.getCreationTime());
  }

  @Override
  public boolean canLogOut() {
    return true;
  }

  /** Ends the session of the container; the browser then comes back. */
  @Override
  public @Nullable URI logout(LoginRequest login) {
    end(request(login));
    return login.returnTo();
  }

  private static void end(HttpServletRequest request) {
    try {
      request.logout();
    } catch (ServletException e) {
      throw new IllegalStateException("The container cannot log anybody out", e);
    }
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }

  private static HttpServletRequest request(LoginRequest login) {
    HttpServletRequest request = login.http().unwrap(HttpServletRequest.class);
    if (request == null) {
      throw new IllegalStateException("This login is for a servlet container");
    }
    return request;
  }
}
