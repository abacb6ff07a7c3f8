package io.mcpauth.key;

/**
 * A key that was just made, with its secret: the only time that anybody has it.
 *
 * @param key what stays known of it
 * @param secret the whole text that its owner sends
 */
public record CreatedKey(IssuedKey key, String secret) {
  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "CreatedKey[" + key.name() + ", " + key.id() + "]";
  }
}
