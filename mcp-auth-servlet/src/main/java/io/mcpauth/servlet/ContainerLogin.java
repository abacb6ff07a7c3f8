package io.mcpauth.servlet;

import io.mcpauth.edge.SessionUser;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom the container has logged in.
 *
 * @param roles that are asked for
 */
record ContainerLogin(List<String> roles) implements SessionLogin {
  ContainerLogin {
    roles = List.copyOf(roles);
  }

  @Override
  public @Nullable SessionUser user(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    // An id in the URL is passed on with every link, so it proves nobody.
    if (session == null || request.isRequestedSessionIdFromURL()) {
      return null;
    }
    Principal principal = request.getUserPrincipal();
    // Within another filter of ours it would be a caller of another resource.
    if (principal == null || principal instanceof McpPrincipal) {
      return null;
    }
    SessionUser user =
        SessionUser.of(principal.getName()).since(Instant.ofEpochMilli(session.getCreationTime()));
    List<String> held = roles.stream().filter(request::isUserInRole).toList();
    if (!held.isEmpty()) {
      user = user.claim("roles", held);
    }
    int unused = session.getMaxInactiveInterval(); // none or less: it has no end (Servlet 6.0)
    return unused <= 0 ? user : user.until(Instant.now().plusSeconds(unused));
  }
}
