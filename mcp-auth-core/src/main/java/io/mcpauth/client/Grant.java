package io.mcpauth.client;

/** On what ground a token is asked for (RFC 6749 section 1.3). */
sealed interface Grant {
  /** The client itself (RFC 6749 section 4.4). */
  record Own() implements Grant {}

  /**
   * A caller whose token the client holds (RFC 8693 section 2.1).
   *
   * @param subject the caller's token
   */
  record Exchanged(SubjectToken subject) implements Grant {}

  /**
   * A user who said yes (RFC 6749 section 4.1.3).
   *
   * @param code the code, and what it was asked for with
   */
  record Code(AuthorizationCode code) implements Grant {}

  /**
   * A user who said yes before (RFC 6749 section 6).
   *
   * @param token the refresh token
   * @param namesScopes whether the request names the scopes too, which nobody needs but servers
   *     that refuse to refresh without
   */
  record Refresh(TokenSet.RefreshToken token, boolean namesScopes) implements Grant {}

  /**
   * Whoever an assertion names (RFC 7523 section 2.1).
   *
   * @param assertion the JWT
   */
  record Asserted(JwtAssertion assertion) implements Grant {}

  /**
   * A user's ID token, for an assertion to another server (Identity Assertion JWT Authorization
   * Grant draft, section 4.3).
   *
   * @param idToken the ID token
   */
  record IdentityAsserted(JwtAssertion idToken) implements Grant {}

  /** Whether the request names scopes; a code has its own, and so has a refresh token. */
  default boolean namesScopes() {
    return !(this instanceof Code);
  }
}
