package io.mcpauth.client;

/**
 * The token that a caller sent with the request at hand, as a handle: it can be given to a {@link
 * TokenExchange} of its issuer, and nobody can read it. It is not for keeping: hold it as long as
 * the request lasts.
 */
public final class SubjectToken {
  private final String issuer;
  private final String value;

  private SubjectToken(String issuer, String value) {
    this.issuer = issuer;
    this.value = value;
  }

  /**
   * A handle for a token that was verified.
   *
   * @param issuer the issuer of the authorization server that it comes from, as configured; a token
   *     may spell its {@code iss} in another way (Entra)
   * @param value the token
   */
  public static SubjectToken of(String issuer, String value) {
    return new SubjectToken(issuer, value);
  }

  /** The issuer of the authorization server that the token comes from, as configured. */
  public String issuer() {
    return issuer;
  }

  /** For the issuer's own token endpoint only. */
  String value() {
    return value;
  }

  /** The issuer. */
  @Override
  public String toString() {
    return "SubjectToken[issuer=" + issuer + "]";
  }
}
