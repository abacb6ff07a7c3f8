package io.mcpauth.token;

import io.mcpauth.client.SubjectToken;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * A caller that has just been proven, and how long the proof holds. Part of the machinery behind
 * {@code ResourceServer}; applications do not need it.
 *
 * @param principal who it is
 * @param goodUntil when the credential ends, clock skew included
 * @param revoked whether it was cut off since
 * @param subjectToken the token of this very request, as a handle
 */
public record Caller(
    McpPrincipal principal, Instant goodUntil, BooleanSupplier revoked, SubjectToken subjectToken) {
  /** Whether {@link Revocations} have cut the caller off since it was proven. */
  public boolean isCutOff() {
    return revoked.getAsBoolean();
  }

  /** Shows the principal alone. */
  @Override
  public String toString() {
    return "Caller[" + principal + "]";
  }
}
