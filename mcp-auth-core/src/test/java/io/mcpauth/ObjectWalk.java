package io.mcpauth;

import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Every text that can be reached from an object through the library, its cache and its cryptography
 * and the collections between them.
 */
public final class ObjectWalk {
  private static final List<String> OPENED =
      List.of("io.mcpauth.", "com.github.benmanes.caffeine.", "com.nimbusds.");

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> open = new ArrayDeque<>();
  private final List<String> texts = new ArrayList<>();

  private ObjectWalk() {}

  public static ObjectWalk from(Object start) {
    ObjectWalk walk = new ObjectWalk();
    walk.add(start);
    while (!walk.open.isEmpty()) {
      walk.visit(walk.open.pop());
    }
    return walk;
  }

  /** The texts that contain a part. */
  public List<String> placesOf(String part) {
    return texts.stream().filter(text -> text.contains(part)).toList();
  }

  private void add(@Nullable Object object) {
    if (object != null && seen.add(object)) {
      open.push(object);
    }
  }

  private void visit(Object object) {
    if (object instanceof CharSequence text) {
      texts.add(text.toString());
    } else if (object instanceof byte[] bytes) {
      texts.add(new String(bytes, StandardCharsets.ISO_8859_1));
    } else if (object instanceof char[] chars) {
      texts.add(new String(chars));
    } else if (object instanceof Object[] array) {
      for (int i = 0; i < Array.getLength(array); i++) {
        add(array[i]);
      }
    } else if (OPENED.stream().anyMatch(object.getClass().getName()::startsWith)) {
      visitFields(object); // also those of a cache's own collections
    } else {
      visitContents(object);
    }
  }

  private void visitContents(Object object) {
    if (object instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            add(key);
            add(value);
          });
    } else if (object instanceof Collection<?> items) {
      items.forEach(this::add);
    } else if (object instanceof AtomicReference<?> reference) {
      add(reference.get());
    } else if (object instanceof Reference<?> reference) {
      add(reference.get());
    } else if (object instanceof Optional<?> optional) {
      optional.ifPresent(this::add);
    } else if (object instanceof CompletableFuture<?> future
        && !future.isCompletedExceptionally()) {
      add(future.getNow(null));
    } else if (object instanceof ThreadPoolExecutor executor) {
      add(executor.getQueue());
    }
  }

  private void visitFields(Object object) {
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && !field.getType().isPrimitive()
            && field.trySetAccessible()) {
          try {
            add(field.get(object));
          } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
          }
        }
      }
    }
  }
}
