package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.policy.LivePolicy;

/**
 * Proves callers by their access tokens.
 *
 * @param tokens verifies them
 */
record BearerAuthentication(TokenPath tokens) implements Authentication<Credential.Bearer> {
  @Override
  public Class<Credential.Bearer> credential() {
    return Credential.Bearer.class;
  }

  @Override
  public Authenticator.Outcome prove(
      Credential.Bearer credential, AccessRequest request, LivePolicy.Generation generation) {
    return tokens.prove(credential, request, generation);
  }
}
