package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer.Account;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class PasswordsTest {
  private static final List<Account> ACCOUNTS =
      List.of(new Account("ada", "corr\u00e9ct horse", Set.of()));

  @Test
  void rightPassword_isOfItsUserAlone() {
    Passwords passwords = Passwords.of(ACCOUNTS);
    assertThat(passwords.check("ada", "corr\u00e9ct horse")).isEqualTo(Passwords.Outcome.RIGHT);
    for (String wrong : List.of("correct horse", "", "corr\u00e9ct horse ")) {
      assertThat(passwords.check("ada", wrong)).as(wrong).isEqualTo(Passwords.Outcome.WRONG);
    }
    for (String nobody : List.of("bob", "", "Ada")) {
      assertThat(passwords.check(nobody, "corr\u00e9ct horse"))
          .as(nobody)
          .isEqualTo(Passwords.Outcome.WRONG);
    }
  }

  @Test
  void passwordThatFindsNoProcessor_isNoWrongPassword() {
    Passwords passwords = Passwords.of(ACCOUNTS, new Semaphore(0));
    assertThat(passwords.check("ada", "corr\u00e9ct horse")).isEqualTo(Passwords.Outcome.BUSY);
  }

  @Test
  void hash_knowsItsPasswordAndShowsNothing() {
    PasswordHash hash = PasswordHash.of("p");
    assertThat(hash.matches("p")).isTrue();
    assertThat(hash.matches("q")).isFalse();
    assertThat(hash).hasToString("PasswordHash[elided]");
  }
}
