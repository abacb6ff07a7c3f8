package io.mcpauth.examples.authserver;

import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer.Account;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.LoginRequest;
import io.mcpauth.issuer.User;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who the user is: whoever has logged in at the {@link LoginForm}, which others are sent to. In a
 * store that lasts, a login or a grant may be of an account that is not there any more: that is
 * nobody's.
 */
final class FormLogin implements Login {
  private final LoginSessions sessions;
  private final Clock clock;
  private final Map<String, Set<String>> roles = new HashMap<>();

  FormLogin(LoginSessions sessions, List<Account> accounts, Clock clock) {
    this.sessions = sessions;
    this.clock = clock;
    accounts.forEach(account -> roles.put(account.user(), account.roles()));
  }

  @Override
  public LoginResult who(LoginRequest request) {
    LoginSessions.LoggedIn found = sessions.find(request.http().headers("Cookie"));
    User user = found == null ? null : known(found.name(), found.at());
    if (found == null || user == null || request.again() || isTooOld(found, request.maxAge())) {
      return new LoginResult.GoTo(LoginForm.before(request.returnTo()), List.of());
    }
    return new LoginResult.LoggedIn(user);
  }

  @Override
  public @Nullable User now(User before) {
    return known(before.id(), before.at());
  }

  private @Nullable User known(String name, @Nullable Instant at) {
    Set<String> held = roles.get(name);
    if (held == null) {
      return null;
    }
    Map<String, Object> claims = held.isEmpty() ? Map.of() : Map.of("roles", List.copyOf(held));
    return new User(name, name, claims, at);
  }

  private boolean isTooOld(LoginSessions.LoggedIn found, @Nullable Duration maxAge) {
    return maxAge != null && found.at().plus(maxAge).isBefore(clock.instant());
  }

  @Override
  public boolean canLogOut() {
    return true;
  }

  @Override
  public URI logout(LoginRequest request) {
    sessions.end(request.http().headers("Cookie"));
    return request.returnTo();
  }
}
