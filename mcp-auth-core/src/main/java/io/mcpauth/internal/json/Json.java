package io.mcpauth.internal.json;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Whole JSON documents, read strictly into plain Java values and written from them. */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

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

  /**
   * Reads a JSON text, whatever it is, as {@link #object} reads an object.
   *
   * @throws InvalidJsonException if the text is not strict JSON (see {@link JsonCursor})
   */
  public static @Nullable Object value(byte[] utf8) throws InvalidJsonException {
    JsonCursor cursor = JsonCursor.over(utf8);
    Object value = readValue(cursor, cursor.next());
    cursor.end();
    return value;
  }

  /** Writes what {@link #value} reads, as {@link #write} writes an object. */
  public static byte[] writeValue(@Nullable Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      writeValue(json, value);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes plain Java values as JSON in UTF-8, members in the order of the map. With the streaming
   * API alone: Jackson's databind needs newer annotations than an application on Jackson 2 may
   * have.
   *
   * @throws IllegalArgumentException if a value is none that {@link #object} could have read
   */
  public static byte[] write(Map<String, ? extends @Nullable Object> object) {
    return writeValue(object);
  }

  private static void writeValue(JsonGenerator json, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      map.forEach(
          (name, member) -> {
            json.writeName(String.valueOf(name));
            writeValue(json, member);
          });
      json.writeEndObject();
    } else if (value instanceof Collection<?> items) {
      json.writeStartArray();
      items.forEach(item -> writeValue(json, item));
      json.writeEndArray();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Number number) {
      writeNumber(json, number);
    } else if (value == null) {
      json.writeNull();
    } else {
      throw new IllegalArgumentException("Not a JSON value: " + value.getClass().getName());
    }
  }

  private static void writeNumber(JsonGenerator json, Number number) {
    if (number instanceof Integer || number instanceof Long) {
      json.writeNumber(number.longValue());
    } else {
      json.writeNumber(new BigDecimal(number.toString())); // refuses NaN and infinity
    }
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
