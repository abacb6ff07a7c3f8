package io.mcpauth.edge;

import io.mcpauth.policy.RpcCalls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The MCP revision that a request claims, in lines of its {@code MCP-Protocol-Version} header or in
 * its messages. It shapes answers and the checks of the form; nothing is granted for it.
 *
 * @param isStateless whether it is 2026-07-28 or later, without sessions and client responses:
 *     where any line or message says so, because whoever leaves one of them out must not escape the
 *     checks
 */
record ProtocolRevision(boolean isStateless) {
  private static final String STATELESS = "2026-07-28";

  /**
   * What a request claims.
   *
   * @param lines every line of {@code MCP-Protocol-Version}, without white space around it
   * @param calls its messages where they were read, else null
   */
  static ProtocolRevision of(List<String> lines, @Nullable RpcCalls calls) {
    return new ProtocolRevision(isStateless(lines, calls));
  }

  private static boolean isStateless(List<String> lines, @Nullable RpcCalls calls) {
    for (String line : lines) {
      if (isStateless(line)) {
        return true;
      }
    }
    if (calls != null) {
      for (RpcCalls.Message call : calls.messages()) {
        if (isStateless(call.protocolVersion())) {
          return true;
        }
      }
    }
    return false;
  }

  /** Anything but a date says nothing; ISO dates sort as text. */
  private static boolean isStateless(@Nullable String claimed) {
    return claimed != null && isDate(claimed) && claimed.compareTo(STATELESS) >= 0;
  }

  /** As {@code 2026-07-28} is one: digits and hyphens where they belong. */
  private static boolean isDate(String claimed) {
    if (claimed.length() != STATELESS.length()) {
      return false;
    }
    for (int i = 0; i < claimed.length(); i++) {
      char c = claimed.charAt(i);
      if (STATELESS.charAt(i) == '-' ? c != '-' : c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }
}
