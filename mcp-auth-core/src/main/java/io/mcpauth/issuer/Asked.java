package io.mcpauth.issuer;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An authorization request that somebody who is logged in has made, with all that was checked.
 *
 * @param redirectUri where the answer goes
 * @param state the client's, or null
 * @param dpopKey the thumbprint of the key that the code is for (RFC 9449 section 10), or null
 * @param query all of it, to ask again after another login
 */
record Asked(
    Client client,
    String redirectUri,
    @Nullable String state,
    String challenge,
    @Nullable String dpopKey,
    String resource,
    Set<String> scopes,
    String query) {
  @Override
  public String toString() {
    return "Asked[" + client.id() + "]";
  }
}
