package io.mcpauth.client;

/** On what ground a token is asked for (RFC 6749 section 1.3). */
sealed interface Grant {
  /** The client itself (RFC 6749 section 4.4). */
  record Own() implements Grant {}

  /**
   * A caller whose token the client holds (RFC 8693 section 2.1).
   *
   * @param subject the caller's token
   */
  record Exchanged(SubjectToken subject) implements Grant {}
}
