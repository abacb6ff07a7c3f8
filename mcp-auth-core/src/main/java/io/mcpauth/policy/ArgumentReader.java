package io.mcpauth.policy;

import static io.mcpauth.internal.json.JsonCursor.Token.NAME;
import static io.mcpauth.internal.json.JsonCursor.Token.NULL;
import static io.mcpauth.internal.json.JsonCursor.Token.START_OBJECT;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.JsonCursor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads those arguments of a call that rules depend on, and passes over all others without keeping
 * them.
 */
final class ArgumentReader {
  private final JsonCursor cursor;
  private final Set<String> names;
  private final Map<String, List<String>> namesByFold = new LinkedHashMap<>();

  ArgumentReader(JsonCursor cursor, Set<String> names) {
    this.cursor = cursor;
    this.names = names;
    for (String name : names) {
      namesByFold.computeIfAbsent(fold(name), fold -> new ArrayList<>()).add(name);
    }
  }

  /** The arguments in the value that the cursor stands on, which is that of {@code arguments}. */
  Map<String, Object> read(JsonCursor.Token token) throws InvalidJsonException {
    Map<String, Object> found = new LinkedHashMap<>();
    if (names.isEmpty() || token == NULL) {
      cursor.skip();
    } else if (token != START_OBJECT) {
      cursor.skip();
      names.forEach(name -> found.put(name, RpcMessage.UNCLEAR));
    } else {
      while (cursor.next() == NAME) {
        String member = cursor.text();
        readMember(member, namesByFold.getOrDefault(fold(member), List.of()), found);
      }
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
        found.put(name, RpcMessage.UNCLEAR);
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
        yield text.indexOf('\0') < 0 ? text : RpcMessage.UNCLEAR; // a reader in C stops at it
      }
      case TRUE -> true;
      case FALSE -> false;
      case NUMBER -> {
        Long integer = cursor.integer();
        yield integer == null ? RpcMessage.UNCLEAR : integer;
      }
      default -> RpcMessage.UNCLEAR;
    };
  }

  /**
   * One text for all that some reader may hold equal without regard to case. Full case mapping, as
   * {@code ss} is for a sharp s, then that of single characters, as {@code k} is for the Kelvin
   * sign. Twice, because the one may call for the other.
   */
  private static String fold(String text) {
    return foldOnce(foldOnce(text));
  }

  private static String foldOnce(String text) {
    StringBuilder fold = new StringBuilder(text.length());
    text.toUpperCase(Locale.ROOT)
        .codePoints()
        .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
        .forEach(fold::appendCodePoint);
    return fold.toString();
  }
}
