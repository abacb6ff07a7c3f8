package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer.Account;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.LoginRequest;
import io.mcpauth.issuer.OAuthRequest;
import io.mcpauth.issuer.User;
import io.mcpauth.store.Store;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whom a login of a store that lasts is of, when the accounts of the server are others by now. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class FormLoginTest {
  private final MovedClock clock = new MovedClock();
  private final LoginSessions sessions = new LoginSessions(Store.inMemory(clock), clock);

  private FormLogin login(Account... accounts) {
    return new FormLogin(sessions, List.of(accounts), clock);
  }

  private Login.LoginResult who(FormLogin login) {
    String cookie = sessions.open(List.of(), "ada").split(";", -1)[0];
    URI back = URI.create("http://localhost:9000/oauth/authorize?client_id=c");
    return login.who(new LoginRequest(back, false, false, null, new WithCookie(cookie)));
  }

  @Test
  void accountThatIsGone_isNobodysLoginAndNobodyAtARefresh() {
    FormLogin login = login(new Account("bob", "p", Set.of("editor")));
    assertThat(who(login)).isInstanceOf(Login.LoginResult.GoTo.class);
    assertThat(login.now(User.of("ada", "ada", List.of("editor")))).isNull();
  }

  @Test
  void accountWithOtherRoles_hasThoseThatItHasNow() {
    FormLogin login = login(new Account("ada", "p", Set.of("reader")));
    assertThat(who(login))
        .isInstanceOfSatisfying(
            Login.LoginResult.LoggedIn.class,
            found -> assertThat(found.user().claims()).isEqualTo(roles("reader")));
    assertThat(login.now(User.of("ada", "ada", List.of("editor"))))
        .isEqualTo(new User("ada", "ada", roles("reader"), null));
  }

  private static Map<String, Object> roles(String role) {
    return Map.of("roles", List.of(role));
  }

  private record WithCookie(String cookie) implements OAuthRequest {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String path() {
      return "/oauth/authorize";
    }

    @Override
    public @Nullable String query() {
      return "client_id=c";
    }

    @Override
    public List<String> headers(String name) {
      return name.equals("Cookie") ? List.of(cookie) : List.of();
    }

    @Override
    public @Nullable String remoteAddress() {
      return null;
    }

    @Override
    public byte[] body(int mostBytes) {
      return new byte[0];
    }
  }
}
