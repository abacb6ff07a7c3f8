package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.Map;

/** What a registration is refused with. */
final class MetadataRefusal {
  private MetadataRefusal() {}

  /**
   * A member other than {@code redirect_uris} is not accepted.
   *
   * @param description names the member and the remedy, and repeats nothing of the value
   */
  static AuthException metadata(String description) {
    return refusal(ReasonCode.CLIENT_METADATA_INVALID, description);
  }

  static AuthException redirect(String description) {
    return refusal(ReasonCode.REDIRECT_URI_NOT_ACCEPTED, description);
  }

  /** The operator reads in the log what the client is told. */
  private static AuthException refusal(ReasonCode reason, String description) {
    return new AuthException(reason, description, Map.of("problem", description));
  }
}
