package io.mcpauth.token;

/**
 * An access token as a caller sent it: a handle that a {@link TokenVerifier} reads and that nothing
 * prints. It is not handed to tool code, and must not be kept.
 */
public final class PresentedToken {
  private final String value;

  PresentedToken(String value) {
    this.value = value;
  }

  /** The token itself, for verification and for its issuer's own endpoints only. */
  public String value() {
    return value;
  }

  @Override
  public String toString() {
    return "PresentedToken[elided]";
  }
}
