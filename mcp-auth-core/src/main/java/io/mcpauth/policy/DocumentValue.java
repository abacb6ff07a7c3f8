package io.mcpauth.policy;

import io.mcpauth.error.AuthException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value in a policy document that knows its place, so that each mistake can be pointed to. */
final class DocumentValue {
  /** The one member that means nothing. JSON has no comments (RFC 8259). */
  static final String COMMENT = "$comment";

  private final String document;
  private final @Nullable DocumentValue parent;
  private final String label;
  private final Place name;
  private Place place;
  private Object content = Map.of();

  private DocumentValue(String document, @Nullable DocumentValue parent, String label, Place name) {
    this.document = document;
    this.parent = parent;
    this.label = label;
    this.name = name;
    this.place = name;
  }

  /** The whole of a document that messages call so. */
  static DocumentValue root(String document) {
    return new DocumentValue(document, null, "", new Place(1, 1));
  }

  /** A value in this one, with its name or number, and the place of that. */
  DocumentValue child(String childLabel, Place at) {
    return new DocumentValue(document, this, childLabel, at);
  }

  /**
   * Says what it is, and where it begins.
   *
   * @param what a string, boolean, number, {@link Null}, or a list of values or a map to them
   */
  void set(Object what, Place at) {
    content = what;
    place = at;
  }

  /**
   * A place in the text.
   *
   * @param line counted from 1
   * @param column counted from 1
   */
  record Place(int line, int column) {}

  /** What stands for null. */
  enum Null {
    NULL;

    @Override
    public String toString() {
      return "null";
    }
  }

  /** The members of an object whose names are the writer's own; at least one. */
  Map<String, DocumentValue> members() {
    Map<String, DocumentValue> members = new LinkedHashMap<>();
    if (!(content instanceof Map<?, ?> found)) {
      throw wrongType("an object");
    }
    found.forEach((key, value) -> members.put((String) key, (DocumentValue) value));
    if (members.isEmpty()) {
      throw problem("is empty; write a member, or leave it out");
    }
    return members;
  }

  /** The members of an object of the document's own vocabulary, without the comment. */
  Map<String, DocumentValue> members(Set<String> vocabulary) {
    Map<String, DocumentValue> members = members();
    DocumentValue comment = members.remove(COMMENT);
    if (comment != null) {
      String unused = comment.text();
    }
    members.forEach(
        (key, value) -> {
          if (!vocabulary.contains(key)) {
            throw value.problemOfName("is not a member; write one of " + vocabulary);
          }
        });
    if (members.isEmpty()) {
      throw problem("says nothing; write one of " + vocabulary);
    }
    return members;
  }

  /** Whatever it is. */
  Object content() {
    return content;
  }

  boolean isList() {
    return content instanceof List<?>;
  }

  /** Whether it is an array or object with nothing in it. */
  boolean isHollow() {
    return (content instanceof List<?> items && items.isEmpty())
        || (content instanceof Map<?, ?> members && members.isEmpty());
  }

  boolean isObject() {
    return content instanceof Map<?, ?>;
  }

  /** The items of an array; at least one. */
  List<DocumentValue> items() {
    if (!(content instanceof List<?> found)) {
      throw wrongType("an array");
    }
    if (found.isEmpty()) {
      throw problem("is empty; write what belongs there, or leave it out");
    }
    return found.stream().map(DocumentValue.class::cast).toList();
  }

  /** The strings of an array: none empty, none twice. */
  String[] texts() {
    Set<String> texts = new LinkedHashSet<>();
    for (DocumentValue item : items()) {
      if (!texts.add(item.text())) {
        throw item.twice();
      }
    }
    return texts.toArray(String[]::new);
  }

  String text() {
    if (!(content instanceof String text)) {
      throw wrongType("a string");
    }
    if (text.isEmpty()) {
      throw problem("is empty; write a value");
    }
    return text;
  }

  boolean flag() {
    if (!(content instanceof Boolean flag)) {
      throw wrongType("true or false");
    }
    return flag;
  }

  /** A string, a boolean or an integer. */
  Object scalar() {
    if (!(content instanceof String || content instanceof Boolean || content instanceof Long)) {
      throw wrongType("a string, a boolean or an integer of at most 18 characters");
    }
    return content;
  }

  /** One such value, or an array of them, none twice. */
  Object[] scalars() {
    if (!isList()) {
      return new Object[] {scalar()};
    }
    Set<Object> scalars = new LinkedHashSet<>();
    for (DocumentValue item : items()) {
      if (!scalars.add(item.scalar())) {
        throw item.twice();
      }
    }
    return scalars.toArray();
  }

  /** What a step gives; where it refuses, with the place of this value's name. */
  <T> T placed(Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw refused(name, ": " + e.getMessage());
    }
  }

  /** Takes a step, as {@link #placed} does. */
  void pointTo(Runnable step) {
    Object unused =
        placed(
            () -> {
              step.run();
              return this;
            });
  }

  IllegalArgumentException problem(String what) {
    return refused(place, " " + what);
  }

  IllegalArgumentException problemOfName(String what) {
    return refused(name, " " + what);
  }

  @Override
  public String toString() {
    return parent == null ? "the document" : AuthException.fitForLog(path());
  }

  private IllegalArgumentException twice() {
    return problem("is '" + content + "', which is there twice; write it once");
  }

  /** Made when it is asked for: a path for every value could be much longer than the document. */
  private String path() {
    DocumentValue above = parent;
    if (above == null) {
      return "";
    }
    String prefix = above.path();
    return prefix.isEmpty() || label.startsWith("[") ? prefix + label : prefix + "." + label;
  }

  IllegalArgumentException wrongType(String expected) {
    String found =
        content instanceof Map
            ? "an object"
            : content instanceof List
                ? "an array"
                : content instanceof String ? "the string '" + content + "'" : content.toString();
    return problem("is " + found + "; write " + expected);
  }

  IllegalArgumentException refused(Place at, String what) {
    return new IllegalArgumentException(
        "%s, line %d, column %d: %s%s"
            .formatted(document, at.line(), at.column(), this, oneLine(what)));
  }

  /** A document's text must not begin a line of a log. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    for (int from = 0; from < text.length() && from < 1000; from += 100) {
      line.append(
          AuthException.fitForLog(text.substring(from, Math.min(from + 100, text.length()))));
    }
    return line.toString();
  }
}
