package io.mcpauth.servlet;

import io.mcpauth.token.McpPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * What a granted request carries on, through every dispatch of it.
 *
 * @param principal the proven caller
 * @param body the bytes that were judged, or null where the request has none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record GrantedAccess(McpPrincipal principal, byte @Nullable [] body) {
  @Override
  public String toString() {
    return "GrantedAccess[" + principal + "]";
  }
}
