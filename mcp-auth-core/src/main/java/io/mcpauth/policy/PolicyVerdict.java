package io.mcpauth.policy;

import java.util.List;

/** What a policy says of the messages of one request. */
public sealed interface PolicyVerdict {
  /** Every message is allowed. */
  record Allowed() implements PolicyVerdict {}

  /**
   * A broader token would do.
   *
   * @param required every scope that the request needs, base scopes included, in the policy's order
   * @param missing those of them that the caller lacks
   */
  record ScopesMissing(List<String> required, List<String> missing) implements PolicyVerdict {}

  /**
   * No scope helps.
   *
   * @param what the message that is refused: its method and target
   */
  record Denied(String what) implements PolicyVerdict {}
}
