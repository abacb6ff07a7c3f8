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
  /** A browser's session, which only rules that name it let in. */
  SESSION("Session"),
  /** An access token bound to a certificate, used over TLS with it (RFC 8705 section 3). */
  MUTUAL_TLS("MutualTLS"),
  /** A token in the header of an identity-aware proxy. */
  PROXY("Proxy");

  private final String wire;

  Scheme(String wire) {
    this.wire = wire;
  }

  /** The scheme's name in policies, and in HTTP where it has one there. */
  public String wire() {
    return wire;
  }
}
