package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.OAuthError;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Refusals as programs are told of them (RFC 6749 section 5.2). */
final class OAuthErrors {
  /** The fact that says when to come again, in seconds. */
  static final String RETRY_AFTER = "retry_after";

  private static final String SOON = "1";

  private OAuthErrors() {}

  static OAuthAnswer json(AuthException refusal, OAuthRequest request) {
    ReasonCode reason = refusal.reason();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", error(reason));
    body.put("error_description", refusal.description());
    int status = status(reason);
    OAuthAnswer answer = OAuthAnswer.json(status, Json.write(body));
    if (status == 503 || status == 429) {
      answer = answer.with("Retry-After", refusal.facts().getOrDefault(RETRY_AFTER, SOON));
    }
    // RFC 6749 section 5.2: in the scheme that the client used, and no dialogue for anybody else.
    boolean asked = status == 401 && !request.headers("Authorization").isEmpty();
    return asked ? answer.with("WWW-Authenticate", "Basic realm=\"oauth\"") : answer;
  }

  /**
   * A proof is no authentication of a client, so it is a 400 here (RFC 9449 section 5, RFC 6749
   * section 5.2), where a resource server answers 401.
   */
  private static int status(ReasonCode reason) {
    return reason.error() == OAuthError.INVALID_DPOP_PROOF ? 400 : reason.status();
  }

  /** The {@code error} on the wire. */
  static String error(ReasonCode reason) {
    OAuthError error = reason.error();
    if (error != null) {
      return error.wire();
    }
    return reason.status() == 429
        ? OAuthError.TEMPORARILY_UNAVAILABLE.wire()
        : OAuthError.INVALID_REQUEST.wire();
  }
}
