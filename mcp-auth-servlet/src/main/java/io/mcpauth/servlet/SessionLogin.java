package io.mcpauth.servlet;

import io.mcpauth.edge.SessionUser;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the application finds the user of a browser's session: {@link
 * McpAuthInstaller#browserSessions} takes one. Called by many threads at once.
 *
 * <pre>{@code
 * SessionLogin login =
 *     request -> {
 *       HttpSession session = request.getSession(false);
 *       String user = session == null ? null : (String) session.getAttribute("user");
 *       return user == null ? null : SessionUser.of(user);
 *     };
 * McpAuthInstaller.of(server).browserSessions(login).install(context);
 * }</pre>
 */
@FunctionalInterface
public interface SessionLogin {
  /**
   * The user who has logged in to the session that a request is of. Asked once for a request, ahead
   * of its body, and only where it has no other credential and no foreign page can have had a
   * browser send it. A program can send what such a page sends, so a look should cost no more than
   * a page of the application does.
   *
   * <p>Whatever it throws is a 503 and never access. The request neither opens a session nor gives
   * its body: {@code getSession(false)} finds one, and what would do more throws.
   *
   * @param request as the container has it
   * @return null where there is no session, or nobody has logged in to it
   */
  @Nullable SessionUser user(HttpServletRequest request);

  /**
   * The login of the container: its {@code getUserPrincipal()} in an {@code HttpSession} whose id
   * did not come in the URL. The subject is the principal's name; since when it holds is when the
   * session was opened, and it ends as long after this request as the container lets it be unused.
   *
   * @param roles those of these that the container says the user has become the claim {@code
   *     roles}, for the rules of the policy; a container cannot list all
   */
  static SessionLogin ofTheContainer(String... roles) {
    return new ContainerLogin(List.of(roles));
  }
}
