package io.mcpauth.session;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the owner of each MCP session.
 *
 * <p>A key is the SHA-256 of an {@code Mcp-Session-Id} in 64 lower-case hexadecimal digits. An
 * owner is what {@link #mark} makes of a name, {@link #NOBODY} for anonymous callers. Each method
 * is atomic, on all nodes that share the sessions; what cannot do its work throws, so that null
 * never stands for "unknown".
 */
interface Sessions extends AutoCloseable {
  /** The owner of a session that was opened without a login. */
  String NOBODY = "";

  /** How an owner is written here. */
  String mark(String name);

  /**
   * Remembers a session; one that has this very owner counts as used now.
   *
   * @throws IllegalStateException if the session has another owner, or there is no room for it
   */
  void put(String key, String owner);

  /**
   * The owner of a session, which counts as used now; null where it is not there.
   *
   * @param asking who asks, whose questions are bounded
   */
  @Nullable String owner(String key, String asking);

  /**
   * Gives a session to an owner if it has none.
   *
   * @return whether it had none
   */
  boolean claim(String key, String owner);

  /** Forgets a session; one that is not there is fine. */
  void remove(String key, String asking);

  /**
   * Watches a session, to be begun before its owner is asked for: what is claimed later, here or on
   * another node, is told.
   */
  Watch watch(String key);

  /** Ends threads; nothing is asked afterwards. */
  @Override
  void close();

  /** One that watches a session; closed when it does not any more. */
  interface Watch extends AutoCloseable {
    /** Whether the session has an owner by now, or is over. Asks nobody elsewhere. */
    boolean isLost();

    @Override
    void close();
  }
}
