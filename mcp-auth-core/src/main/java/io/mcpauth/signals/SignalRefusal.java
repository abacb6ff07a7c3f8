package io.mcpauth.signals;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;

/**
 * Why a signal is refused, as its sender is told: fixed words, and no value of the request.
 *
 * @param status the HTTP status
 * @param code the error code of RFC 8935 section 2.4
 * @param description one sentence
 */
record SignalRefusal(int status, String code, String description) {
  static final String INVALID_REQUEST = "invalid_request";

  static SignalRefusal of(AuthException problem) {
    ReasonCode reason = problem.reason();
    return new SignalRefusal(status(reason), code(reason), words(problem));
  }

  /** Whatever is wrong with the token is a 400 here; what is wrong around it keeps its status. */
  private static int status(ReasonCode reason) {
    return switch (reason.status()) {
      case 403, 405, 408, 413, 415, 421, 503 -> reason.status();
      default -> 400;
    };
  }

  private static String code(ReasonCode reason) {
    return switch (reason) {
      case WRONG_ISSUER -> "invalid_issuer";
      case WRONG_AUDIENCE -> "invalid_audience";
      case KEY_NOT_FOUND, SIGNATURE_INVALID, ALGORITHM_NOT_ALLOWED -> "invalid_key";
      case SIGNAL_SENDER_NOT_PROVEN -> "authentication_failed";
      case ORIGIN_NOT_ALLOWED, HOST_NOT_ALLOWED -> "access_denied";
      default -> INVALID_REQUEST;
    };
  }

  /** The descriptions of the reasons speak of access tokens. */
  private static String words(AuthException problem) {
    return switch (problem.reason()) {
      case WRONG_ISSUER -> "The issuer is none that is accepted here";
      case WRONG_AUDIENCE -> "The audience is not this server";
      case KEY_NOT_FOUND -> "The issuer has no such key";
      case SIGNATURE_INVALID -> "The signature is not one of the issuer";
      case ALGORITHM_NOT_ALLOWED -> "It is signed in a way that is not accepted here";
      case TOKEN_EXPIRED -> "It is too old";
      case TOKEN_NOT_YET_VALID -> "Its time of issue is in the future";
      case TOKEN_TYPE_NOT_ACCEPTED -> "This type of token is not accepted here";
      case TOKEN_ENCRYPTED -> "Encrypted tokens are not accepted here";
      case TOKEN_HEADER_NOT_ACCEPTED -> "It has a header that is not accepted here";
      case TOKEN_MALFORMED, TOKEN_OPAQUE -> "It is no well-formed JWT";
      case TOKEN_TOO_LARGE -> "It is too large";
      case CONTENT_NOT_ACCEPTED -> "The content type is not accepted here";
      case CLAIM_INVALID ->
          problem.description().equals(ReasonCode.CLAIM_INVALID.description())
              ? "A claim is missing or malformed, such as iat or exp"
              : problem.description();
      default -> problem.description();
    };
  }
}
