package io.mcpauth.examples;

/**
 * How to log in at the embedded authorization server.
 *
 * @param issuer where
 * @param editor who may do everything
 * @param guest who may not delete
 */
public record Login(String issuer, Account editor, Account guest) {
  /**
   * Somebody who can log in.
   *
   * @param user who
   * @param password with what; shown once
   * @param generated whether the password was made up at start
   */
  public record Account(String user, String password, boolean generated) {
    @Override
    public String toString() {
      return "Account[user=" + user + "]";
    }
  }
}
