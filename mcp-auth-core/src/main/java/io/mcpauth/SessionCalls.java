package io.mcpauth;

/** What becomes of the session of a granted request. */
interface SessionCalls {
  /**
   * The server opened a session for the caller.
   *
   * @param id its {@code Mcp-Session-Id}
   */
  void opened(String id);

  /** The server ended the session that the request names. */
  void ended();

  /** Whether the session of an anonymous request belongs to somebody by now. */
  boolean isLost();
}
