package io.mcpauth.policy;

import static io.mcpauth.internal.json.JsonCursor.Token.END_ARRAY;
import static io.mcpauth.internal.json.JsonCursor.Token.NAME;
import static io.mcpauth.internal.json.JsonCursor.Token.START_ARRAY;
import static io.mcpauth.internal.json.JsonCursor.Token.START_OBJECT;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.JsonCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every JSON-RPC message in a body, read so strictly that no other reader can find another one:
 * what could be understood in two ways is refused, never passed on.
 *
 * @param messages one message, or those of a batch (revision 2025-03-26) in their order
 * @param batch whether the body is an array
 */
public record RpcCalls(List<RpcMessage> messages, boolean batch) {
  /** A copy of the list. */
  public RpcCalls {
    messages = List.copyOf(messages);
  }

  /** No message: a request without a body, such as the GET of an event stream. */
  public static RpcCalls none() {
    return new RpcCalls(List.of(), false);
  }

  /**
   * Reads a body.
   *
   * @throws AuthException BODY_NOT_JSON if it is not strict JSON in UTF-8, BODY_NOT_JSON_RPC if it
   *     is no JSON-RPC 2.0 message or batch of messages with object params
   */
  public static RpcCalls read(byte[] body) {
    try {
      JsonCursor cursor = JsonCursor.over(body);
      JsonCursor.Token first = cursor.next();
      List<RpcMessage> messages = new ArrayList<>();
      if (first == START_OBJECT) {
        messages.add(new RpcMessageReader(cursor).read());
      } else if (first == START_ARRAY) {
        readBatch(cursor, messages);
      } else if (first == JsonCursor.Token.END) {
        throw cursor.problem("empty");
      } else {
        throw RpcMessageReader.notRpc("neither an object nor an array");
      }
      cursor.end();
      return new RpcCalls(messages, first == START_ARRAY);
    } catch (InvalidJsonException e) {
      throw new AuthException(
          ReasonCode.BODY_NOT_JSON, Map.of("problem", String.valueOf(e.getMessage())));
    }
  }

  /**
   * The id to echo in an error answer, or null: there is none, the message is not a request, or the
   * body is a batch.
   */
  public @Nullable Object echoedId() {
    if (batch || messages.size() != 1 || messages.get(0).kind() != RpcMessage.Kind.REQUEST) {
      return null;
    }
    return messages.get(0).id();
  }

  private static void readBatch(JsonCursor cursor, List<RpcMessage> messages)
      throws InvalidJsonException {
    JsonCursor.Token token = cursor.next();
    while (token != END_ARRAY) {
      if (token != START_OBJECT) {
        throw RpcMessageReader.notRpc("a batch element is not an object");
      }
      messages.add(new RpcMessageReader(cursor).read());
      token = cursor.next();
    }
    if (messages.isEmpty()) {
      throw RpcMessageReader.notRpc("an empty batch");
    }
  }

  /** Reads the message whose opening brace the cursor stands on. */
  private static final class RpcMessageReader {
    private static final List<String> MEMBERS =
        List.of("jsonrpc", "id", "method", "params", "result", "error");
    private static final List<String> TARGETS = List.of("name", "uri");

    private final JsonCursor cursor;
    private boolean version;
    private @Nullable String method;
    private @Nullable Object id;
    private boolean hasId;
    private boolean result;
    private boolean error;
    private @Nullable String name;
    private @Nullable String uri;

    RpcMessageReader(JsonCursor cursor) {
      this.cursor = cursor;
    }

    RpcMessage read() throws InvalidJsonException {
      while (cursor.next() == NAME) {
        String member = cursor.text();
        requireExactSpelling(member, MEMBERS);
        readMember(member, cursor.next());
      }
      if (!version) {
        throw notRpc("jsonrpc is not \"2.0\"");
      }
      return method == null ? response() : call(method);
    }

    private void readMember(String member, JsonCursor.Token token) throws InvalidJsonException {
      switch (member) {
        case "jsonrpc" -> version = text(token, "jsonrpc").equals("2.0");
        case "method" -> method = text(token, "method");
        case "id" -> readId(token);
        case "params" -> readParams(token);
        case "result" -> {
          result = true;
          cursor.skip();
        }
        case "error" -> {
          error = true;
          cursor.skip();
        }
        default -> cursor.skip();
      }
    }

    private void readParams(JsonCursor.Token token) throws InvalidJsonException {
      if (token != START_OBJECT) {
        throw notRpc("params is not an object");
      }
      while (cursor.next() == NAME) {
        String member = cursor.text();
        requireExactSpelling(member, TARGETS);
        JsonCursor.Token value = cursor.next();
        switch (member) {
          case "name" -> name = textOrNull(value);
          case "uri" -> uri = textOrNull(value);
          default -> cursor.skip();
        }
      }
    }

    private void readId(JsonCursor.Token token) throws InvalidJsonException {
      hasId = true;
      id =
          switch (token) {
            case STRING -> cursor.text();
            case NUMBER -> cursor.number();
            default -> throw notRpc("id is neither a string nor a number");
          };
    }

    private RpcMessage call(String calledMethod) {
      if (result || error) {
        throw notRpc("a method beside a result or an error");
      }
      String target = target(calledMethod);
      RpcMessage.Kind kind = hasId ? RpcMessage.Kind.REQUEST : RpcMessage.Kind.NOTIFICATION;
      return new RpcMessage(kind, calledMethod, target, id);
    }

    private @Nullable String target(String calledMethod) {
      return switch (calledMethod) {
        case RpcMessage.TOOLS_CALL, "prompts/get" -> required(name, "name");
        case "resources/read", "resources/subscribe", "resources/unsubscribe" ->
            required(uri, "uri");
        default -> null;
      };
    }

    private RpcMessage response() {
      if (!hasId || result == error) {
        throw notRpc("neither a method nor one of result and error with an id");
      }
      return new RpcMessage(RpcMessage.Kind.RESPONSE, null, null, id);
    }

    private String text(JsonCursor.Token token, String member) {
      if (token != JsonCursor.Token.STRING) {
        throw notRpc(member + " is not a string");
      }
      return withoutNul(cursor.text());
    }

    private @Nullable String textOrNull(JsonCursor.Token token) throws InvalidJsonException {
      if (token == JsonCursor.Token.STRING) {
        return withoutNul(cursor.text());
      }
      cursor.skip();
      return null;
    }

    /** A reader in C would stop at it and see another name. */
    private static String withoutNul(String text) {
      if (text.indexOf('\0') >= 0) {
        throw notRpc("NUL in a method or name");
      }
      return text;
    }

    private static String required(@Nullable String target, String member) {
      if (target == null) {
        throw notRpc("params." + member + " is missing or not a string");
      }
      return target;
    }

    /** A reader that ignores case would take {@code Method} for {@code method}. */
    private static void requireExactSpelling(String member, List<String> names) {
      for (String known : names) {
        if (member.equalsIgnoreCase(known) && !member.equals(known)) {
          throw notRpc("a member that differs from '" + known + "' only in case");
        }
      }
    }

    static AuthException notRpc(String problem) {
      return new AuthException(ReasonCode.BODY_NOT_JSON_RPC, Map.of("problem", problem));
    }
  }
}
