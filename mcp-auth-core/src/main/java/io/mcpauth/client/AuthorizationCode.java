package io.mcpauth.client;

/**
 * A code of an authorization response that was checked (RFC 6749 section 4.1.2), with what it was
 * asked for with; to be redeemed once, with {@link TokenClient#redeem}. Made by {@link
 * PendingAuthorization} alone; nothing prints it.
 */
public final class AuthorizationCode {
  private final String value;
  private final PendingAuthorization pending;

  AuthorizationCode(String value, PendingAuthorization pending) {
    this.value = value;
    this.pending = pending;
  }

  /** The issuer of the authorization server that gave it. */
  public String issuer() {
    return pending.issuer();
  }

  /** What it was asked for with. */
  public PendingAuthorization pending() {
    return pending;
  }

  String value() {
    return value;
  }

  /** The issuer. */
  @Override
  public String toString() {
    return "AuthorizationCode[issuer=" + issuer() + "]";
  }
}
