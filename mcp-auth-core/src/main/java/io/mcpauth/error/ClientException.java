package io.mcpauth.error;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A client cannot go on: what it was told about a server will not do, it was not registered, an
 * authorization response gives no code, or no token could be had. The message is for the operator:
 * it says whom it is about, the reason and what is wrong, made fit for one line of a log; never a
 * token or a secret. It carries no stack trace, since threads that waited for one request share it.
 */
public final class ClientException extends Exception {
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
    CLIENT_AUTHENTICATION_NOT_SUPPORTED,
    /**
     * Registration: the metadata names no endpoint for it, or none that may be called, so do it by
     * hand; or the provider gave nothing to manage it with.
     */
    NOT_SUPPORTED,
    /** The store of registrations or shared tokens cannot be asked. */
    STORE_UNAVAILABLE,
    /**
     * Authorization response: a parameter is there twice or not decodable, or code and error are
     * both there.
     */
    MALFORMED,
    /** {@code state} is missing or another one: the response is to no request of this client. */
    STATE_MISMATCH,
    /** The authorization response came too late. */
    EXPIRED,
    /** This authorization was answered before. */
    ALREADY_ANSWERED,
    /** {@code iss} is missing, which the server's metadata promises (RFC 9207 section 2.4). */
    ISSUER_MISSING,
    /** {@code iss} is another server than the one that was asked: a mix-up attack. */
    ISSUER_MISMATCH,
    /** There is neither a code nor an error, or the code is none. */
    CODE_MISSING,
    /** A token request: the issuer's metadata could not be had or names no usable endpoint. */
    DISCOVERY_FAILED,
    /** No complete answer in time, or no connection that is trusted. */
    ENDPOINT_UNREACHABLE,
    /** The endpoint is broken or overloaded: a 5xx, or a 429. */
    ENDPOINT_FAULT,
    /**
     * The server or the user said no; {@link #error()} has its code, if any (RFC 6749 sections
     * 4.1.2.1 and 5.2, RFC 7591 section 3.2.2).
     */
    REFUSED,
    /**
     * The endpoint's answer is none that RFC 6749 section 5.1, RFC 8693 section 2.2.1 or RFC 7591
     * section 3.2.1 allows, or one that cannot be used.
     */
    RESPONSE_INVALID,
    /**
     * There is no refresh token, or it was refused in a way that would be the same the next time,
     * with {@code invalid_grant} above all: the user has to authorize again.
     */
    AUTHORIZATION_ENDED,
    /** The calling thread was interrupted; its flag is set again. */
    INTERRUPTED,
    /** The object was closed. */
    CLOSED,
    /** A fault of the library. */
    INTERNAL_FAULT
  }

  private final Reason reason;
  private final String issuer;
  private final @Nullable String error;
  private final @Nullable String errorDescription;

  private ClientException(
      Reason reason,
      String issuer,
      String message,
      @Nullable String error,
      @Nullable String errorDescription) {
    super(message, null, false, false);
    this.reason = reason;
    this.issuer = AuthException.fitForLog(issuer);
    this.error = fit(error);
    this.errorDescription = fit(errorDescription);
  }

  /** What a client was told about a server will not do. */
  public static ClientException of(Reason reason, String issuer, String detail) {
    return about("", reason, issuer, AuthException.fitForLog(detail), null, null);
  }

  /**
   * URL_NOT_ACCEPTED. The message does not repeat the URL, and {@link #issuer()} not its user-info.
   *
   * @param name what the URL is, for the message
   */
  public static ClientException ofUrl(String name, String url, String problem) {
    String shown = url.replaceFirst("(?s)^.*@", "...@"); // user-info may hold a password
    String message =
        name + ": " + Reason.URL_NOT_ACCEPTED + ", " + AuthException.fitForLog(problem);
    return new ClientException(Reason.URL_NOT_ACCEPTED, shown, message, null, null);
  }

  /** An authorization response gives no code. */
  public static ClientException noCode(Reason reason, String issuer) {
    return noCode(reason, issuer, null, null);
  }

  /** An authorization response gives no code; only what the right issuer said may be repeated. */
  public static ClientException noCode(
      Reason reason, String issuer, @Nullable String error, @Nullable String errorDescription) {
    String message =
        "No code from "
            + AuthException.fitForLog(issuer)
            + ": "
            + reason
            + said(error, errorDescription);
    return new ClientException(reason, issuer, message, error, errorDescription);
  }

  /** A provider did not register this client, or did not let it manage its registration. */
  public static ClientException noRegistration(Reason reason, String issuer, String detail) {
    return about(
        "No registration at ", reason, issuer, AuthException.fitForLog(detail), null, null);
  }

  /** What a provider answered instead of a registration; neither text may repeat a secret. */
  public static ClientException noRegistration(
      Reason reason,
      String issuer,
      int status,
      @Nullable String error,
      @Nullable String errorDescription) {
    String detail = "status " + status + said(error, errorDescription);
    return about("No registration at ", reason, issuer, detail, error, errorDescription);
  }

  /** No token could be had. */
  public static ClientException noToken(Reason reason, String issuer, String detail) {
    return about("No token from ", reason, issuer, AuthException.fitForLog(detail), null, null);
  }

  /** What an authorization server answered instead of a token; neither text may repeat a secret. */
  public static ClientException noToken(
      Reason reason,
      String issuer,
      int status,
      @Nullable String error,
      @Nullable String errorDescription) {
    String detail = "status " + status + said(error, errorDescription);
    return about("No token from ", reason, issuer, detail, error, errorDescription);
  }

  /**
   * AUTHORIZATION_ENDED; {@code refusal} is what the server said, or null where nobody asked it.
   */
  public static ClientException authorizationEnded(
      String issuer, @Nullable ClientException refusal) {
    return about(
        "No token from ",
        Reason.AUTHORIZATION_ENDED,
        issuer,
        refusal == null ? "there is no refresh token" : "the refresh token was refused",
        refusal == null ? null : refusal.error,
        refusal == null ? null : refusal.errorDescription);
  }

  private static ClientException about(
      String what,
      Reason reason,
      String issuer,
      String detail,
      @Nullable String error,
      @Nullable String errorDescription) {
    String message = what + AuthException.fitForLog(issuer) + ": " + reason + ", " + detail;
    return new ClientException(reason, issuer, message, error, errorDescription);
  }

  /** The stable code of this failure. */
  public Reason reason() {
    return reason;
  }

  /**
   * Whom it is about, made fit for one line: the issuer of the authorization server; where there is
   * none yet, the URL or the host that was looked at.
   */
  public String issuer() {
    return issuer;
  }

  /**
   * The {@code error} of the answer, such as {@code access_denied} or {@code invalid_client}; null
   * where there was none, or none to trust.
   */
  public @Nullable String error() {
    return error;
  }

  /**
   * The {@code error_description} of the answer, made fit for one line; null where there was none,
   * or none to trust. The server's words: a page that shows them escapes them.
   */
  public @Nullable String errorDescription() {
    return errorDescription;
  }

  private static String said(@Nullable String error, @Nullable String description) {
    return (error == null ? "" : ", " + AuthException.fitForLog(error))
        + (description == null ? "" : ": " + AuthException.fitForLog(description));
  }

  private static @Nullable String fit(@Nullable String text) {
    return text == null ? null : AuthException.fitForLog(text);
  }
}
