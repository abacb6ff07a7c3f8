package io.mcpauth.policy;

import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC message of a body, as far as a decision needs it.
 *
 * @param kind request, notification or response
 * @param method the exact {@code method}, or null for a response
 * @param name what the method is applied to: {@code params.name} of {@code tools/call} and {@code
 *     prompts/get}, {@code params.uri} of the {@code resources/*} methods that have one; else null
 * @param id the {@code id} of a request or response, a {@code String} or {@code Number}; null for a
 *     notification
 */
public record RpcMessage(
    Kind kind, @Nullable String method, @Nullable String name, @Nullable Object id) {
  /** The method whose name member is a tool. */
  static final String TOOLS_CALL = "tools/call";

  /** What a message is. */
  public enum Kind {
    /** Has a method and an id. */
    REQUEST,
    /** Has a method and no id. */
    NOTIFICATION,
    /** Has a result or an error: a client answers the server (up to revision 2025-11-25). */
    RESPONSE
  }

  /** For logs: the method and the name of its target, never arguments. */
  public String summary() {
    String what = method == null ? "response" : method;
    return name == null ? what : what + " " + name;
  }
}
