package io.mcpauth.signals;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events that are known here, by the URIs of their specifications and of drafts before. */
enum EventType {
  /** CAEP 1.0 section 3.1: one login where the subject names it, else all. */
  SESSION_REVOKED("https://schemas.openid.net/secevent/caep/event-type/session-revoked"),
  /** CAEP 1.0 section 3.3. */
  CREDENTIAL_CHANGE("https://schemas.openid.net/secevent/caep/event-type/credential-change"),
  /** RISC 1.0 section 2.3. */
  ACCOUNT_DISABLED("https://schemas.openid.net/secevent/risc/event-type/account-disabled"),
  /** RISC 1.0 section 2.2. */
  ACCOUNT_PURGED("https://schemas.openid.net/secevent/risc/event-type/account-purged"),
  /** RISC, for which CAEP has session-revoked now. */
  SESSIONS_REVOKED("https://schemas.openid.net/secevent/risc/event-type/sessions-revoked"),
  /** Shared Signals Framework 1.0, of the stream itself: it means that the stream works. */
  VERIFICATION(
      "https://schemas.openid.net/secevent/ssf/event-type/verification",
      "https://schemas.openid.net/secevent/sse/event-type/verification",
      "https://schemas.openid.net/secevent/risc/event-type/verification"),
  /** Shared Signals Framework 1.0, of the stream itself. */
  STREAM_UPDATED(
      "https://schemas.openid.net/secevent/ssf/event-type/stream-updated",
      "https://schemas.openid.net/secevent/sse/event-type/stream-updated");

  @SuppressWarnings("ImmutableEnumChecker") // it is List.of
  private final List<String> uris;

  EventType(String... uris) {
    this.uris = List.of(uris);
  }

  /** The event of a URI, or null where it is unknown. */
  static @Nullable EventType of(String uri) {
    for (EventType type : values()) {
      if (type.uris.contains(uri)) {
        return type;
      }
    }
    return null;
  }

  /** Its name in the log. */
  String wire() {
    String uri = uris.get(0);
    return uri.substring(uri.lastIndexOf('/') + 1);
  }

  /**
   * Whether one ends access.
   *
   * @param payload the event
   * @param credentialChange whether a credential that is gone does
   */
  boolean endsAccess(Map<String, @Nullable Object> payload, boolean credentialChange) {
    return switch (this) {
      case SESSION_REVOKED, ACCOUNT_DISABLED, ACCOUNT_PURGED, SESSIONS_REVOKED -> true;
      case CREDENTIAL_CHANGE ->
          credentialChange
              && ("revoke".equals(payload.get("change_type"))
                  || "delete".equals(payload.get("change_type")));
      case VERIFICATION, STREAM_UPDATED -> false;
    };
  }
}
