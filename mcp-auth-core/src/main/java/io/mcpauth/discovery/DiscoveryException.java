package io.mcpauth.discovery;

import io.mcpauth.error.AuthException;
import java.io.Serial;
import java.util.List;

/**
 * A client cannot go on with what it was told about a server. The message is for the operator: what
 * was looked at and what is wrong, made fit for one line of a log.
 */
public final class DiscoveryException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** The stable code of a failure. */
  public enum Reason {
    /**
     * Every place for the protected resource metadata answered with a 404: a server of revision
     * 2025-03-26, or one without authorization.
     */
    RESOURCE_METADATA_ABSENT,
    /** No place has usable protected resource metadata, and not all say that there is none. */
    RESOURCE_METADATA_UNAVAILABLE,
    /** The metadata is about another resource than the one that was called (RFC 9728 3.3). */
    RESOURCE_MISMATCH,
    /** The metadata names no authorization server, or not this one. */
    AUTHORIZATION_SERVER_UNNAMED,
    /** No place has metadata that is the authorization server's own (RFC 8414 section 3.3). */
    AUTHORIZATION_SERVER_UNAVAILABLE,
    /** An issuer or endpoint is no https URL, or http off loopback. */
    URL_NOT_ACCEPTED,
    /** An endpoint that is needed is missing. */
    ENDPOINT_MISSING,
    /** {@code code_challenge_methods_supported} does not name S256. */
    PKCE_NOT_SUPPORTED,
    /** {@code response_types_supported} does not name {@code code}. */
    RESPONSE_TYPE_NOT_SUPPORTED,
    /** {@code grant_types_supported} does not name the grant that is needed. */
    GRANT_TYPE_NOT_SUPPORTED,
    /** The client can prove itself in no way that the server takes. */
    CLIENT_AUTHENTICATION_NOT_SUPPORTED
  }

  private final Reason reason;

  DiscoveryException(Reason reason, String about, String detail) {
    super(
        AuthException.fitForLog(about) + ": " + reason + ", " + AuthException.fitForLog(detail),
        null,
        false,
        false);
    this.reason = reason;
  }

  /** CLIENT_AUTHENTICATION_NOT_SUPPORTED, with the methods that the server takes. */
  public static DiscoveryException noClientAuthentication(String issuer, List<String> methods) {
    return new DiscoveryException(
        Reason.CLIENT_AUTHENTICATION_NOT_SUPPORTED, issuer, "it takes " + methods);
  }

  /** The stable code of this failure. */
  public Reason reason() {
    return reason;
  }
}
