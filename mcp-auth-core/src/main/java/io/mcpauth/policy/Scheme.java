package io.mcpauth.policy;

/** How a caller proved itself. A policy may name those that the server accepts. */
public enum Scheme {
  /** An OAuth bearer token (RFC 6750). */
  BEARER("Bearer"),
  /** An access token bound to a key, with its proof (RFC 9449). */
  DPOP("DPoP"),
  /** The id and secret of a client (RFC 7617). */
  BASIC("Basic"),
  /** A key that the operator issued. */
  API_KEY("ApiKey"),
  /** A browser's session. */
  SESSION("Session");

  private final String wire;

  Scheme(String wire) {
    this.wire = wire;
  }

  /** The scheme's name in HTTP. */
  public String wire() {
    return wire;
  }
}
