package io.mcpauth.policy;

import static io.mcpauth.internal.json.JsonCursor.Token.NAME;
import static io.mcpauth.internal.json.JsonCursor.Token.NULL;
import static io.mcpauth.internal.json.JsonCursor.Token.START_OBJECT;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.JsonCursor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads those arguments of a call that rules depend on, and passes over all others without keeping
 * them.
 */
final class ArgumentReader {
  private static final long MAX_EXACT = (1L << 53) - 1;

  private final JsonCursor cursor;
  private final ArgumentNames names;

  ArgumentReader(JsonCursor cursor, ArgumentNames names) {
    this.cursor = cursor;
    this.names = names;
  }

  /** The arguments in the value that the cursor stands on, which is that of {@code arguments}. */
  Map<String, Object> read(JsonCursor.Token token) throws InvalidJsonException {
    if (names.isEmpty() || token == NULL) {
      cursor.skip();
      return Map.of();
    }
    Map<String, Object> found = new LinkedHashMap<>();
    if (token != START_OBJECT) {
      cursor.skip();
      names.forEach(name -> found.put(name, RpcCalls.Message.UNCLEAR));
      return found;
    }
    for (int members = 1; cursor.next() == NAME; members++) {
      RpcMessageReader.requireFew(members);
      String member = cursor.text();
      readMember(member, names.equalToSomeReader(member), found);
    }
    return found;
  }

  /**
   * A server that ignores case would take another spelling for the argument: which of them it takes
   * is not to be known.
   */
  private void readMember(String member, List<String> asked, Map<String, Object> found)
      throws InvalidJsonException {
    JsonCursor.Token token = cursor.next();
    for (String name : asked) {
      if (!name.equals(member)) {
        found.put(name, RpcCalls.Message.UNCLEAR);
      }
    }
    if (asked.contains(member)) {
      found.putIfAbsent(member, value(token));
    }
    cursor.skip();
  }

  private Object value(JsonCursor.Token token) {
    return switch (token) {
      case STRING -> {
        String text = cursor.text();
        yield text.indexOf('\0') < 0 ? text : RpcCalls.Message.UNCLEAR; // a reader in C stops at it
      }
      case TRUE -> true;
      case FALSE -> false;
      case NUMBER -> {
        Long integer = cursor.integer();
        yield integer == null || !isExact(integer) ? RpcCalls.Message.UNCLEAR : integer;
      }
      default -> RpcCalls.Message.UNCLEAR;
    };
  }

  /** A Java value as it would have been read. */
  static Object known(@Nullable Object value) {
    Object integer = value instanceof Integer number ? Long.valueOf(number) : value;
    boolean clear =
        integer instanceof Boolean
            || (integer instanceof String text && text.indexOf('\0') < 0)
            || (integer instanceof Long number && isExact(number));
    return clear && integer != null ? integer : RpcCalls.Message.UNCLEAR;
  }

  /** Whether a reader with doubles for numbers sees the same one (RFC 8259 section 6). */
  static boolean isExact(long integer) {
    return integer >= -MAX_EXACT && integer <= MAX_EXACT;
  }
}
