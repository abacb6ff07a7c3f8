package io.mcpauth.servlet;

import io.mcpauth.token.McpPrincipal;

/**
 * What a granted request carries on, through every dispatch of it.
 *
 * @param principal the proven caller
 * @param body the bytes that were judged; empty where none were, so that no others can be read
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record GrantedAccess(McpPrincipal principal, byte[] body) {
  @Override
  public String toString() {
    return "GrantedAccess[" + principal + "]";
  }
}
