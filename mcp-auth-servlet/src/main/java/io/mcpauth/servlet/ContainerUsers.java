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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The users of the container, as the login of an authorization server of one's own ({@code
 * io.mcpauth.issuer.OAuthServer}): whoever the container has logged in, or has log in by the method
 * of its {@code web.xml} (a form, Basic, a certificate, an OpenID provider).
 *
 * <p>The id of a user is the name of the container's principal, and so is what the pages show. When
 * somebody logged in is when his session was opened. A container cannot be made to ask again
 * ({@code prompt=login}).
 */
public final class ContainerUsers implements Login {
  private final List<String> roles;

  private ContainerUsers(List<String> roles) {
    this.roles = roles;
  }

  /**
   * The login of the container.
   *
   * @param roles those of these that the container says the user has become the claim {@code
   *     roles}; a container cannot list all
   */
  public static ContainerUsers withRoles(String... roles) {
    return new ContainerUsers(List.of(roles));
  }

  @Override
  public LoginResult who(LoginRequest login) {
    HttpServletRequest request = request(login);
    HttpServletResponse response = login.http().unwrap(HttpServletResponse.class);
    try {
      if (request.getUserPrincipal() == null
          && (response == null || !request.authenticate(response))) {
        return new LoginResult.Answered();
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
    return new LoginResult.LoggedIn(user(request, principal.getName()));
  }

  private User user(HttpServletRequest request, String name) {
    List<String> held = roles.stream().filter(request::isUserInRole).toList();
    Map<String, Object> claims = held.isEmpty() ? Map.of() : Map.of("roles", held);
    HttpSession session = request.getSession(false);
    Instant since = session == null ? null : Instant.ofEpochMilli(session.getCreationTime());
    return new User(name, name, claims, since);
  }

  @Override
  public boolean canLogOut() {
    return true;
  }

  /** Ends the session of the container; the browser then comes back. */
  @Override
  public @Nullable URI logout(LoginRequest login) {
    HttpServletRequest request = request(login);
    try {
      request.logout();
    } catch (ServletException e) {
      throw new IllegalStateException("The container cannot log anybody out", e);
    }
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
    return login.returnTo();
  }

  private static HttpServletRequest request(LoginRequest login) {
    HttpServletRequest request = login.http().unwrap(HttpServletRequest.class);
    if (request == null) {
      throw new IllegalStateException("This login is for a servlet container");
    }
    return request;
  }
}
