package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * An authorization response that gives no code. The message is for the operator, made fit for one
 * line of a log; it holds words of the response only where state and issuer were right.
 */
public final class AuthorizationResponseException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** The stable code of a failure. */
  public enum Reason {
    /** A parameter is there twice or not decodable, or code and error are both there. */
    MALFORMED,
    /** {@code state} is missing or another one: the response is to no request of this client. */
    STATE_MISMATCH,
    /** The response came too late. */
    EXPIRED,
    /** This authorization was answered before. */
    ALREADY_ANSWERED,
    /** {@code iss} is missing, which the server's metadata promises (RFC 9207 section 2.4). */
    ISSUER_MISSING,
    /** {@code iss} is another server than the one that was asked: a mix-up attack. */
    ISSUER_MISMATCH,
    /** The server or the user said no; {@link #error()} has the code (RFC 6749 4.1.2.1). */
    REFUSED,
    /** There is neither a code nor an error, or the code is none. */
    CODE_MISSING
  }

  private final Reason reason;
  private final @Nullable String error;
  private final @Nullable String errorDescription;

  AuthorizationResponseException(Reason reason, String issuer) {
    this(reason, issuer, null, null);
  }

  AuthorizationResponseException(
      Reason reason, String issuer, @Nullable String error, @Nullable String description) {
    super(
        "No code from "
            + AuthException.fitForLog(issuer)
            + ": "
            + reason
            + (error == null ? "" : ", " + AuthException.fitForLog(error))
            + (description == null ? "" : ": " + AuthException.fitForLog(description)),
        null,
        false,
        false);
    this.reason = reason;
    this.error = error == null ? null : AuthException.fitForLog(error);
    this.errorDescription = description == null ? null : AuthException.fitForLog(description);
  }

  /** The stable code of this failure. */
  public Reason reason() {
    return reason;
  }

  /** The {@code error}, such as {@code access_denied}; null where there was none to trust. */
  public @Nullable String error() {
    return error;
  }

  /**
   * The {@code error_description}, made fit for one line; null where there was none to trust. The
   * server's words: a page that shows them escapes them.
   */
  public @Nullable String errorDescription() {
    return errorDescription;
  }
}
