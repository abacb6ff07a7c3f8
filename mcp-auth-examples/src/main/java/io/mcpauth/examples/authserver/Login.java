package io.mcpauth.examples.authserver;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How to log in at the embedded authorization server.
 *
 * @param issuer where
 * @param editor who has every role there is
 * @param guest who has none
 */
public record Login(String issuer, Account editor, Account guest) {
  private static final int RANDOM_BYTES = 12;

  /**
   * Somebody who can log in.
   *
   * @param user who
   * @param password with what; shown once
   * @param generated whether the password was made up at start
   */
  public record Account(String user, String password, boolean generated) {
    /**
     * Somebody with that password, or with a new one.
     *
     * @param password null for one that is made up
     */
    public static Account of(String user, @Nullable String password) {
      return new Account(user, password == null ? newPassword() : password, password == null);
    }

    /** The same for the server. */
    public EmbeddedAuthorizationServer.Account with(Set<String> roles) {
      return new EmbeddedAuthorizationServer.Account(user, password, roles);
    }

    /** What to type, for who starts the server; a password that they chose is not repeated. */
    public String words() {
      return user + (generated ? " with password " + password : " with your password");
    }

    @Override
    public String toString() {
      return "Account[user=" + user + "]";
    }
  }

  private static String newPassword() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
