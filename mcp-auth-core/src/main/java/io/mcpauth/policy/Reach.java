package io.mcpauth.policy;

/**
 * Whether a caller can get at a tool, prompt or resource, with the arguments that ask for least.
 */
public enum Reach {
  /** As things are. */
  GRANTED,
  /** With a login, or with more scopes. */
  STEP_UP,
  /** Whatever scopes it asks for: denied, or a role, claim, scheme or cap is in the way. */
  NEVER
}
