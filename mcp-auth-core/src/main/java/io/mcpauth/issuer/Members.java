package io.mcpauth.issuer;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of an entry's value, which is a JSON object; times are in milliseconds. */
final class Members {
  private final Map<String, @Nullable Object> members;

  private Members(Map<String, @Nullable Object> members) {
    this.members = members;
  }

  /** None yet. */
  static Members empty() {
    return new Members(new LinkedHashMap<>());
  }

  /**
   * Those of a value.
   *
   * @throws StoreException if it is no JSON object
   */
  static Members of(String value) {
    try {
      return new Members(Json.object(value.getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidJsonException e) {
      throw unreadable("it is not JSON");
    }
  }

  /** With one more, unless it is null. */
  Members with(String name, @Nullable Object value) {
    if (value instanceof Instant instant) {
      members.put(name, instant.toEpochMilli());
    } else if (value != null) {
      members.put(name, value);
    }
    return this;
  }

  /** With scopes as they are on the wire. */
  Members withScope(String name, Set<String> scopes) {
    return with(name, String.join(" ", scopes));
  }

  /** With somebody, unless there is nobody. */
  Members with(@Nullable User user) {
    return user == null
        ? this
        : with("sub", user.id())
            .with("name", user.name())
            .with("claims", user.claims().isEmpty() ? null : user.claims())
            .with("user_at", user.at());
  }

  /** Whether it is there. */
  boolean has(String name) {
    return members.get(name) != null;
  }

  String text(String name) {
    String text = textOrNull(name);
    if (text == null) {
      throw unreadable("'" + name + "' is missing");
    }
    return text;
  }

  @Nullable String textOrNull(String name) {
    Object value = members.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw unreadable("'" + name + "' is no text");
  }

  Instant time(String name) {
    Instant time = timeOrNull(name);
    if (time == null) {
      throw unreadable("'" + name + "' is missing");
    }
    return time;
  }

  @Nullable Instant timeOrNull(String name) {
    Object value = members.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Long millis) {
      return Instant.ofEpochMilli(millis);
    }
    throw unreadable("'" + name + "' is no time");
  }

  Set<String> scope(String name) {
    Set<String> scopes = new LinkedHashSet<>();
    for (String scope : text(name).split(" ", -1)) {
      if (!scope.isEmpty()) {
        scopes.add(scope);
      }
    }
    return Collections.unmodifiableSet(scopes);
  }

  /** An object. */
  Map<String, Object> object(String name) {
    if (!(members.get(name) instanceof Map<?, ?> there)) {
      throw unreadable("'" + name + "' is no object");
    }
    return withoutNulls(there);
  }

  /** Objects. */
  List<Members> list(String name) {
    if (!(members.get(name) instanceof List<?> there)) {
      throw unreadable("'" + name + "' is no list");
    }
    List<Members> list = new ArrayList<>();
    for (Object one : there) {
      if (!(one instanceof Map<?, ?> object)) {
        throw unreadable("'" + name + "' is no list of objects");
      }
      list.add(new Members(new LinkedHashMap<>(withoutNulls(object))));
    }
    return list;
  }

  /** With objects. */
  Members with(String name, List<Members> list) {
    members.put(name, list.stream().map(one -> one.members).toList());
    return this;
  }

  private static Map<String, Object> withoutNulls(Map<?, ?> map) {
    Map<String, Object> left = new LinkedHashMap<>();
    map.forEach(
        (name, value) -> {
          if (value != null) {
            left.put(String.valueOf(name), value);
          }
        });
    return left;
  }

  /** Somebody, or null where nobody is named. */
  @Nullable User user() {
    String id = textOrNull("sub");
    if (id == null) {
      return null;
    }
    Map<String, Object> claims =
        members.get("claims") instanceof Map<?, ?> there ? withoutNulls(there) : Map.of();
    return new User(id, text("name"), claims, timeOrNull("user_at"));
  }

  /** The value. */
  String json() {
    return new String(Json.write(members), StandardCharsets.UTF_8);
  }

  static StoreException unreadable(String problem) {
    return new StoreException("An entry of the authorization server cannot be read: " + problem);
  }

  /** The names alone. */
  @Override
  public String toString() {
    return "Members" + members.keySet();
  }
}
