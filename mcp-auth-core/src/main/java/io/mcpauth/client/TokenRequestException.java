package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * No token could be had. The message is for the operator: it names the issuer and the reason, and
 * what the authorization server says about it, made fit for one line of a log; never a token or a
 * secret. It carries no stack trace, since threads that waited for one request share it.
 */
public final class TokenRequestException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** The stable code of a failure. */
  public enum Reason {
    /** The issuer's metadata could not be had or names no usable token endpoint. */
    DISCOVERY_FAILED,
    /** No complete answer in time, or no connection that is trusted. */
    ENDPOINT_UNREACHABLE,
    /** The token endpoint is broken or overloaded: a 5xx, or a 429. */
    ENDPOINT_FAULT,
    /** The token endpoint said no (RFC 6749 section 5.2); {@link #error()} has its code. */
    REFUSED,
    /** The answer is none that RFC 6749 section 5.1 or RFC 8693 section 2.2.1 allows. */
    RESPONSE_INVALID,
    /**
     * There is no refresh token, or it was refused with {@code invalid_grant}: the user has to
     * authorize again.
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
  private final @Nullable String error;
  private final @Nullable String errorDescription;

  TokenRequestException(Reason reason, String issuer, String detail) {
    this(reason, issuer, AuthException.fitForLog(detail), null, null);
  }

  /** What an authorization server answered; neither text may repeat a secret. */
  static TokenRequestException answered(
      Reason reason,
      String issuer,
      int status,
      @Nullable String error,
      @Nullable String errorDescription) {
    String code = error == null ? null : AuthException.fitForLog(error);
    String text = errorDescription == null ? null : AuthException.fitForLog(errorDescription);
    String detail =
        "status " + status + (code == null ? "" : ", " + code) + (text == null ? "" : ": " + text);
    return new TokenRequestException(reason, issuer, detail, code, text);
  }

  /** The user has to authorize again; {@code refusal} is what the server said, if anything. */
  static TokenRequestException ended(String issuer, @Nullable TokenRequestException refusal) {
    return refusal == null
        ? new TokenRequestException(Reason.AUTHORIZATION_ENDED, issuer, "there is no refresh token")
        : new TokenRequestException(
            Reason.AUTHORIZATION_ENDED,
            issuer,
            "the refresh token was refused",
            refusal.error,
            refusal.errorDescription);
  }

  private TokenRequestException(
      Reason reason,
      String issuer,
      String detail,
      @Nullable String error,
      @Nullable String errorDescription) {
    super(
        "No token from " + AuthException.fitForLog(issuer) + ": " + reason + ", " + detail,
        null,
        false,
        false);
    this.reason = reason;
    this.error = error;
    this.errorDescription = errorDescription;
  }

  /** The stable code of this failure. */
  public Reason reason() {
    return reason;
  }

  /** The {@code error} of the answer, such as {@code invalid_client}, or null where it had none. */
  public @Nullable String error() {
    return error;
  }

  /** The {@code error_description} of the answer, or null where it had none. */
  public @Nullable String errorDescription() {
    return errorDescription;
  }
}
