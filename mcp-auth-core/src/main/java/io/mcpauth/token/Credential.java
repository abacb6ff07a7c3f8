package io.mcpauth.token;

/** The one credential of a request, as it was sent and not yet proven. */
sealed interface Credential {
  /**
   * A bearer token (RFC 6750 section 2.1).
   *
   * @param token the token, with the request that brought it
   */
  record Bearer(PresentedToken token) implements Credential {}

  /**
   * An {@code Authorization} header of a scheme that has no credential of its own here.
   *
   * @param scheme its name if it is a known one, else {@code unknown}
   */
  record OtherScheme(String scheme) implements Credential {}
}
