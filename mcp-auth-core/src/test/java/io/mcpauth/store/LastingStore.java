package io.mcpauth.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A store as nodes share one that outlives them: tells what it was asked, and fails or is overtaken
 * when told to.
 */
public final class LastingStore {
  private final Store real;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<String, Runnable> first = new ConcurrentHashMap<>();
  private volatile @Nullable RuntimeException failure;

  private LastingStore(Store real) {
    this.real = real;
  }

  /** With the entries of another. */
  public static LastingStore over(Store real) {
    return new LastingStore(real);
  }

  /** One node's. */
  public Store node() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  /** The methods that were called, in order; those that ask nothing left out. */
  public List<String> asked() {
    return asked;
  }

  /** Runs once, before the next call of a method. */
  public void before(String method, Runnable work) {
    first.put(method, work);
  }

  /** From now on calls fail, or do not any more. */
  public void fail(@Nullable RuntimeException with) {
    failure = with;
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    String name = method.getName();
    if (name.equals("isShared") || name.equals("outlivesProcess")) {
      return true;
    }
    if (name.equals("toString") || name.equals("hashCode") || name.equals("feed")) {
      return method.invoke(real, arguments);
    }
    asked.add(name);
    Runnable work = first.remove(name);
    if (work != null) {
      work.run();
    }
    RuntimeException with = failure;
    if (with != null) {
      throw with;
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
