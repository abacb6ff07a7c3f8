package io.mcpauth.issuer;

/** When users are asked whether a client may have access. */
public enum Consent {
  /** For each login of a client. */
  ALWAYS,
  /**
   * Once for a client, its scopes and the place that it is told at; again for whatever is new. A
   * public client on the user's own computer is asked each time (RFC 8252 section 8.6).
   */
  ONCE,
  /** As {@link #ONCE}, and never for the clients that the operator named as first parties. */
  NEVER_FOR_FIRST_PARTIES
}
