package io.mcpauth.client;

import io.mcpauth.error.ClientException;
import org.jspecify.annotations.Nullable;

/**
 * What came of a refresh.
 *
 * @param tokens what is to be kept from now on: new ones; or the old ones, with the refresh token
 *     that arrived in an answer that was refused otherwise, or without one where the old one may be
 *     spent
 * @param problem why there is no new access token, or null where there is one
 */
record Renewal(TokenSet tokens, @Nullable ClientException problem) {
  /** New tokens. */
  static Renewal of(TokenSet fresh) {
    return new Renewal(fresh, null);
  }

  /** Where the tokens of an authorization are renewed. */
  @FunctionalInterface
  interface Source {
    /** Has them renewed; what goes wrong is in the result. */
    Renewal renew(TokenSet old);

    /** Whether there may be other tokens after the authorization has ended: another login's. */
    default boolean mayRevive() {
      return false;
    }
  }
}
