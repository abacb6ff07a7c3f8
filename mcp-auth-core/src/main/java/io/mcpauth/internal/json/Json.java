package io.mcpauth.internal.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Whole JSON documents, read strictly into plain Java values and written from them. */
public final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /**
   * Reads a JSON object. Strings become {@code String}, integers {@code Long}, other numbers {@code
   * BigDecimal}, arrays {@code List}, objects {@code Map}; {@code null} stays {@code null}. Nothing
   * of it can be changed.
   *
   * @throws InvalidJsonException if the text is not strict JSON (see {@link JsonCursor}) or not an
   *     object
   */
  public static Map<String, @Nullable Object> object(byte[] utf8) throws InvalidJsonException {
    JsonCursor cursor = JsonCursor.over(utf8);
    if (cursor.next() != JsonCursor.Token.START_OBJECT) {
      throw cursor.problem("not an object");
    }
    Map<String, @Nullable Object> object = readObject(cursor);
    cursor.end();
    return object;
  }

  /** Writes plain Java values as JSON, members in the order of the map. */
  public static byte[] write(Map<String, ? extends @Nullable Object> object) {
    return MAPPER.writeValueAsBytes(object);
  }

  private static Map<String, @Nullable Object> readObject(JsonCursor cursor)
      throws InvalidJsonException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (cursor.next() == JsonCursor.Token.NAME) {
      String name = cursor.text();
      object.put(name, readValue(cursor, cursor.next()));
    }
    return Collections.unmodifiableMap(object);
  }

  private static @Nullable Object readValue(JsonCursor cursor, JsonCursor.Token token)
      throws InvalidJsonException {
    return switch (token) {
      case START_OBJECT -> readObject(cursor);
      case START_ARRAY -> readArray(cursor);
      case STRING -> cursor.text();
      case NUMBER -> cursor.number();
      case TRUE -> true;
      case FALSE -> false;
      case NULL -> null;
      case NAME, END_OBJECT, END_ARRAY, END -> throw cursor.problem("value expected");
    };
  }

  private static List<@Nullable Object> readArray(JsonCursor cursor) throws InvalidJsonException {
    List<@Nullable Object> array = new ArrayList<>();
    for (JsonCursor.Token token = cursor.next();
        token != JsonCursor.Token.END_ARRAY;
        token = cursor.next()) {
      array.add(readValue(cursor, token));
    }
    return Collections.unmodifiableList(array);
  }
}
