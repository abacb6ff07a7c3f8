package io.mcpauth.servlet;

import io.mcpauth.token.McpPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * What a granted request carries on, through every dispatch of it.
 *
 * @param stream the answer to it
 * @param body the bytes that were judged; empty where none were, so that no others can be read
 * @param query the query string that was judged, raw; null where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record GrantedAccess(OpenStream stream, byte[] body, @Nullable String query) {
  /** The proven caller, or null for an anonymous call that the policy allows. */
  @Nullable McpPrincipal principal() {
    return stream.granted().principal();
  }

  @Override
  public String toString() {
    return "GrantedAccess[" + principal() + "]";
  }
}
