package io.mcpauth.error;

/**
 * The {@code error} of an OAuth challenge or answer (RFC 6750 section 3.1, RFC 6749 sections
 * 4.1.2.1 and 5.2, RFC 7591 section 3.2.2, RFC 8707 section 2, RFC 9449 section 12.2, RFC 9470
 * section 3).
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
  INVALID_CLIENT_METADATA("invalid_client_metadata"),
  /** A scope that the client may not ask for: HTTP 400, or at its redirect URI. */
  INVALID_SCOPE("invalid_scope"),
  /** A resource that tokens cannot be had for here (RFC 8707 section 2). */
  INVALID_TARGET("invalid_target"),
  /** The user, or who decides for him, did not allow it. */
  ACCESS_DENIED("access_denied"),
  /** The client may not use this grant. */
  UNAUTHORIZED_CLIENT("unauthorized_client"),
  /** A grant that the token endpoint does not know. */
  UNSUPPORTED_GRANT_TYPE("unsupported_grant_type"),
  /** A response type that the authorization endpoint does not know. */
  UNSUPPORTED_RESPONSE_TYPE("unsupported_response_type"),
  /** A login is needed, and the client said not to ask (OpenID Connect Core section 3.1.2.6). */
  LOGIN_REQUIRED("login_required"),
  /** A consent is needed, and the client said not to ask (the same section). */
  CONSENT_REQUIRED("consent_required"),
  /** A request object by value is not taken (RFC 9101 section 7). */
  REQUEST_NOT_SUPPORTED("request_not_supported"),
  /** A request object by reference is not taken (RFC 9101 section 7). */
  REQUEST_URI_NOT_SUPPORTED("request_uri_not_supported");

  private final String wire;

  OAuthError(String wire) {
    this.wire = wire;
  }

  /** The value on the wire, such as {@code invalid_token}. */
  public String wire() {
    return wire;
  }
}
