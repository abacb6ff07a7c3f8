package io.mcpauth.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC message of a body, as far as a decision needs it.
 *
 * @param kind request, notification or response
 * @param method the exact {@code method}, or null for a response
 * @param targets what the method is applied to, in the order of the body: the tool of {@code
 *     tools/call}, the prompt of {@code prompts/get}, the resource of {@code resources/read},
 *     {@code resources/subscribe} and {@code resources/unsubscribe}, the prompt or resource
 *     template of {@code completion/complete}, every resource of {@code subscriptions/listen}; none
 *     for other methods
 * @param arguments those {@code params.arguments} of {@code tools/call} and {@code prompts/get}
 *     that were asked for and are there: a {@code String}, {@code Boolean}, {@code Long} or {@link
 *     #UNCLEAR}
 * @param mirroredName what the {@code Mcp-Name} header has to equal (revision 2026-07-28): {@code
 *     params.name}, {@code params.uri} of {@code resources/read}, {@code params.taskId} of the
 *     methods {@code tasks/*} that have one; else null
 * @param protocolVersion {@code params._meta["io.modelcontextprotocol/protocolVersion"]} where it
 *     is a string, else null
 * @param id the {@code id} of a request or response, a {@code String} or {@code Number}; null for a
 *     notification
 */
public record RpcMessage(
    Kind kind,
    @Nullable String method,
    List<Target> targets,
    Map<String, Object> arguments,
    @Nullable String mirroredName,
    @Nullable String protocolVersion,
    @Nullable Object id) {
  /**
   * An argument that is there in a form no rule can rely on: of another type, not an integer within
   * ±(2^53-1), with a NUL, or spelled in another case as well.
   */
  public static final Object UNCLEAR = Unclear.UNCLEAR;

  /** The method whose name member is a tool. */
  static final String TOOLS_CALL = "tools/call";

  private static final int MAX_SHOWN = 10;

  /** What a message is. */
  public enum Kind {
    /** Has a method and an id. */
    REQUEST,
    /** Has a method and no id. */
    NOTIFICATION,
    /** Has a result or an error: a client answers the server (up to revision 2025-11-25). */
    RESPONSE
  }

  private enum Unclear {
    UNCLEAR;

    @Override
    public String toString() {
      return "unclear";
    }
  }

  /** Copies of the list and the map. */
  public RpcMessage {
    targets = List.copyOf(targets);
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  /** For logs: the method and the names of its first ten targets, never arguments. */
  public String summary() {
    StringBuilder summary = new StringBuilder(method == null ? "response" : method);
    for (Target target : targets.subList(0, Math.min(targets.size(), MAX_SHOWN))) {
      summary.append(' ').append(target.name());
    }
    if (targets.size() > MAX_SHOWN) {
      summary.append(" and ").append(targets.size() - MAX_SHOWN).append(" more");
    }
    return summary.toString();
  }

  /** As the summary: arguments are the caller's own and reach no log by accident. */
  @Override
  public String toString() {
    return kind + " " + summary();
  }
}
