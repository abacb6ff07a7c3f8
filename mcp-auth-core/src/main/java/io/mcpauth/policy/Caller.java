package io.mcpauth.policy;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as far as a policy looks at it. {@code McpPrincipal} is one: whoever passes another has
 * to know that it was proven.
 */
public interface Caller {
  /** The issuer that vouches for it; clients are unique only within it. */
  String issuer();

  /** The client, or null where it is not known. */
  @Nullable String clientId();

  /** What it may ask for. */
  Set<String> scopes();

  /** How it proved itself. */
  Scheme scheme();

  /** The claims that rules about roles, groups, claims and logins look at. */
  Map<String, Object> claims();

  /** Who acts for it (RFC 8693 section 4.1), or null where nobody does. */
  default @Nullable Actor actor() {
    return null;
  }

  /** Whether a user stands behind it, who can log in again. */
  default boolean hasUser() {
    return true;
  }
}
