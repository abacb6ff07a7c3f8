package io.mcpauth.issuer;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who the user is: the one thing that an {@link OAuthServer} leaves to the application, which keeps
 * its login and its users. Called on the thread of a request, by many at once.
 *
 * <pre>{@code
 * Login login =
 *     request -> {
 *       String user = sessions.apply(request.http()); // the application's, by its own cookie
 *       String back = URLEncoder.encode(request.returnTo().toString(), UTF_8);
 *       return user == null
 *           ? new Login.LoginResult.GoTo(URI.create("/login?then=" + back), List.of())
 *           : new Login.LoginResult.LoggedIn(User.of(user, user, List.of()));
 *     };
 * }</pre>
 */
@FunctionalInterface
public interface Login {
  /**
   * Who is logged in in this browser; or where it has to go to log in, from where it comes back to
   * {@link LoginRequest#returnTo()}.
   *
   * <p>Whatever it throws is a fault of this side: the user sees a page that says so, and nothing
   * is granted.
   */
  LoginResult who(LoginRequest request);

  /**
   * The user as he is now, or null where nobody is by that id any more, or may not log in: asked
   * each time before a client gets new tokens for its refresh token, without a browser. Null ends
   * what the client has of him; the roles and other claims of the new tokens are those that this
   * says. The user as he was when he logged in by default, which holds what was granted for as long
   * as it is used: an application that removes users, or takes roles from them, answers this.
   *
   * <p>Has to be quick, as {@link #who}. Whatever it throws is a fault of this side, as is another
   * id: the client gets nothing, and may come again.
   *
   * @param before as {@link #who}, or this method, said last
   */
  default @Nullable User now(User before) {
    return before;
  }

  /**
   * Ends the login in this browser, for "Not you? Log out.".
   *
   * @return where the browser goes then, on this host or another; null where this login cannot be
   *     ended, and then the pages do not offer it. May have written nothing
   */
  default @Nullable URI logout(LoginRequest request) {
    return null;
  }

  /** Whether {@link #logout} does something, so that the pages offer it. False by default. */
  default boolean canLogOut() {
    return false;
  }

  /** What {@link #who} found. */
  sealed interface LoginResult {
    /** Somebody is logged in. */
    record LoggedIn(User user) implements LoginResult {}

    /**
     * Nobody is, and the browser is sent to a page for it.
     *
     * @param page absolute, or a path on this host
     * @param cookies whole lines of {@code Set-Cookie}, such as of a login that is under way
     */
    record GoTo(URI page, List<String> cookies) implements LoginResult {
      /** Copies the lines. */
      public GoTo {
        cookies = List.copyOf(cookies);
      }

      /** The host alone: the rest may hold a state. */
      @Override
      public String toString() {
        return "GoTo[" + page.getHost() + "]";
      }
    }

    /** Nobody is, and the login has written the answer itself, as a container's does. */
    record Answered() implements LoginResult {}
  }
}
