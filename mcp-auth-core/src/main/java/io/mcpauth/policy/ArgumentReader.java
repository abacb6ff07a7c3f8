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
import org.jspecify.annotations.Nullable;

/**
 * Reads those arguments of a call that rules depend on, and passes over all others without keeping
 * them.
 */
final class ArgumentReader {
  private static final long MAX_EXACT = (1L << 53) - 1;

  private final JsonCursor cursor;
  private final Set<String> names;
  private final Map<String, List<String>> namesByFold = new LinkedHashMap<>();
  private int longestFold;

  ArgumentReader(JsonCursor cursor, Set<String> names) {
    this.cursor = cursor;
    this.names = names;
    for (String name : names) {
      String folded = fold(name);
      namesByFold.computeIfAbsent(folded, fold -> new ArrayList<>()).add(name);
      longestFold = Math.max(longestFold, folded.length());
    }
  }

  /** The arguments in the value that the cursor stands on, which is that of {@code arguments}. */
  Map<String, Object> read(JsonCursor.Token token) throws InvalidJsonException {
    Map<String, Object> found = new LinkedHashMap<>();
    if (names.isEmpty() || token == NULL) {
      cursor.skip();
    } else if (token != START_OBJECT) {
      cursor.skip();
      names.forEach(name -> found.put(name, RpcCalls.Message.UNCLEAR));
    } else {
      for (int members = 1; cursor.next() == NAME; members++) {
        RpcMessageReader.requireFew(members);
        String member = cursor.text();
        readMember(member, asked(member), found);
      }
    }
    return found;
  }

  /**
   * The rules' names that some reader may hold equal to a member. A longer one is none of them, as
   * folding makes no text shorter in code points; and it is not folded at all, because Java takes
   * quadratic time where characters turn into several.
   */
  private List<String> asked(String member) {
    return member.length() > 2 * longestFold
        ? List.of()
        : namesByFold.getOrDefault(fold(member), List.of());
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

  /**
   * One text for all that some reader may hold equal without regard to case. Full case mapping, as
   * {@code ss} is for a sharp s, then that of single characters, as {@code k} is for the Kelvin
   * sign. Twice, because the one may call for the other. Of ASCII that is its lower case.
   */
  private static String fold(String text) {
    return isAscii(text) ? text.toLowerCase(Locale.ROOT) : foldOnce(foldOnce(text));
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String foldOnce(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    StringBuilder fold = new StringBuilder(upper.length());
    int i = 0;
    while (i < upper.length()) {
      int c = upper.codePointAt(i);
      fold.appendCodePoint(Character.toLowerCase(Character.toUpperCase(c)));
      i += Character.charCount(c);
    }
    return fold.toString();
  }
}
