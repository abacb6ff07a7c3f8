package io.mcpauth.examples.walkthrough;

import java.util.Set;

/**
 * What a token request brought.
 *
 * @param access for the MCP server
 * @param refresh for the authorization server only
 * @param scopes what the user allowed
 */
record Tokens(String access, String refresh, Set<String> scopes) {
  @Override
  public String toString() {
    return "Tokens[scopes=" + scopes + "]";
  }
}
