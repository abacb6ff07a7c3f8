package io.mcpauth.policy;

import static io.mcpauth.internal.json.JsonCursor.Token.END_ARRAY;
import static io.mcpauth.internal.json.JsonCursor.Token.START_ARRAY;
import static io.mcpauth.internal.json.JsonCursor.Token.START_OBJECT;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.JsonCursor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every JSON-RPC message in a body, read so strictly that no other reader can find another one:
 * what could be understood in two ways is refused, never passed on.
 *
 * <pre>{@code
 * RpcCalls call = RpcCalls.tool("deploy", Map.of("environment", "prod"));
 * ToolPolicy.Explanation why = policy.explain(caller, call); // which rule decided, for a test
 * }</pre>
 *
 * @param messages one message, or those of a batch (revision 2025-03-26) in their order
 * @param batch whether the body is an array
 */
public record RpcCalls(List<Message> messages, boolean batch) {
  /** A copy of the list. */
  public RpcCalls {
    messages = List.copyOf(messages);
  }

  /** No message: a request without a body, such as the GET of an event stream. */
  public static RpcCalls none() {
    return new RpcCalls(List.of(), false);
  }

  /** A request for a method that is applied to nothing, such as {@code tools/list}. */
  public static RpcCalls method(String method) {
    return request(method, List.of(), Map.of());
  }

  /**
   * A call of a tool, for {@link ToolPolicy#explain}.
   *
   * @param arguments of which strings, booleans and integers can decide something
   */
  public static RpcCalls tool(String name, Map<String, ?> arguments) {
    Map<String, Object> known = new LinkedHashMap<>();
    arguments.forEach((argument, value) -> known.put(argument, ArgumentReader.known(value)));
    return request(Message.TOOLS_CALL, new Target(Target.Kind.TOOL, name), known);
  }

  /** A request for a prompt, for {@link ToolPolicy#explain}. */
  public static RpcCalls prompt(String name) {
    return request("prompts/get", new Target(Target.Kind.PROMPT, name), Map.of());
  }

  /** A request for a resource, for {@link ToolPolicy#explain}. */
  public static RpcCalls resource(String uri) {
    return request("resources/read", new Target(Target.Kind.RESOURCE, uri), Map.of());
  }

  private static RpcCalls request(String method, Target target, Map<String, Object> arguments) {
    return request(method, List.of(target), arguments);
  }

  private static RpcCalls request(
      String method, List<Target> targets, Map<String, Object> arguments) {
    Message request = new Message(Message.Kind.REQUEST, method, targets, arguments, null, null, 1L);
    return new RpcCalls(List.of(request), false);
  }

  /**
   * Reads a body without any argument.
   *
   * @throws AuthException as {@link #read(byte[], Set)} does
   */
  public static RpcCalls read(byte[] body) {
    return read(body, Set.of());
  }

  /**
   * Reads a body. Time and memory are linear in it; the values of arguments that are not asked for
   * are not kept. A method, tool or prompt may have 1,024 characters, a URI 8,192; a batch, a list
   * of resources to listen to, and an object whose members are looked at 1,000 items.
   *
   * @param argumentNames the exact names of the arguments that rules depend on
   * @throws AuthException BODY_NOT_JSON if it is not strict JSON in UTF-8, BODY_NOT_JSON_RPC if it
   *     is no JSON-RPC 2.0 message or batch of messages whose params are an object, null or absent,
   *     lacks what its method is applied to, or is beyond these limits
   */
  public static RpcCalls read(byte[] body, Set<String> argumentNames) {
    try {
      JsonCursor cursor = JsonCursor.over(body);
      ArgumentReader arguments = new ArgumentReader(cursor, ArgumentNames.of(argumentNames));
      JsonCursor.Token first = cursor.next();
      List<Message> messages;
      if (first == START_OBJECT) {
        messages = List.of(new RpcMessageReader(cursor, arguments).read());
      } else if (first == START_ARRAY) {
        messages = readBatch(cursor, arguments);
      } else if (first == JsonCursor.Token.END) {
        throw cursor.problem("empty");
      } else {
        throw RpcMessageReader.notRpc("neither an object nor an array");
      }
      cursor.end();
      return new RpcCalls(messages, first == START_ARRAY);
    } catch (InvalidJsonException e) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("problem", String.valueOf(e.getMessage()));
      if (e.member() != null) {
        facts.put("twice", e.member());
      }
      throw new AuthException(ReasonCode.BODY_NOT_JSON, facts);
    }
  }

  /**
   * The id to echo in an error answer, or null: there is none, the message is not a request, or the
   * body is a batch.
   */
  public @Nullable Object echoedId() {
    if (batch || messages.size() != 1 || messages.get(0).kind() != Message.Kind.REQUEST) {
      return null;
    }
    return messages.get(0).id();
  }

  /** Whether it is one request that opens a session, and so is of none yet. */
  public boolean isInitialize() {
    return echoedId() != null && "initialize".equals(messages.get(0).method());
  }

  /** Whether it is one request to a tool, which has a result. */
  public boolean isToolCall() {
    return echoedId() != null && Message.TOOLS_CALL.equals(messages.get(0).method());
  }

  private static List<Message> readBatch(JsonCursor cursor, ArgumentReader arguments)
      throws InvalidJsonException {
    List<Message> messages = new ArrayList<>();
    JsonCursor.Token token = cursor.next();
    while (token != END_ARRAY) {
      if (token != START_OBJECT) {
        throw RpcMessageReader.notRpc("a batch element is not an object");
      }
      if (messages.size() == RpcMessageReader.MAX_ITEMS) {
        throw RpcMessageReader.notRpc("a batch of more than " + RpcMessageReader.MAX_ITEMS);
      }
      messages.add(new RpcMessageReader(cursor, arguments).read());
      token = cursor.next();
    }
    if (messages.isEmpty()) {
      throw RpcMessageReader.notRpc("an empty batch");
    }
    return messages;
  }

  /**
   * One JSON-RPC message of a body, as far as a decision needs it.
   *
   * @param kind request, notification or response
   * @param method the exact {@code method}, or null for a response
   * @param targets what the method is applied to, in the order of the body: the tool of {@code
   *     tools/call}, the prompt of {@code prompts/get}, the resource of {@code resources/read},
   *     {@code resources/subscribe} and {@code resources/unsubscribe}, the prompt or resource
   *     template of {@code completion/complete}, every resource of {@code subscriptions/listen};
   *     none for other methods
   * @param arguments those {@code params.arguments} of {@code tools/call} and {@code prompts/get}
   *     that were asked for and are there: a {@code String}, {@code Boolean}, {@code Long} or
   *     {@link #UNCLEAR}
   * @param mirroredName what the {@code Mcp-Name} header has to equal (revision 2026-07-28): {@code
   *     params.name}, {@code params.uri} of {@code resources/read}, {@code params.taskId} of the
   *     methods {@code tasks/*} that have one; else null
   * @param protocolVersion {@code params._meta["io.modelcontextprotocol/protocolVersion"]} where it
   *     is a string, else null
   * @param id the {@code id} of a request or response, a {@code String} or {@code Number}; null for
   *     a notification
   */
  public record Message(
      Kind kind,
      @Nullable String method,
      List<Target> targets,
      Map<String, Object> arguments,
      @Nullable String mirroredName,
      @Nullable String protocolVersion,
      @Nullable Object id) {
    /**
     * An argument that is there in a form no rule can rely on: of another type, not an integer
     * within ±(2^53-1), with a NUL, or spelled in another case as well.
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
    public Message {
      targets = List.copyOf(targets);
      arguments =
          arguments.isEmpty()
              ? Map.of()
              : Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
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
}
