package io.mcpauth.issuer;

/** One of the endpoints of a server. */
@FunctionalInterface
interface Endpoint {
  /**
   * The answer.
   *
   * @throws io.mcpauth.error.AuthException for a refusal whose answer is the usual JSON (RFC 6749
   *     section 5.2)
   */
  OAuthAnswer answer(OAuthRequest request);
}
