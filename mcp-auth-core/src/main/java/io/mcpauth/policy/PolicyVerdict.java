package io.mcpauth.policy;

import java.util.List;

/** What a policy says of the messages of one request. */
public sealed interface PolicyVerdict {
  /** Every message is allowed. */
  record Allowed() implements PolicyVerdict {}

  /**
   * The caller showed no credential, and not everything is open to everybody.
   *
   * @param scopes what to ask for: the initial scopes, and those that this request needs
   */
  record CredentialMissing(List<String> scopes) implements PolicyVerdict {}

  /**
   * A broader token would do.
   *
   * @param required every scope that the request needs, base scopes included, in the policy's
   *     order; where there is a choice, one alternative
   * @param missing those of them that the caller lacks
   * @param rule the first rule that asks for one of these
   */
  record ScopesMissing(List<String> required, List<String> missing, String rule)
      implements PolicyVerdict {}

  /**
   * No scope helps.
   *
   * @param cause why
   * @param call the message that is refused: its method and target
   * @param rule the rule that refuses it, or {@code no rule}
   */
  record Denied(Cause cause, String call, String rule) implements PolicyVerdict {}

  /** Why no scope helps. */
  enum Cause {
    /** No rule names it. */
    NOT_NAMED,
    /** There is no such tool, as far as the policy knows the list of them. */
    UNKNOWN_TOOL,
    /** A rule denies it to everybody. */
    DENIED,
    /** The caller has none of the roles or groups. */
    ROLE,
    /** A claim of the caller's token is missing or has another value. */
    CLAIM,
    /** The caller proved itself in another way than the rule accepts. */
    SCHEME,
    /** The scope is beyond what the client may ever have. */
    CLIENT_CAP
  }
}
