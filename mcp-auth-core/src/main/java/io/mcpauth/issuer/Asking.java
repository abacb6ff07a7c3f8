package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks the login of the application who the user is. What it throws grants nothing. */
final class Asking {
  private final Login login;
  private final EventLog events;

  Asking(Login login, EventLog events) {
    this.login = login;
    this.events = events;
  }

  /**
   * Who is logged in, or where to go.
   *
   * @throws AuthException LOGIN_FAILED
   */
  Login.LoginResult who(LoginRequest request) {
    Login.LoginResult who;
    try {
      who = login.who(request);
    } catch (RuntimeException | StackOverflowError e) {
      throw failed(e);
    }
    if (Objects.isNull(who)) { // a browser would see an empty page
      throw new AuthException(ReasonCode.LOGIN_FAILED, Map.of("problem", "it said null"));
    }
    return who;
  }

  /**
   * Somebody as he is now; null where nobody is by that id any more.
   *
   * @throws AuthException LOGIN_FAILED
   */
  @Nullable User now(User before) {
    User now;
    try {
      now = login.now(before);
    } catch (RuntimeException | StackOverflowError e) {
      throw failed(e);
    }
    if (now != null && !now.id().equals(before.id())) {
      throw new AuthException(ReasonCode.LOGIN_FAILED, Map.of("problem", "another user"));
    }
    return now;
  }

  /** The answer for nobody. */
  static OAuthAnswer elsewhere(Login.LoginResult nobody) {
    if (!(nobody instanceof Login.LoginResult.GoTo going)) {
      return OAuthAnswer.WRITTEN;
    }
    OAuthAnswer answer = OAuthAnswer.redirect(going.page().toString());
    for (String cookie : going.cookies()) {
      answer = answer.with("Set-Cookie", cookie);
    }
    return answer;
  }

  boolean canLogOut() {
    return login.canLogOut();
  }

  @Nullable URI logout(LoginRequest request) {
    try {
      return login.logout(request);
    } catch (RuntimeException | StackOverflowError e) {
      throw failed(e);
    }
  }

  private AuthException failed(Throwable fault) {
    events.fault(fault);
    return new AuthException(
        ReasonCode.LOGIN_FAILED, Map.of("exception", fault.getClass().getName()));
  }
}
