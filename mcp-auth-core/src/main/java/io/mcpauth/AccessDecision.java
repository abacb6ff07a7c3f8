package io.mcpauth;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.McpPrincipal;
import java.util.Map;

/** The outcome of {@link ResourceServer#decide}: hand the request on, or write this answer. */
public sealed interface AccessDecision {
  /**
   * The request may go on, and nothing but the request that was judged.
   *
   * @param principal the proven caller, for the server behind
   */
  record Granted(McpPrincipal principal) implements AccessDecision {}

  /**
   * The request ends here with a complete HTTP answer.
   *
   * @param reason why; for logs and metrics, it is not in the answer
   * @param status the HTTP status
   * @param headers the headers to set, challenge and content type included, in a stable order
   * @param body the content in UTF-8
   */
  @SuppressWarnings("ArrayRecordComponent") // written once to one response, compared by nobody
  record Refused(ReasonCode reason, int status, Map<String, String> headers, byte[] body)
      implements AccessDecision {
    @Override
    public String toString() {
      return "Refused[reason=" + reason + ", status=" + status + "]";
    }
  }
}
