package io.mcpauth.token;

/** How a caller proved itself. */
public enum Scheme {
  /** An OAuth bearer token (RFC 6750). */
  BEARER("Bearer");

  private final String wire;

  Scheme(String wire) {
    this.wire = wire;
  }

  /** The scheme's name in HTTP. */
  public String wire() {
    return wire;
  }
}
