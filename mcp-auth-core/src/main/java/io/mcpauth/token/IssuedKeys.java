package io.mcpauth.token;

import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.NodeKeys;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proves callers by keys that the operator issued, however they are sent. What a key is for is
 * judged as the audience of a token is.
 *
 * @param keys those of this node
 * @param prefix with which they begin
 * @param local mints the principals
 */
record IssuedKeys(NodeKeys keys, String prefix, LocalIssuer local) {
  /**
   * Proves who has a key: its name is the client, its owner the subject.
   *
   * @param text the whole key
   * @param use for which it has to be
   * @param name which it has to have; null for any
   * @throws io.mcpauth.error.AuthException API_KEY_MALFORMED, API_KEY_UNKNOWN, API_KEY_EXPIRED, or
   *     WRONG_AUDIENCE for the key of another resource
   */
  Authenticator.Proven prove(
      String text,
      IssuedKey.Use use,
      @Nullable String name,
      Scheme scheme,
      LivePolicy.Generation generation) {
    NodeKeys.Proof proof = keys.require(prefix, text, use, name);
    IssuedKey key = proof.key();
    return local.prove(
        new LocalIssuer.Known(
            key.id(),
            proof.hash(),
            key.owner(),
            key.name(),
            key.resource(),
            key.scopes(),
            key.createdAt(),
            key.expiresAt(),
            Map.of(),
            proof.isGood()),
        scheme,
        generation);
  }
}
