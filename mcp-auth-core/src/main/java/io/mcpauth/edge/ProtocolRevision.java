package io.mcpauth.edge;

import io.mcpauth.policy.RpcCalls;
import java.util.List;
import java.util.regex.Pattern;
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
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /**
   * What a request claims.
   *
   * @param lines every line of {@code MCP-Protocol-Version}, without white space around it
   * @param calls its messages where they were read, else null
   */
  static ProtocolRevision of(List<String> lines, @Nullable RpcCalls calls) {
    return new ProtocolRevision(
        lines.stream().anyMatch(ProtocolRevision::isStateless)
            || (calls != null
                && calls.messages().stream()
                    .anyMatch(call -> isStateless(call.protocolVersion()))));
  }

  /** Anything but a date says nothing; ISO dates sort as text. */
  private static boolean isStateless(@Nullable String claimed) {
    return claimed != null && DATE.matcher(claimed).matches() && claimed.compareTo(STATELESS) >= 0;
  }
}
