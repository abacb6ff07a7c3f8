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
    return new AuthException(ReasonCode.CLIENT_METADATA_INVALID, description, Map.of());
  }

  static AuthException redirect(String description) {
    return new AuthException(ReasonCode.REDIRECT_URI_NOT_ACCEPTED, description, Map.of());
  }
}
