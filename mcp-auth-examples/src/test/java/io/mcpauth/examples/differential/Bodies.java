package io.mcpauth.examples.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Bodies that two readers may understand differently: half of them built member by member, half of
 * them mutations of the corpus. The same seed gives the same bodies.
 */
final class Bodies {
  private static final String[] METHODS = {
    "\"tools/call\"", "\"tools/call\"", "\"tools/call\"", "\"tools\\/call\"", "\"tools/list\"",
    "\"ping\"", "\"TOOLS/CALL\"", "\"tools/call \"", "\"prompts/get\"", "\"resources/read\"",
    "\"initialize\"", "5", "null", "[\"tools/call\"]"
  };
  private static final String[] TOOLS = GuardedTools.NAMES.toArray(String[]::new);
  private static final String[] NAMES = {
    "\"open\"",
    "\"open\"",
    "\"read\"",
    "\"read\"",
    "\"write\"",
    "\"deploy\"",
    "\"deploy\"",
    "\"purge\"",
    "\"delete\"",
    "\"Read\"",
    "\"read \"",
    "\"r\\u0065ad\"",
    "\"read\\u0000\"",
    "\"re\u00ffad\"",
    "\"wr\u00c3\u00a9\"",
    "\"\\ud800\"",
    "\"\"",
    "5",
    "true",
    "null",
    "[\"read\"]"
  };
  private static final String[] VALUES = {
    "\"dev\"", "\"prod\"", "\"DEV\"", "\"d\\u0065v\"", "\"dev\\u0000\"", "1", "1.0", "1e0", "-0",
    "10", "\"1\"", "true", "false", "\"true\"", "null", "[]", "[\"dev\"]", "{\"env\":\"dev\"}",
    "9007199254740993", "18446744073709551617", "1e999"
  };
  private static final String[] IDS = {
    "1", "1", "\"a\"", "0", "-1", "9223372036854775807", "9223372036854775808", "1.5", "null", "{}"
  };
  private static final String[] TOKENS = {
    "\"method\":\"ping\",",
    ",\"method\":\"tools/call\"",
    "\"m\\u0065thod\":\"tools/list\",",
    "\"Method\":\"ping\",",
    "\"name\":\"open\",",
    ",\"n\\u0061me\":\"delete\"",
    ",\"NAME\":\"open\"",
    "\"params\":{\"name\":\"open\"},",
    ",\"params\":null",
    "\"arguments\":{\"env\":\"dev\"},",
    ",\"arguments\":[]",
    "\"env\":\"prod\",",
    ",\"ENV\":\"dev\"",
    ",\"force\":true",
    "\"id\":2,",
    "\"result\":{},",
    "\"_meta\":{\"name\":\"delete\"},",
    "\\u0000",
    "\\ud800",
    "\\",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\r",
    "\t",
    "0",
    "e1",
    ".0",
    "-",
    "null",
    "/**/",
    "//",
    "#",
    "'",
    "\u0000",
    "\u00ff",
    "\u00c0\u00af",
    "\u00ed\u00a0\u0080",
    "\u00ef\u00bb\u00bf",
    "\u00e2\u0080\u00a8"
  };

  private final Random random;
  private final List<byte[]> seeds = HostileBodies.all();

  Bodies(long seed) {
    this.random = new Random(seed);
  }

  /** The next one. In Latin-1 a char is a byte, so that UTF-8 is broken too. */
  byte[] next() {
    String text = random.nextBoolean() ? message() : mutated();
    return text.getBytes(ISO_8859_1);
  }

  private String message() {
    List<String> members = new ArrayList<>();
    member(members, "jsonrpc", one(30) ? "\"1.0\"" : "\"2.0\"");
    if (!one(20)) {
      member(members, "id", one(6) ? pick(IDS) : "1");
    }
    member(members, "method", one(5) ? pick(METHODS) : "\"tools/call\"");
    member(members, "params", one(25) ? pick(VALUES) : params());
    if (one(25)) {
      member(members, pick("result", "error", "name", "arguments", "x"), pick(VALUES));
    }
    return envelope(object(members));
  }

  private String params() {
    List<String> members = new ArrayList<>();
    member(members, "name", one(3) ? pick(NAMES) : "\"" + pick(TOOLS) + "\"");
    if (!one(4)) {
      member(members, "arguments", one(15) ? pick(VALUES) : arguments());
    }
    if (one(6)) {
      member(members, pick("_meta", "uri", "task", "x"), one(2) ? arguments() : pick(NAMES));
    }
    return object(members);
  }

  private String arguments() {
    List<String> members = new ArrayList<>();
    for (String name : List.of("env", "force", "name")) {
      if (one(2)) {
        member(members, name, one(40) ? deep() : pick(VALUES));
      }
    }
    return object(members);
  }

  /** Now and then twice, in another spelling or with another value. */
  private void member(List<String> members, String name, String value) {
    members.add(spelled(name) + ":" + value);
    if (one(25)) {
      members.add(spelled(name) + ":" + other(name, value));
    }
  }

  private String other(String name, String value) {
    return switch (name) {
      case "method" -> pick(METHODS);
      case "name" -> pick(NAMES);
      case "params" -> one(2) ? params() : value;
      case "arguments" -> one(2) ? arguments() : value;
      default -> pick(VALUES);
    };
  }

  private String spelled(String name) {
    int at = random.nextInt(name.length());
    String letter = name.substring(at, at + 1);
    if (one(25)) {
      letter = "\\u%04x".formatted((int) name.charAt(at));
    } else if (one(60)) {
      letter = letter.toUpperCase(Locale.ROOT);
    }
    return "\"" + name.substring(0, at) + letter + name.substring(at + 1) + "\"";
  }

  private String object(List<String> members) {
    if (one(2)) {
      Collections.shuffle(members, random);
    }
    return "{" + String.join(one(20) ? " ,\n" : ",", members) + "}";
  }

  private String envelope(String text) {
    return switch (random.nextInt(60)) {
      case 0 -> "[" + text + "]";
      case 1 -> text + pick(TOKENS);
      case 2 -> text + " " + message();
      case 3 -> "\u00ef\u00bb\u00bf" + text;
      case 4 -> pick(TOKENS) + text;
      case 5 -> "[" + text + "," + message() + "]";
      default -> text;
    };
  }

  private String deep() {
    int depth = pick(new Integer[] {5, 90, 99, 101, 600, 1100});
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private String mutated() {
    StringBuilder text =
        new StringBuilder(new String(seeds.get(random.nextInt(seeds.size())), ISO_8859_1));
    for (int n = random.nextInt(2); n >= 0; n--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(7)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
        case 2 -> text.insert(at, (char) random.nextInt(256));
        default -> insert(text, pick(TOKENS), at);
      }
    }
    return text.toString();
  }

  /** Mostly where a member may stand, so that many bodies stay JSON. */
  private void insert(StringBuilder text, String token, int at) {
    boolean behind = token.startsWith(",");
    int brace = one(3) ? -1 : text.indexOf(behind ? "}" : "{", at);
    text.insert(brace < 0 ? at : behind ? brace : brace + 1, token);
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  @SafeVarargs
  private final <T> T pick(T... from) {
    return from[random.nextInt(from.length)];
  }
}
