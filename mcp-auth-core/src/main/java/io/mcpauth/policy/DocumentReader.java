package io.mcpauth.policy;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.JsonCursor;
import io.mcpauth.policy.DocumentValue.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the values of a policy document, with the place of each. */
final class DocumentReader {
  private final JsonCursor cursor;

  private DocumentReader(JsonCursor cursor) {
    this.cursor = cursor;
  }

  /**
   * The value of a whole text.
   *
   * @param document how messages call it
   * @throws IllegalArgumentException if it is not strict JSON
   */
  static DocumentValue read(byte[] utf8, String document) {
    DocumentValue root = DocumentValue.root(document);
    try {
      DocumentReader reader = new DocumentReader(JsonCursor.over(utf8));
      JsonCursor.Token first = reader.cursor.next();
      if (first == JsonCursor.Token.END) {
        throw root.problem("is empty; write an object with the members of a policy");
      }
      reader.read(root, first);
      reader.cursor.end();
      return root;
    } catch (InvalidJsonException e) {
      throw notJson(root, e);
    }
  }

  /** As deep as the cursor goes. */
  private void read(DocumentValue value, JsonCursor.Token token) {
    Place place = here();
    try {
      Object content =
          switch (token) {
            case START_OBJECT -> object(value);
            case START_ARRAY -> array(value);
            case STRING -> cursor.text();
            case NUMBER -> cursor.number();
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> DocumentValue.Null.NULL;
            default -> throw cursor.problem("unexpected token");
          };
      value.set(content, place);
    } catch (InvalidJsonException e) {
      throw notJson(value, e);
    }
  }

  private Map<String, DocumentValue> object(DocumentValue value) throws InvalidJsonException {
    Map<String, DocumentValue> members = new LinkedHashMap<>();
    while (cursor.next() == JsonCursor.Token.NAME) {
      String name = cursor.text();
      DocumentValue member = value.child(name, here());
      read(member, cursor.next());
      members.put(name, member);
    }
    return members;
  }

  private List<DocumentValue> array(DocumentValue value) throws InvalidJsonException {
    List<DocumentValue> items = new ArrayList<>();
    JsonCursor.Token token = cursor.next();
    while (token != JsonCursor.Token.END_ARRAY) {
      DocumentValue item = value.child("[" + items.size() + "]", here());
      read(item, token);
      items.add(item);
      token = cursor.next();
    }
    return items;
  }

  private Place here() {
    return new Place(cursor.line(), cursor.column());
  }

  private static IllegalArgumentException notJson(DocumentValue value, InvalidJsonException e) {
    // What people are used to from other formats.
    String usual =
        e.problem().equals("not JSON")
            ? ": no comments, no comma before a closing bracket, double quotes"
            : "";
    String twice = e.member() == null ? "" : " '" + e.member() + "'";
    return value.refused(
        new Place(e.line(), e.column()),
        ": " + e.problem() + twice + "; write strict JSON (RFC 8259)" + usual);
  }
}
