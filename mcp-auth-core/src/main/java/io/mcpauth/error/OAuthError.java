package io.mcpauth.error;

/**
 * The {@code error} of an OAuth challenge or answer (RFC 6750 section 3.1, RFC 6749 sections
 * 4.1.2.1 and 5.2, RFC 7591 section 3.2.2, RFC 9449 section 12.2, RFC 9470 section 3).
 */
public enum OAuthError {
  /** The request itself is malformed: HTTP 400. */
  INVALID_REQUEST("invalid_request"),
  /** The token is expired, revoked, malformed or not for this resource: HTTP 401. */
  INVALID_TOKEN("invalid_token"),
  /** The token is good and lacks a scope: HTTP 403. */
  INSUFFICIENT_SCOPE("insufficient_scope"),
  /** The token is good and its user's login is not (RFC 9470 section 3): HTTP 401. */
  INSUFFICIENT_USER_AUTHENTICATION("insufficient_user_authentication"),
  /** The DPoP proof beside the token is none for this request (RFC 9449 section 7.1): HTTP 401. */
  INVALID_DPOP_PROOF("invalid_dpop_proof"),
  /** The DPoP proof lacks the nonce that the answer brings (RFC 9449 section 9): HTTP 401. */
  USE_DPOP_NONCE("use_dpop_nonce"),
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
