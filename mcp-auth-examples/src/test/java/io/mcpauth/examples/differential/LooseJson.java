package io.mcpauth.examples.differential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as careless readers have it.
 *
 * @param name what a member's name is taken for
 * @param firstWins whether the first of members with one name counts, else the last
 * @param scalar what a string, number or literal is taken for
 */
record LooseJson(UnaryOperator<String> name, boolean firstWins, UnaryOperator<Object> scalar) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** The first value of a body, whatever follows; or the last one of several. */
  @Nullable Object read(byte[] body, boolean last) {
    try (JsonParser parser = MAPPER.createParser(body)) {
      Object value = null;
      while (parser.nextToken() != null) {
        value = value(parser);
        if (!last) {
          break;
        }
      }
      return value;
    }
  }

  /** A text that looks like a boolean or an integer as one. */
  static Object guessed(Object value) {
    if (!(value instanceof String text)) {
      return value;
    }
    if (text.matches("true|false")) {
      return Boolean.valueOf(text);
    }
    return text.matches("[0-9]{1,9}") ? Integer.valueOf(text) : text;
  }

  private @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> scalar.apply(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar.apply(parser.getNumberValue());
      case VALUE_TRUE -> scalar.apply(true);
      case VALUE_FALSE -> scalar.apply(false);
      default -> null;
    };
  }

  private Map<String, Object> object(JsonParser parser) {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String member = name.apply(parser.currentName());
      parser.nextToken();
      Object value = value(parser);
      if (!firstWins || !members.containsKey(member)) {
        members.put(member, value);
      }
    }
    return members;
  }

  private List<Object> array(JsonParser parser) {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return elements;
  }
}
