package io.mcpauth.bench;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/** Tool calls of a size whose arguments are what a reader of JSON may find dear. */
public enum Bodies {
  /** A list of records and a long text, as tools get them. */
  BENIGN(Bodies::benign),
  NUMBERS(size -> "\"a\":[" + filled(size, i -> String.valueOf(i % 10)) + "]"),
  NESTED_90_DEEP(size -> "\"a\":[" + filled(size, i -> "[".repeat(90) + "]".repeat(90)) + "]"),
  DISTINCT_NAMES(size -> object(size, new Random(7)::nextLong)),
  SHORT_NAMES(size -> "\"a\":{" + filled(size, i -> member(Integer.toString(i, 36))) + "}"),
  /** Equal in any hash with the multiplier 31, such as that of {@code String}. */
  COLLIDING_31(size -> colliding(size, "Aa", "BB")),
  /** Equal in any hash with the multiplier 33. */
  COLLIDING_33(size -> colliding(size, "Bb", "CA")),
  MANY_OBJECTS(size -> "\"a\":[" + filled(size, Bodies::record) + "]"),
  LONG_ESCAPED_NAMES(size -> "\"a\":{" + filled(size, Bodies::escapedMember) + "}"),
  NON_ASCII_TEXT(size -> "\"a\":\"" + "\u00e9\u4e2d\ud83d\ude00".repeat(size / 9) + "\""),
  NESTED_OBJECTS(
      size -> "\"a\":[" + filled(size, i -> "{\"k\":".repeat(90) + "0" + "}".repeat(90)) + "]"),
  /** As many as may be looked at where a rule asks for one of them. */
  RULED_ARGUMENTS(Bodies::ruled);

  /** The argument that a rule asks for. */
  static final String RULED = "path";

  private static final int MEMBERS_LOOKED_AT = 1_000;

  @SuppressWarnings("ImmutableEnumChecker") // of functions that keep nothing
  private final IntFunction<String> arguments;

  Bodies(IntFunction<String> arguments) {
    this.arguments = arguments;
  }

  /** A call of about so many bytes. */
  byte[] of(int bytes) {
    return """
    {"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"get_weather",\
    "arguments":{%s}}}\
    """
        .formatted(arguments.apply(bytes - 120))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String benign(int size) {
    IntFunction<String> item =
        i ->
            """
            {"id":%d,"title":"Item number %d of the list","score":0.%d,"tags":["alpha","beta"],\
            "active":%b,"note":"free text, some words"}\
            """
                .formatted(100_000 + i, i, 1_000 + i % 9_000, i % 2 == 0);
    String words = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do. \\n";
    return "\"items\":["
        + filled(size / 2, item)
        + "],\"text\":\""
        + words.repeat(size / 2 / words.length())
        + "\"";
  }

  private static String object(int size, LongSupplier names) {
    return "\"a\":{"
        + filled(size, i -> member(Long.toString(names.getAsLong() & Long.MAX_VALUE, 36)))
        + "}";
  }

  private static String colliding(int size, String zero, String one) {
    return "\"a\":{"
        + filled(
            size,
            i -> {
              StringBuilder name = new StringBuilder();
              for (int bit = 0; bit < 16; bit++) {
                name.append((i >> bit & 1) == 0 ? zero : one);
              }
              return member(name.toString());
            })
        + "}";
  }

  private static String record(int number) {
    StringBuilder members = new StringBuilder(member("name0"));
    for (int i = 1; i < 10; i++) {
      members.append(",\"name").append(i).append("\":").append(number % 10);
    }
    return "{" + members + "}";
  }

  private static String escapedMember(int number) {
    return member("\\u0061\\n".repeat(100) + number);
  }

  private static String ruled(int size) {
    int value = Math.max(1, size / MEMBERS_LOOKED_AT - 14);
    StringBuilder members = new StringBuilder("\"" + RULED + "\":\"a\"");
    for (int i = 1; i < MEMBERS_LOOKED_AT; i++) {
      members.append(",\"name").append(i).append("\":\"").append("v".repeat(value)).append('"');
    }
    return members.toString();
  }

  private static String member(String name) {
    return "\"" + name + "\":0";
  }

  /** Parts with commas between them, of about that size together. */
  private static String filled(int size, IntFunction<String> part) {
    StringBuilder parts = new StringBuilder(part.apply(0));
    for (int i = 1; parts.length() < size; i++) {
      parts.append(',').append(part.apply(i));
    }
    return parts.toString();
  }
}
