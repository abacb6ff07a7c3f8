package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A provider did not register this client, or did not let it manage its registration. The message
 * is for the operator: it names the issuer and the reason, and what the provider says about it,
 * made fit for one line of a log; never a secret. It carries no stack trace, since threads that
 * waited for one request share it.
 */
public final class RegistrationException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** The stable code of a failure. */
  public enum Reason {
    /** The metadata names no registration endpoint, or none that may be called: do it by hand. */
    NOT_SUPPORTED,
    /** No complete answer in time, or no connection that is trusted. */
    ENDPOINT_UNREACHABLE,
    /** The endpoint is broken or overloaded: a 5xx, or a 429. */
    ENDPOINT_FAULT,
    /** The endpoint said no (RFC 7591 section 3.2.2); {@link #error()} has its code, if any. */
    REFUSED,
    /** The answer is none that RFC 7591 section 3.2.1 allows, or one that cannot be used. */
    RESPONSE_INVALID,
    /** The store of the registrations cannot be asked. */
    STORE_UNAVAILABLE,
    /** The calling thread was interrupted; its flag is set again. */
    INTERRUPTED,
    /** The object was closed. */
    CLOSED
  }

  private final Reason reason;
  private final @Nullable String error;
  private final @Nullable String errorDescription;

  RegistrationException(Reason reason, String issuer, String detail) {
    this(reason, issuer, AuthException.fitForLog(detail), null, null);
  }

  /** What a provider answered; neither text may repeat a secret. */
  static RegistrationException answered(
      Reason reason,
      String issuer,
      int status,
      @Nullable String error,
      @Nullable String errorDescription) {
    String code = error == null ? null : AuthException.fitForLog(error);
    String text = errorDescription == null ? null : AuthException.fitForLog(errorDescription);
    String detail =
        "status " + status + (code == null ? "" : ", " + code) + (text == null ? "" : ": " + text);
    return new RegistrationException(reason, issuer, detail, code, text);
  }

  private RegistrationException(
      Reason reason,
      String issuer,
      String detail,
      @Nullable String error,
      @Nullable String errorDescription) {
    super(
        "No registration at " + AuthException.fitForLog(issuer) + ": " + reason + ", " + detail,
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

  /** The {@code error} of the answer, such as {@code invalid_redirect_uri}, or null. */
  public @Nullable String error() {
    return error;
  }

  /** The {@code error_description} of the answer, or null where it had none. */
  public @Nullable String errorDescription() {
    return errorDescription;
  }
}
