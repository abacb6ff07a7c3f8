package io.mcpauth.token;

import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;

/**
 * How callers of one scheme are proven; there is one for each that is accepted.
 *
 * @param <C> the credential of the scheme
 */
interface Authentication<C extends Credential> {
  /** The scheme that policies and principals name. */
  Scheme scheme();

  /** The credential that it proves. */
  Class<C> credential();

  /**
   * Proves a caller, or says at once that the credential is known to be bad.
   *
   * @param generation of the principal
   * @throws io.mcpauth.error.AuthException if the credential is bad, or cannot be judged at the
   *     moment
   */
  Authenticator.Outcome prove(C credential, LivePolicy.Generation generation);
}
