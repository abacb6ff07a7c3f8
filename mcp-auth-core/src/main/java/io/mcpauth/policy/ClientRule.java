package io.mcpauth.policy;

import io.mcpauth.internal.net.SetOnce;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to one client.
 *
 * @param maxScopes the most that its tokens are good for; null for no cap
 * @param challengeInToolResult whether it reads challenges from tool results
 */
record ClientRule(@Nullable List<String> maxScopes, boolean challengeInToolResult) {
  static final ClientRule NONE = new ClientRule(null, false);

  /**
   * A client; its id is unique only within its issuer.
   *
   * @param issuer the {@code iss} of its tokens
   * @param clientId its verified id
   */
  record Client(String issuer, String clientId) {}

  ClientRule withMaxScopes(List<String> cap) {
    SetOnce.require(maxScopes == null, "The cap of a client");
    return new ClientRule(cap, challengeInToolResult);
  }

  ClientRule withChallengeInToolResult() {
    SetOnce.require(!challengeInToolResult, "challengeInToolResult of a client");
    return new ClientRule(maxScopes, true);
  }
}
