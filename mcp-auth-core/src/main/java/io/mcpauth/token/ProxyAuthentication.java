package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.policy.LivePolicy;

/**
 * Proves callers by the tokens of an identity-aware proxy in front.
 *
 * @param tokens verifies them
 */
record ProxyAuthentication(TokenPath tokens) implements Authentication<Credential.OfProxy> {
  @Override
  public Class<Credential.OfProxy> credential() {
    return Credential.OfProxy.class;
  }

  @Override
  public Authenticator.Outcome prove(
      Credential.OfProxy credential, AccessRequest request, LivePolicy.Generation generation) {
    return tokens.prove(credential, request, generation);
  }
}
