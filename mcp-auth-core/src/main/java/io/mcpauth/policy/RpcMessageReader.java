package io.mcpauth.policy;

import static io.mcpauth.internal.json.JsonCursor.Token.NAME;
import static io.mcpauth.internal.json.JsonCursor.Token.NULL;
import static io.mcpauth.internal.json.JsonCursor.Token.START_OBJECT;
import static io.mcpauth.internal.json.JsonCursor.Token.STRING;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.JsonCursor;
import io.mcpauth.internal.json.KnownNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the message whose opening brace the cursor stands on. */
final class RpcMessageReader {
  /**
   * Of a batch, of resources to listen to, or of members of an object that is looked at here: each
   * of them costs, also before a login.
   */
  static final int MAX_ITEMS = 1_000;

  private static final KnownNames MEMBERS =
      KnownNames.of("jsonrpc", "id", "method", "params", "result", "error");

  /** What most messages have there. */
  private static final KnownNames USUAL =
      KnownNames.of("2.0", "tools/call", "tools/list", "prompts/get", "resources/read", "ping");

  private final JsonCursor cursor;
  private final ParamsReader params;
  private boolean version;
  private @Nullable String method;
  private @Nullable Object id;
  private boolean hasId;
  private boolean result;
  private boolean error;

  RpcMessageReader(JsonCursor cursor, ArgumentReader arguments) {
    this.cursor = cursor;
    this.params = new ParamsReader(cursor, arguments);
  }

  RpcCalls.Message read() throws InvalidJsonException {
    for (int members = 1; cursor.next() == NAME; members++) {
      requireFew(members);
      String member = cursor.text(MEMBERS);
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
      case "method" -> {
        method = text(token, "method");
        if (method.length() > Target.LONGEST_NAME) {
          throw notRpc("a method of more than " + Target.LONGEST_NAME + " characters");
        }
      }
      case "id" -> readId(token);
      case "params" -> {
        if (token == START_OBJECT) {
          params.read();
        } else if (token == NULL) {
          cursor.skip(); // as if left out (JSON-RPC 2.0 section 4.2): it can name nothing
        } else {
          throw notRpc("params is not an object");
        }
      }
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

  private void readId(JsonCursor.Token token) throws InvalidJsonException {
    hasId = true;
    id =
        switch (token) {
          case STRING -> cursor.text();
          case NUMBER -> cursor.number();
          default -> throw notRpc("id is neither a string nor a number");
        };
  }

  /** Only here, because params may have come before the method. */
  private RpcCalls.Message call(String calledMethod) {
    if (result || error) {
      throw notRpc("a method beside a result or an error");
    }
    return new RpcCalls.Message(
        hasId ? RpcCalls.Message.Kind.REQUEST : RpcCalls.Message.Kind.NOTIFICATION,
        calledMethod,
        params.targets(calledMethod),
        params.arguments(calledMethod),
        params.mirroredName(calledMethod),
        params.protocolVersion(),
        id);
  }

  private RpcCalls.Message response() {
    if (!hasId || result == error) {
      throw notRpc("neither a method nor one of result and error with an id");
    }
    return new RpcCalls.Message(
        RpcCalls.Message.Kind.RESPONSE,
        null,
        List.of(),
        Map.of(),
        null,
        params.protocolVersion(),
        id);
  }

  private String text(JsonCursor.Token token, String member) {
    if (token != STRING) {
      throw notRpc(member + " is not a string");
    }
    return withoutNul(cursor.text(USUAL));
  }

  /** A reader in C would stop at it and see another name. */
  static String withoutNul(String text) {
    if (text.indexOf('\0') >= 0) {
      throw notRpc("NUL in a method or name");
    }
    return text;
  }

  /** A reader that ignores case would take {@code Method} for {@code method}. */
  static void requireExactSpelling(String member, KnownNames names) {
    for (int i = 0; i < names.size(); i++) {
      String known = names.get(i);
      if (differsInCase(member, known)) {
        throw notRpc("a member that differs from '" + known + "' only in case");
      }
    }
  }

  static void requireFew(int members) {
    if (members > MAX_ITEMS) {
      throw notRpc("an object of more than " + MAX_ITEMS + " members");
    }
  }

  static boolean differsInCase(String member, String known) {
    return member.equalsIgnoreCase(known) && !member.equals(known);
  }

  static AuthException notRpc(String problem) {
    return new AuthException(ReasonCode.BODY_NOT_JSON_RPC, Map.of("problem", problem));
  }
}
