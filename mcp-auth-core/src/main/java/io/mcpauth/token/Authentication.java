package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.policy.LivePolicy;

/**
 * How callers of one scheme are proven; there is one for each that is accepted.
 *
 * @param <C> the credential of the scheme
 */
interface Authentication<C extends Credential> {
  /** The credential that it proves. */
  Class<C> credential();

  /**
   * Proves a caller, or says at once that the credential is known to be bad.
   *
   * @param generation of the principal
   * @throws io.mcpauth.error.AuthException if the credential is bad, or cannot be judged at the
   *     moment
   */
  Authenticator.Outcome prove(
      C credential, AccessRequest request, LivePolicy.Generation generation);
}
