package io.mcpauth.issuer;

import io.mcpauth.error.ReasonCode;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened at an {@link OAuthServer}, for audit and metrics. Holds no code, token,
 * secret or state.
 *
 * @param at when
 * @param issuer where
 * @param kind what
 * @param reason why it was refused, or null where it was done
 * @param clientId which client, as it says itself until it is proven; null where none is named
 * @param subject whose, or null where nobody is known
 * @param grantId which grant, the {@code sid} of its tokens; null where there is none
 * @param scopes asked for or granted
 * @param facts what an operator wants to know besides; fit for a log line, not for the client
 */
public record AuthorizationEvent(
    Instant at,
    String issuer,
    Kind kind,
    @Nullable ReasonCode reason,
    @Nullable String clientId,
    @Nullable String subject,
    @Nullable String grantId,
    Set<String> scopes,
    Map<String, String> facts) {
  /** Copies. */
  public AuthorizationEvent {
    scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /** What happened. */
  public enum Kind {
    /** An authorization request came with somebody logged in, or was refused. */
    LOGIN,
    /** A user allowed a client something, or had allowed it before. */
    CONSENT,
    /** A user did not allow it. */
    DENIAL,
    /** Tokens for a code, or for a client itself; or none. */
    ISSUE,
    /** Tokens for a refresh token, or none. */
    REFRESH,
    /** A code or refresh token came again: its grant has ended. */
    REUSE,
    /** A grant or a token was ended: by its client, its user or the operator. */
    REVOCATION,
    /** A client registered itself, or may not. */
    REGISTRATION
  }

  /** Whether it was done. */
  public boolean done() {
    return reason == null;
  }
}
