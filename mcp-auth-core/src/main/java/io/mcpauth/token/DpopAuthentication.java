package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.policy.LivePolicy;

/**
 * Proves callers by access tokens that are bound to a key, of which {@link DpopPossession} asks.
 *
 * @param tokens verifies them
 */
record DpopAuthentication(TokenPath tokens) implements Authentication<Credential.Dpop> {
  @Override
  public Class<Credential.Dpop> credential() {
    return Credential.Dpop.class;
  }

  @Override
  public Authenticator.Outcome prove(
      Credential.Dpop credential, AccessRequest request, LivePolicy.Generation generation) {
    return tokens.prove(credential, request, generation);
  }
}
