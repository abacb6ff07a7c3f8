package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.policy.LivePolicy;

/**
 * Proves callers by access tokens that they send in one way.
 *
 * @param credential the way
 * @param tokens verifies them
 */
record TokenAuthentication<C extends Credential.OfToken>(Class<C> credential, TokenPath tokens)
    implements Authentication<C> {
  @Override
  public Authenticator.Outcome prove(
      C token, AccessRequest request, LivePolicy.Generation generation) {
    return tokens.prove(token, request, generation);
  }
}
