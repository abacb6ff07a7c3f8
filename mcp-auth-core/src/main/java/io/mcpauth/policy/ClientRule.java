package io.mcpauth.policy;

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
    if (maxScopes != null) {
      throw new IllegalArgumentException("The cap of a client is set twice. Set it once.");
    }
    return new ClientRule(cap, challengeInToolResult);
  }

  ClientRule withChallengeInToolResult() {
    return new ClientRule(maxScopes, true);
  }
}
