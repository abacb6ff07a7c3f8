package io.mcpauth.issuer;

import org.jspecify.annotations.Nullable;

/**
 * A client that was just entered, or whose secret was just made, with that secret: the only time
 * that anybody has it.
 *
 * @param client what stays known of it
 * @param secret its {@code client_secret}, also where it was given; null for a client without one
 */
public record CreatedClient(EnteredClient client, @Nullable String secret) {
  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "CreatedClient[" + client.id() + "]";
  }
}
