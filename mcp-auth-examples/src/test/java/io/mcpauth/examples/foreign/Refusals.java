package io.mcpauth.examples.foreign;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.OAuthError;
import io.mcpauth.error.ReasonCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;

/** Carries what the library refuses through the framework, which knows exceptions of its own. */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  /** The refusal in the framework's form; the reason and its facts go to the log, nowhere else. */
  static OAuth2AuthenticationException of(AuthException refusal) {
    LOG.debug("refused: {} {}", refusal.reason(), refusal.facts());
    return new OAuth2AuthenticationException(error(refusal), refusal);
  }

  static OAuth2Error error(AuthException refusal) {
    OAuthError error = refusal.reason().error();
    if (error == null) {
      // No registry has a code for a body that is too large or for too many clients.
      error =
          refusal.reason().status() == 413
              ? OAuthError.INVALID_REQUEST
              : OAuthError.TEMPORARILY_UNAVAILABLE;
    }
    return new OAuth2Error(error.wire(), refusal.description(), null);
  }

  /** Whether the metadata document of a client could not be fetched. */
  static boolean isUnavailableDocument(AuthenticationException failure) {
    return failure.getCause() instanceof AuthException refusal
        && refusal.reason() == ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE;
  }

  /** The HTTP status of a failure: the library's, or what RFC 6749 section 5.2 gives the code. */
  static int status(AuthenticationException failure) {
    if (failure.getCause() instanceof AuthException refusal) {
      return refusal.reason().status();
    }
    boolean client =
        failure instanceof OAuth2AuthenticationException oauth
            && OAuthError.INVALID_CLIENT.wire().equals(oauth.getError().getErrorCode());
    return client ? 401 : 400;
  }
}
