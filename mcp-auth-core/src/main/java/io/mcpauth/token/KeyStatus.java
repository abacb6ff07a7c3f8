package io.mcpauth.token;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.IssuerKeys;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of an issuer's keys, for health pages and metrics.
 *
 * @param issuer the advertised issuer
 * @param keys how many usable keys are kept
 * @param lastSuccess when the fetch began that brought them, or null where none has succeeded
 * @param fetches how often they were asked for
 * @param failures how many of these failed
 * @param problem why the last fetch failed, or null where it succeeded
 * @param signatureChecks how often a key was tried on a signature: far more than good tokens come
 *     in means that somebody sends forged ones
 */
public record KeyStatus(
    String issuer,
    int keys,
    @Nullable Instant lastSuccess,
    long fetches,
    long failures,
    @Nullable ReasonCode problem,
    long signatureChecks) {
  static KeyStatus of(String issuer, IssuerKeys.State state) {
    return new KeyStatus(
        issuer,
        state.keys(),
        state.lastSuccess(),
        state.fetches(),
        state.failures(),
        state.problem(),
        state.signatureChecks());
  }
}
