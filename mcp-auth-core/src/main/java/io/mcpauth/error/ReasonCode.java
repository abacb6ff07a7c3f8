package io.mcpauth.error;

import static io.mcpauth.error.OAuthError.INVALID_CLIENT;
import static io.mcpauth.error.OAuthError.INVALID_CLIENT_METADATA;
import static io.mcpauth.error.OAuthError.INVALID_DPOP_PROOF;
import static io.mcpauth.error.OAuthError.INVALID_GRANT;
import static io.mcpauth.error.OAuthError.INVALID_REDIRECT_URI;
import static io.mcpauth.error.OAuthError.INVALID_REQUEST;
import static io.mcpauth.error.OAuthError.INVALID_TOKEN;
import static io.mcpauth.error.OAuthError.TEMPORARILY_UNAVAILABLE;
import static io.mcpauth.error.OAuthError.USE_DPOP_NONCE;

import org.jspecify.annotations.Nullable;

/**
 * Why a request was refused: a stable name for logs, alerts and {@code AuthEvents}.
 *
 * <p>The client is told the {@link #status()}, the {@link #error()} and the {@link #description()};
 * the code itself stays with the operator.
 */
public enum ReasonCode {
  /** No credential at all: a challenge without an error code. */
  CREDENTIAL_MISSING(401, null, "Authentication required"),
  /** An {@code Authorization} header of a scheme in which nobody can prove himself here. */
  CREDENTIAL_NOT_ACCEPTED(401, null, "This kind of credential is not accepted here"),
  /** The id and the secret of an account that nobody has. */
  CREDENTIAL_INVALID(401, INVALID_TOKEN, "The credential is not valid"),
  /** The authorization server gives no token for an id and a secret, which may be good. */
  CREDENTIAL_EXCHANGE_FAILED(
      503, TEMPORARILY_UNAVAILABLE, "The credential cannot be checked at the moment"),

  /** The Authorization header does not have the form of RFC 6750 section 2.1. */
  AUTHORIZATION_MALFORMED(400, INVALID_REQUEST, "The Authorization header is malformed"),
  /** More than one credential in a request (RFC 6750 section 2). */
  SEVERAL_CREDENTIALS(400, INVALID_REQUEST, "The request carries more than one credential"),

  /**
   * Characters outside b64token, or three parts that are not canonical base64url and strict JSON.
   */
  TOKEN_MALFORMED(401, INVALID_TOKEN, "The access token is malformed"),
  /** The credential is longer than any accepted one; it was not parsed. */
  TOKEN_TOO_LARGE(401, INVALID_TOKEN, "The access token is too large"),
  /** The token is no JWT: its provider issues opaque ones, which have to be asked about. */
  TOKEN_OPAQUE(401, INVALID_TOKEN, "The access token is not a JWT"),
  /** The authorization server that was asked about the token says that it is not good. */
  TOKEN_NOT_ACTIVE(401, INVALID_TOKEN, "The access token is not active"),
  /** The token is a JWE, which only another audience could read. */
  TOKEN_ENCRYPTED(401, INVALID_TOKEN, "The access token is encrypted"),
  /** {@code alg} is none, symmetric or not in the allow-list (RFC 8725 section 3.1). */
  ALGORITHM_NOT_ALLOWED(
      401, INVALID_TOKEN, "The access token is signed in a way not accepted here"),
  /** {@code typ} is none that the issuer's profile accepts. */
  TOKEN_TYPE_NOT_ACCEPTED(401, INVALID_TOKEN, "This type of token is not accepted"),
  /**
   * The header has {@code crit}, {@code b64}, {@code cty}, or a key or key address of the sender's
   * choice.
   */
  TOKEN_HEADER_NOT_ACCEPTED(401, INVALID_TOKEN, "The access token has a header not accepted here"),
  /** An OpenID Connect ID token: it is for the client, not for a resource. */
  ID_TOKEN_NOT_ACCEPTED(401, INVALID_TOKEN, "An ID token is not an access token"),
  /** A refresh token, which only its authorization server may see. */
  REFRESH_TOKEN_NOT_ACCEPTED(401, INVALID_TOKEN, "A refresh token is not an access token"),
  /** A back-channel logout token. */
  LOGOUT_TOKEN_NOT_ACCEPTED(401, INVALID_TOKEN, "A logout token is not an access token"),
  /** A DPoP proof in the place of the token. */
  DPOP_PROOF_NOT_ACCEPTED(401, INVALID_TOKEN, "A DPoP proof is not an access token"),
  /**
   * A session or another token of the provider's own, or one without the marks of an access token.
   */
  NOT_AN_ACCESS_TOKEN(401, INVALID_TOKEN, "The token is not an access token"),
  /**
   * A token that is bound to a key or certificate (cnf), sent without the proof that its sender has
   * it, or bound to what cannot be checked here; or one that is bound to nothing, where a proof is
   * required.
   */
  PROOF_OF_POSSESSION_MISSING(401, INVALID_TOKEN, "The access token needs a proof of possession"),
  /** A token that is bound to no key, sent in the scheme DPoP (RFC 9449 section 7.1). */
  TOKEN_NOT_BOUND(401, INVALID_TOKEN, "The access token is not bound to a key"),
  /** The key of the DPoP proof is another one than the token is bound to (RFC 9449 section 6.1). */
  DPOP_KEY_WRONG(401, INVALID_TOKEN, "The access token is bound to another key"),
  /** The DPoP proof is missing, or not one for this request (RFC 9449 section 4.3). */
  DPOP_PROOF_INVALID(401, INVALID_DPOP_PROOF, "The DPoP proof is missing or not valid"),
  /** A DPoP proof that came before (RFC 9449 section 11.1). */
  DPOP_PROOF_REPLAYED(401, INVALID_DPOP_PROOF, "The DPoP proof was used before"),
  /** The DPoP proof has no nonce of this server, or an old one (RFC 9449 section 9). */
  DPOP_NONCE_NEEDED(401, USE_DPOP_NONCE, "The DPoP proof needs the nonce of this answer"),
  /** The client showed another certificate than the one its token is bound to (RFC 8705). */
  CERTIFICATE_MISMATCH(
      401, INVALID_TOKEN, "The access token is bound to another client certificate"),
  /** {@code iss} is missing or none of the configured issuers; no request was made to it. */
  WRONG_ISSUER(401, INVALID_TOKEN, "The access token is from an issuer not accepted here"),
  /**
   * No key of the issuer fits {@code kid} and {@code alg}, also after asking for the keys again.
   */
  KEY_NOT_FOUND(401, INVALID_TOKEN, "The access token is signed with an unknown key"),
  /** The signature does not verify. */
  SIGNATURE_INVALID(401, INVALID_TOKEN, "The access token's signature is invalid"),
  /** {@code exp} is past, the allowed clock skew included. */
  TOKEN_EXPIRED(401, INVALID_TOKEN, "The access token expired"),
  /** {@code exp} is further away than any token may last. */
  TOKEN_LIFETIME_TOO_LONG(401, INVALID_TOKEN, "The access token is valid for too long"),
  /** A cut-off means the token, or its key, its login or the token itself is denied. */
  TOKEN_REVOKED(401, INVALID_TOKEN, "The access token was revoked"),
  /** {@code nbf} or {@code iat} is in the future, the allowed clock skew included. */
  TOKEN_NOT_YET_VALID(401, INVALID_TOKEN, "The access token is not valid yet"),
  /** A claim that must be there is missing or has the wrong type. */
  CLAIM_INVALID(401, INVALID_TOKEN, "The access token lacks a claim or has a malformed one"),
  /** {@code aud} does not name this resource. */
  WRONG_AUDIENCE(401, INVALID_TOKEN, "The access token was issued for another resource"),

  /** An API key that has not the form of one, or whose checksum is wrong; none was looked for. */
  API_KEY_MALFORMED(401, INVALID_TOKEN, "The API key is malformed"),
  /** No API key has this id and secret and may be sent so; it may have been revoked. */
  API_KEY_UNKNOWN(401, INVALID_TOKEN, "The API key is not known"),
  /** The API key has ended, or was rotated and its overlap is over. */
  API_KEY_EXPIRED(401, INVALID_TOKEN, "The API key expired"),
  /**
   * The token is good, the login of its user is of another kind than the rule asks for, too long
   * ago, or the token does not say (RFC 9470 section 3).
   */
  AUTHENTICATION_INSUFFICIENT(
      401,
      OAuthError.INSUFFICIENT_USER_AUTHENTICATION,
      "Another login of the user is required for this call"),

  /** The token is good, the scopes it carries are not enough for this very call. */
  INSUFFICIENT_SCOPE(403, OAuthError.INSUFFICIENT_SCOPE, "More scopes are required for this call"),
  /** The policy refuses the call whatever the scopes are. */
  DENIED_BY_POLICY(403, null, "This call is not allowed"),
  /** The caller has none of the roles or groups that the rule names; no scope cures it. */
  ROLE_MISSING(403, null, "This call is not allowed for this user"),
  /** A claim of the token is missing or has another value than the rule names. */
  CLAIM_MISSING(403, null, "This call is not allowed for this user"),
  /** The rule accepts only callers that prove themselves in another way. */
  SCHEME_NOT_ALLOWED(403, null, "This call is not allowed with this kind of credential"),
  /**
   * The rule asks for a login of the user that this caller cannot have: there is no user, the
   * credential is got by no login, or the rules of the request ask for several.
   */
  AUTHENTICATION_NOT_POSSIBLE(403, null, "This call is not allowed with this kind of credential"),
  /** Somebody acts for the subject of the token who may not here, or nobody does. */
  ACTOR_NOT_ALLOWED(403, null, "This call is not allowed for who acts here"),
  /** The scope is beyond the cap that the policy sets for the client. */
  SCOPE_BEYOND_CLIENT(403, null, "This call is not allowed for this client"),
  /**
   * The credential, such as a key or a browser's session, was given fewer scopes than the call
   * needs; no login brings it more.
   */
  SCOPE_BEYOND_CREDENTIAL(403, null, "This call is not allowed with this credential"),
  /** A rule of access keeps this caller out, whatever it brings; no login helps. */
  ACCESS_DENIED(403, null, "This caller is not allowed here"),
  /** Only known clients get in at the moment, and this one is not among them. */
  CLIENT_NOT_KNOWN(403, null, "Only known clients are allowed here at the moment"),
  /** The server has no such tool, as far as the policy knows; the call was not handed on. */
  UNKNOWN_TOOL(200, null, "Unknown tool"),
  /**
   * No rule names the method, which is answered as one that the server does not have: with 404 from
   * revision 2026-07-28 on (Streamable HTTP, "Protocol Version Header"), and with 200 and the same
   * JSON-RPC error before; the call was not handed on.
   */
  UNKNOWN_METHOD(404, null, "Method not found"),

  /** The authorization server's metadata cannot be fetched or is not its own. */
  DISCOVERY_FAILED(503, TEMPORARILY_UNAVAILABLE, "The authorization server cannot be reached"),
  /**
   * The authorization server's keys cannot be fetched and none are kept, or this side is closed.
   */
  KEYS_UNAVAILABLE(503, TEMPORARILY_UNAVAILABLE, "The authorization server cannot be reached"),
  /**
   * The authorization server cannot be asked about the token, or its answer is none: a fault, a
   * redirect, something that is too large or in another form, or it does not know who asks.
   */
  INTROSPECTION_FAILED(503, TEMPORARILY_UNAVAILABLE, "The authorization server cannot be reached"),
  /**
   * A key id that nobody knows, while the issuer's keys were asked for a moment ago: it may be a
   * rotation, it may be a flood of forged tokens. The next try is decided.
   */
  KEY_NOT_KNOWN_YET(503, TEMPORARILY_UNAVAILABLE, "The token's key is not known yet, try again"),
  /** An operator has closed access: nobody gets in, and nothing was looked at. */
  ACCESS_CLOSED(503, TEMPORARILY_UNAVAILABLE, "The server is closed at the moment"),
  /**
   * Who is cut off is not known well enough: the store has not answered for too long, or has a rule
   * or status of access that cannot be read, or a rule for a group came during the request.
   */
  STATE_UNAVAILABLE(503, TEMPORARILY_UNAVAILABLE, "The request cannot be judged at the moment"),
  /** The store of session owners fails, or has no room for another session. */
  SESSIONS_UNAVAILABLE(503, TEMPORARILY_UNAVAILABLE, "The session cannot be checked at the moment"),
  /**
   * A fault in this library or in a verifier given to it; the class and place of its exception are
   * in the log.
   */
  INTERNAL_FAULT(503, TEMPORARILY_UNAVAILABLE, "The request cannot be judged at the moment"),
  /**
   * A limit on what requests may cost at one time is reached: {@code limit} says which. Whoever
   * comes a moment later is served.
   */
  OVER_LIMIT(503, TEMPORARILY_UNAVAILABLE, "Too much is going on at the moment, try again"),

  /** A web page whose origin is not allowed, or an Origin that no browser sends. */
  ORIGIN_NOT_ALLOWED(403, null, "This origin is not allowed"),
  /** The Host header has a name that this server does not go by (RFC 9110 section 15.5.20). */
  HOST_NOT_ALLOWED(421, null, "This host is not served here"),
  /** The session is unknown, over or another caller's; clients then open a new one. */
  SESSION_NOT_FOUND(404, null, "Session not found"),

  /** The HTTP method has no meaning for an MCP endpoint; found after authentication. */
  METHOD_NOT_ALLOWED(405, null, "Method not allowed"),
  /** A POST whose content is not JSON in UTF-8, or is encoded. */
  CONTENT_NOT_ACCEPTED(415, null, "The content must be application/json in UTF-8, not encoded"),
  /** The body is larger than the configured cap. */
  BODY_TOO_LARGE(413, null, "The body is too large"),
  /** The body did not arrive in time. */
  BODY_TIMEOUT(408, null, "The body did not arrive in time"),
  /** The body broke off, or a method that has none carries one. */
  BODY_UNREADABLE(400, null, "The body cannot be read"),
  /** The body is not strict JSON. */
  BODY_NOT_JSON(400, null, "Parse error"),
  /** The body is JSON, but no JSON-RPC message that MCP knows. */
  BODY_NOT_JSON_RPC(400, null, "Invalid request"),

  /**
   * A sealed state or handle does not open for this caller and purpose, at this time. For tool
   * code: no refusal of HTTP, the call is answered with JSON-RPC error -32602.
   */
  SEAL_INVALID(400, null, "The state or handle is not valid"),

  /**
   * A header that mirrors the body (revision 2026-07-28 and later) is missing, malformed, there
   * twice, or says something else.
   */
  HEADER_MISMATCH(400, null, "The headers do not match the body"),
  /** The header names revision 2026-07-28 or later, and {@code _meta} no revision at all. */
  REVISION_MISSING(400, null, "The request names no protocol version in _meta"),

  /** An authorization request without a well-formed S256 challenge (RFC 7636 section 4.3). */
  CODE_CHALLENGE_INVALID(400, INVALID_REQUEST, "PKCE with S256 is required"),
  /** The verifier is missing, malformed or not the one of the challenge (RFC 7636 section 4.6). */
  CODE_VERIFIER_INVALID(400, INVALID_GRANT, "The code verifier is not valid"),
  /** A verifier came for a code that was asked for without a challenge (RFC 9700 section 4.8.2). */
  CODE_CHALLENGE_MISSING(400, INVALID_GRANT, "The code was asked for without a code challenge"),
  /** A redirect URI that no client may register (RFC 7591 section 3.2.2). */
  REDIRECT_URI_NOT_ACCEPTED(400, INVALID_REDIRECT_URI, "A redirect URI is not accepted"),
  /** Another member of a registration is malformed or contradicts the others. */
  CLIENT_METADATA_INVALID(400, INVALID_CLIENT_METADATA, "The client metadata is not accepted"),
  /** As many clients as may be open have registered themselves. */
  REGISTRATIONS_FULL(429, null, "No more clients can be registered for now"),
  /** A registration access token that is none of the client's (RFC 7592 section 3). */
  REGISTRATION_TOKEN_INVALID(401, INVALID_TOKEN, "The registration access token is not valid"),
  /** A client id that is a URL, but none that a metadata document may have. */
  CLIENT_ID_URL_INVALID(400, INVALID_REQUEST, "The client_id is not acceptable as a URL"),
  /** A client id metadata document of a host that is not trusted here. */
  CLIENT_DOMAIN_NOT_TRUSTED(400, INVALID_REQUEST, "Clients of this domain are not accepted here"),
  /** The client id metadata document cannot be had, or may not be fetched. */
  CLIENT_DOCUMENT_UNAVAILABLE(400, INVALID_REQUEST, "The client metadata document cannot be had"),
  /** The client id metadata document is not what its draft asks for. */
  CLIENT_DOCUMENT_INVALID(400, INVALID_REQUEST, "The client metadata document is not valid"),
  /** A {@code private_key_jwt} that does not prove the client (RFC 7523 section 3). */
  CLIENT_ASSERTION_INVALID(401, INVALID_CLIENT, "The client assertion is not valid"),
  /** A client assertion whose {@code jti} was used before (RFC 7523 section 3, item 7). */
  CLIENT_ASSERTION_REPLAYED(401, INVALID_CLIENT, "The client assertion was used before"),
  /** The keys of a client cannot be fetched now; its assertion may be good. */
  CLIENT_KEYS_UNAVAILABLE(503, TEMPORARILY_UNAVAILABLE, "The client's keys cannot be had for now"),
  /** A logout token or security event token that is none; the answer says what is missing. */
  SIGNAL_INVALID(400, INVALID_REQUEST, "The signal is not valid"),
  /** None of the events of a security event token means anything here. */
  SIGNAL_EVENT_UNKNOWN(400, INVALID_REQUEST, "No event of the signal is known here"),
  /** A logout token with a {@code jti} that was received before. */
  SIGNAL_REPLAYED(400, INVALID_REQUEST, "The signal was received before"),
  /** A signal without the fixed {@code Authorization} header that its transmitter has to send. */
  SIGNAL_SENDER_NOT_PROVEN(400, INVALID_REQUEST, "The sender of the signal is not proven"),
  /**
   * A parameter of a request to the authorization server is missing, comes twice or is malformed.
   */
  PARAMETER_INVALID(
      400,
      OAuthError.INVALID_REQUEST,
      "A parameter of the request is missing, repeated or malformed"),
  /**
   * An authorization request with request or request_uri (RFC 9101, RFC 9126), which this server
   * does not take.
   */
  REQUEST_OBJECT_NOT_SUPPORTED(
      400, OAuthError.REQUEST_NOT_SUPPORTED, "Request objects are not supported"),
  /** An authorization request for something other than a code. */
  RESPONSE_TYPE_NOT_SUPPORTED(
      400, OAuthError.UNSUPPORTED_RESPONSE_TYPE, "The response type must be code"),
  /** A token request with a grant that the authorization server does not know. */
  GRANT_TYPE_NOT_SUPPORTED(
      400, OAuthError.UNSUPPORTED_GRANT_TYPE, "The grant type is not supported"),
  /** The client did not register for this grant, or has to be entered by the operator for it. */
  GRANT_TYPE_NOT_ALLOWED(400, OAuthError.UNAUTHORIZED_CLIENT, "The client may not use this grant"),
  /**
   * No client has this id, it was switched off, or its way of registering is not open at the
   * moment.
   */
  CLIENT_UNKNOWN(401, OAuthError.INVALID_CLIENT, "The client is not known"),
  /**
   * The secret is wrong or missing, comes in another way than the client registered, or in two ways
   * at once.
   */
  CLIENT_NOT_PROVEN(401, OAuthError.INVALID_CLIENT, "The client did not prove itself"),
  /**
   * The resource of the request is none of this authorization server's, or there are several and
   * the request names none, or it is not the one that was allowed.
   */
  RESOURCE_NOT_SERVED(400, OAuthError.INVALID_TARGET, "No token can be had for this resource"),
  /**
   * The request asks for a scope that the server does not offer, or that this client is not limited
   * to.
   */
  SCOPE_NOT_OFFERED(400, OAuthError.INVALID_SCOPE, "The client may not ask for this scope"),
  /** The user pressed Deny on the consent page. */
  USER_DENIED(403, OAuthError.ACCESS_DENIED, "The user did not allow it"),
  /** The client sent prompt=none, and nobody is logged in. */
  LOGIN_NEEDED(401, OAuthError.LOGIN_REQUIRED, "A login is required"),
  /** The client sent prompt=none, and the user has to allow something first. */
  CONSENT_NEEDED(403, OAuthError.CONSENT_REQUIRED, "The user has to be asked"),
  /**
   * The form of a consent or disconnect page came from another browser, another user or too late,
   * or was sent twice.
   */
  CONSENT_INVALID(403, null, "The page is no longer valid"),
  /** The login of the application failed with an exception, whose class is in the log. */
  LOGIN_FAILED(503, OAuthError.TEMPORARILY_UNAVAILABLE, "The login failed"),
  /**
   * A code that is unknown, older than a minute, of another client, or was asked for with another
   * redirect_uri.
   */
  CODE_INVALID(400, OAuthError.INVALID_GRANT, "The code is not valid"),
  /** A code came twice. */
  CODE_REUSED(400, OAuthError.INVALID_GRANT, "The code was used before"),
  /** A refresh token that is unknown, has ended, was revoked or is of another client. */
  REFRESH_TOKEN_INVALID(400, OAuthError.INVALID_GRANT, "The refresh token is not valid"),
  /**
   * A refresh token came again after its successor was used, or more than ten seconds later: the
   * grant has ended, because somebody else may have it.
   */
  REFRESH_TOKEN_REUSED(400, OAuthError.INVALID_GRANT, "The refresh token was used before"),
  /**
   * The application says that the user of a refresh token is not there any more: the grant has
   * ended.
   */
  USER_GONE(400, OAuthError.INVALID_GRANT, "The user may not log in any more"),
  /** A client or an address asked the authorization server too often. */
  TOO_MANY_REQUESTS(429, null, "Too many requests, try again later"),
  /** The store cannot be asked; nothing is said about the request. */
  STORE_UNAVAILABLE(503, TEMPORARILY_UNAVAILABLE, "The request cannot be judged at the moment");

  private final int status;
  private final @Nullable OAuthError error;
  private final String description;

  ReasonCode(int status, @Nullable OAuthError error, String description) {
    this.status = status;
    this.error = error;
    this.description = description;
  }

  /** The HTTP status of the answer. */
  public int status() {
    return status;
  }

  /** The OAuth error of the answer, or null where none applies. */
  public @Nullable OAuthError error() {
    return error;
  }

  /** What the client is told: a fixed text without any value of the request. */
  public String description() {
    return description;
  }
}
