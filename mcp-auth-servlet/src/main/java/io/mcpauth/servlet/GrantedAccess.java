package io.mcpauth.servlet;

import io.mcpauth.token.McpPrincipal;
import java.util.Set;
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
  /** The attributes that no container holds: the request behind the filter answers for them. */
  static final Set<String> ATTRIBUTES =
      Set.of(McpAuthFilter.SUBJECT_TOKEN_ATTRIBUTE, McpAuthFilter.COMPARED_HEADERS_ATTRIBUTE);

  /** The proven caller, or null for an anonymous call that the policy allows. */
  @Nullable McpPrincipal principal() {
    return stream.granted().principal();
  }

  /**
   * What only few ask for, made when somebody does: the value of an attribute of the filter's; null
   * where there is none.
   *
   * @param name one of {@link #ATTRIBUTES}
   */
  @Nullable Object attribute(String name) {
    return name.equals(McpAuthFilter.SUBJECT_TOKEN_ATTRIBUTE)
        ? stream.granted().subjectToken()
        : stream.granted().comparedHeaders();
  }

  @Override
  public String toString() {
    return "GrantedAccess[" + principal() + "]";
  }
}
