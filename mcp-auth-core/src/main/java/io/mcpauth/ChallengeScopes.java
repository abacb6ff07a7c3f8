package io.mcpauth;

/**
 * Which scopes the challenge of a 403 names beside those that the request needs, the base scopes
 * among them; that of a 401 which asks for another login of the user (RFC 9470) too, where the
 * revision changes nothing. What it names a client asks for at its next login.
 */
public enum ChallengeScopes {
  /**
   * The default: none from protocol revision 2026-07-28 on, where a client adds what it has itself
   * (SEP-2350); the granted ones that the policy knows before, because those clients replace what
   * they have by what the challenge names.
   */
  BY_REVISION,
  /** None. Clients of older revisions lose at each step-up what they had. */
  ONLY_REQUIRED,
  /**
   * The granted ones that the policy knows, in every revision: for clients that speak a new one and
   * replace their scopes all the same. A policy with {@code challengeOnlyRequired} contradicts it,
   * which stops the start; one that gets it later has its way.
   */
  WITH_GRANTED;

  /**
   * Whether that of a 401 for another login names none besides: in every revision a client asks for
   * what a 401 names, and nothing else.
   */
  boolean onlyRequiredAtLogin() {
    return this == ONLY_REQUIRED;
  }

  /** Whether the challenge names none besides. */
  boolean onlyRequired(boolean stateless) {
    return this == ONLY_REQUIRED || (this == BY_REVISION && stateless);
  }
}
