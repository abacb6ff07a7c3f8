package io.mcpauth.error;

/**
 * The {@code error} of an OAuth challenge or answer (RFC 6750 section 3.1, RFC 6749 sections
 * 4.1.2.1 and 5.2, RFC 7591 section 3.2.2).
 */
public enum OAuthError {
  /** The request itself is malformed: HTTP 400. */
  INVALID_REQUEST("invalid_request"),
  /** The token is expired, revoked, malformed or not for this resource: HTTP 401. */
  INVALID_TOKEN("invalid_token"),
  /** The token is good and lacks a scope: HTTP 403. */
  INSUFFICIENT_SCOPE("insufficient_scope"),
  /** What is needed to judge the token cannot be reached; the token may be fine: HTTP 503. */
  TEMPORARILY_UNAVAILABLE("temporarily_unavailable"),
  /** The client is unknown or did not prove itself: HTTP 401, at the token endpoint. */
  INVALID_CLIENT("invalid_client"),
  /** The code, refresh token or code verifier is not good: HTTP 400, at the token endpoint. */
  INVALID_GRANT("invalid_grant"),
  /** A redirect URI of a registration is not acceptable: HTTP 400. */
  INVALID_REDIRECT_URI("invalid_redirect_uri"),
  /** Another member of a registration is not acceptable: HTTP 400. */
  INVALID_CLIENT_METADATA("invalid_client_metadata");

  private final String wire;

  OAuthError(String wire) {
    this.wire = wire;
  }

  /** The value on the wire, such as {@code invalid_token}. */
  public String wire() {
    return wire;
  }
}
